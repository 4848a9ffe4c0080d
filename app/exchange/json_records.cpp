#include "app/contract/json.hpp"
#include "app/exchange/exchange.hpp"
#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

Result<IncomingFile> read_json_records(const std::string& file, std::string_view text, const std::string& kind_name,
                                       const std::map<std::string, Kind>& kinds) {
  FASTI_TRY(auto parts, split_records(file, text));
  IncomingFile out;
  for (const auto& part : parts) {
    auto place = file + ":" + std::to_string(part.line);
    auto own = member_text(part.text, "kind");
    const auto& name = own.empty() ? kind_name : own;
    auto kind = kinds.find(name);
    if (kind == kinds.end()) {
      std::vector<std::string> names;
      for (const auto& entry : kinds) names.push_back(entry.first);
      return Error{ErrorKind::bad_input,
                   name.empty() ? "this record does not say its \"kind\"" : "there is no kind \"" + name + "\"",
                   place,
                   name.empty() ? "say --kind KIND" : nearest_hint(name, names),
                   {}};
    }
    auto record = read_record(kind->second, part.text);
    if (!record) {
      auto error = record.error();
      error.place = place + (error.place.empty() ? "" : ": " + error.place);
      return error;
    }
    out.records.push_back({std::move(*record), place});
  }
  return out;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
