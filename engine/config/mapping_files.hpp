#pragma once
// A mapping by its name: the file with what it extends, checked against all the kinds. Not for what a mapping means.
#include <memory>
#include <string>

#include "engine/config/config.hpp"

namespace fasti {
inline namespace v1 {
namespace config {

/// `at`: where the mapping is asked for; the place of an error when it is not there.
Result<std::shared_ptr<const Mapping>> read_mapping_files(const Config& config, FileSystem& files,
                                                          const std::string& name_or_path, const std::string& at);

}  // namespace config
}  // namespace v1
}  // namespace fasti
