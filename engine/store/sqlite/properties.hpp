#pragma once
// Properties that mostly repeat each other are stored once: a column is NULL where it equals the one before it.
#include <optional>
#include <string>

#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/store/sqlite/database.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

inline std::optional<std::string> unless_same(const Properties& properties, const Properties& before) {
  return properties == before ? std::nullopt : std::optional<std::string>(tagged_json(properties));
}

inline Status read_properties_column(const Query& query, int column, const Properties& before, Properties& out) {
  if (query.null(column)) {
    out = before;
    return {};
  }
  FASTI_TRY(out, read_properties(query.view(column)));
  return {};
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
