#include "app/render/report_csv.hpp"

#include "app/csv/csv.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : " ") + item;
  return out;
}

std::string contenders(const ConflictInfo& conflict) {
  std::string out = "local: " + display_text(conflict.local);
  for (const auto& [target, value] : conflict.remotes) out += " | " + target + ": " + display_text(value);
  return out;
}

}  // namespace

std::string report_csv(const RunReport& run, const std::vector<ConflictInfo>& conflicts,
                       const std::vector<ParkedInfo>& parked) {
  std::string out;
  auto add = [&](std::vector<std::string> cells) {
    for (auto& cell : cells) cell = csv::harmless(cell);
    csv::append_row(out, cells);
  };
  add({"entry", "at", "run", "target", "kind", "record", "label", "what", "fields", "winner", "losers", "why"});
  for (const auto& step : run.steps) {
    add({"step", iso_instant(run.started), run.run, step.target, step.kind, step.record, step.label, step.op,
         joined(step.fields), "", "", step.why});
  }
  for (const auto& conflict : conflicts) {
    add({"conflict", iso_instant(conflict.at), conflict.run, "", conflict.kind, conflict.record, "",
         conflict.open ? "open" : "settled", conflict.field, conflict.winner, joined(conflict.losers),
         conflict.strategy + ": " + contenders(conflict)});
  }
  for (const auto& one : parked) {
    add({"parked", iso_instant(one.at), "", one.target, "", one.record, one.remote_id, one.direction, "", "", "",
         one.reason});
  }
  return out;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
