#pragma once
// The Mapping that a parsed mapping file is.
#include <memory>

#include "engine/mapping/entry.hpp"

namespace fasti {
inline namespace v1 {

std::shared_ptr<const Mapping> make_file_mapping(MappingFile file);

}  // namespace v1
}  // namespace fasti
