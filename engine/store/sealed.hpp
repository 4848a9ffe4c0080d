#pragma once
// The table of sealed secrets (`credential`), through a connection of its own: a run that holds the store does not
// keep a rotated token waiting.
#include <memory>
#include <string>

#include "engine/base/sealed_rows.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

Result<std::unique_ptr<SealedRows>> open_sealed_rows(const std::string& path);

}  // namespace store
}  // namespace v1
}  // namespace fasti
