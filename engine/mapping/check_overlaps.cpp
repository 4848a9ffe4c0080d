// Which entries of a mapping would get in each other's way.
#include <algorithm>

#include "engine/mapping/entry.hpp"

namespace fasti {
inline namespace v1 {

Status check_overlaps(const TomlNode& fields, const std::vector<Entry>& entries, const std::string& file) {
  const auto place = [&](const Entry& entry) {
    const auto* node = fields.find(entry.field.name);
    return node ? node->place : file;
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      for (const auto& property : entries[i].lens.properties) {
        const auto& other = entries[j].lens.properties;
        if (std::find(other.begin(), other.end(), property) == other.end()) continue;
        if (entries[i].direction == Direction::from_remote && entries[j].direction == Direction::to_remote) continue;
        if (entries[i].direction == Direction::to_remote && entries[j].direction == Direction::from_remote) continue;
        return Error{ErrorKind::bad_config,
                     "property \"" + property + "\" is already mapped to field \"" + entries[j].field.name + '"',
                     place(entries[i]),
                     {},
                     {}};
      }
      const bool taken =
          entries[i].field.name == entries[j].text_field || entries[j].field.name == entries[i].text_field;
      if (!taken) continue;
      return Error{ErrorKind::bad_config,
                   "field \"" + (entries[j].text_field.empty() ? entries[i] : entries[j]).text_field +
                       "\" is already mapped as the text of another field",
                   place(entries[i]),
                   {},
                   {}};
    }
  }
  return {};
}

}  // namespace v1
}  // namespace fasti
