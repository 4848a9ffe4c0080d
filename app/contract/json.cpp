#include "app/contract/json.hpp"

#include <nlohmann/json.hpp>

#include "app/exchange/inspect_ics.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const LeavingField& field);
Json to_json(const Step& step);
Json to_json(const TargetReport& report);
Json to_json(const RunReport& report);
Json to_json(const ConflictInfo& conflict);
Json to_json(const JournalEntry& entry);
Json to_json(const TargetStatus& target);
Json to_json(const CollectionInfo& collection);
Json to_json(const ParkedInfo& parked);
Json to_json(const LeavingSync& sync);
Json to_json(const Error& error);
Json to_json(const InspectedOccurrence& occurrence);
Json to_json(const ical::InspectProblem& problem);

template <class Item>
Json array_of(const std::vector<Item>& items) {
  Json array = Json::array();
  for (const auto& item : items) array.push_back(to_json(item));
  return array;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }
Json instant_or_null(const std::optional<Instant>& at) { return at ? Json(iso_instant(*at)) : Json(nullptr); }
Json value_or_null(const std::optional<Value>& value) { return Json::parse(plain_json(value)); }

/// Text from servers may hold broken UTF-8: it is replaced, never a reason to fail.
std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json to_json(const Counts& counts) {
  return {{"created", counts.created}, {"updated", counts.updated}, {"deleted", counts.deleted}};
}

Json to_json(const Error& error) {
  return {{"kind", name(error.kind)}, {"message", error.message}, {"place", error.place}, {"hint", error.hint}};
}

Json to_json(const Step& step) {
  return {{"target", step.target}, {"record", step.record},
          {"op", step.op},         {"fields", step.fields},
          {"cause", step.cause},   {"why", step.why},
          {"kind", step.kind},     {"label", step.label},
          {"digest", step.digest}, {"unprotected", step.unprotected}};
}

Json to_json(const TargetReport& report) {
  return {{"name", report.name},
          {"target", report.target},
          {"provider", report.provider},
          {"pulled", report.pulled},
          {"created", report.written.created},
          {"updated", report.written.updated},
          {"deleted", report.written.deleted},
          {"requests", report.requests},
          {"cursor", report.cursor},
          {"held", text_or_null(report.held)},
          {"error", report.error ? to_json(*report.error) : Json(nullptr)}};
}

Json run_object(const RunReport& report) {
  return {{"run", report.run},
          {"outcome", name(report.outcome)},
          {"local", to_json(report.local)},
          {"syncs", array_of(report.syncs)},
          {"conflicts", report.conflicts},
          {"parked", report.parked},
          {"seconds", report.seconds},
          {"notes", report.notes}};
}

/// A run as history tells it: what it was called and when it was.
Json to_json(const RunReport& report) {
  Json json = run_object(report);
  json["command"] = report.command;
  json["started"] = iso_instant(report.started);
  json["finished"] = instant_or_null(report.finished);
  json["undone_by"] = text_or_null(report.undone_by);
  return json;
}

Json to_json(const ConflictInfo& conflict) {
  Json remotes = Json::object();
  for (const auto& [target, value] : conflict.remotes) remotes[target] = value_or_null(value);
  return {{"id", conflict.id},
          {"revision", conflict.revision},
          {"state", conflict.open ? "open" : "settled"},
          {"kind", conflict.kind},
          {"record", conflict.record},
          {"field", conflict.field},
          {"base", value_or_null(conflict.base)},
          {"local", value_or_null(conflict.local)},
          {"remotes", remotes},
          {"strategy", conflict.strategy},
          {"winner", text_or_null(conflict.winner)},
          {"losers", conflict.losers},
          {"at", iso_instant(conflict.at)}};
}

Json to_json(const JournalEntry& entry) {
  return {{"seq", entry.seq},
          {"run", text_or_null(entry.run)},
          {"at", iso_instant(entry.at)},
          {"origin", entry.origin},
          {"entry", entry.type == EntryType::observed ? "observed" : "applied"},
          {"side", entry.side},
          {"kind", entry.kind},
          {"record", entry.record},
          {"field", text_or_null(entry.field)},
          {"before", value_or_null(entry.before)},
          {"after", value_or_null(entry.after)},
          {"cause", entry.cause}};
}

Json to_json(const TargetStatus& target) {
  return {{"name", target.name},
          {"target", target.target},
          {"provider", target.provider},
          {"paused", target.paused},
          {"last_success", instant_or_null(target.last_success)},
          {"cursor", target.cursor},
          {"records", target.records},
          {"owed", target.owed},
          {"parked", target.parked},
          {"held", text_or_null(target.held)},
          {"conflicts", target.conflicts},
          {"error", text_or_null(target.error)},
          {"zone_data",
           {{"hash", text_or_null(target.zone_data.hash)},
            {"changed", instant_or_null(target.zone_data.changed)},
            {"moved", target.zone_data.moved}}}};
}

Json to_json(const CollectionInfo& collection) {
  return {{"id", collection.id}, {"name", collection.name}, {"read_only", collection.read_only}};
}

Json to_json(const ParkedInfo& parked) {
  return {{"target", parked.target},
          {"remote_id", text_or_null(parked.remote_id)},
          {"record", text_or_null(parked.record)},
          {"direction", parked.direction},
          {"reason", parked.reason},
          {"at", iso_instant(parked.at)}};
}

Json to_json(const LeavingField& field) {
  return {{"fields", field.fields}, {"direction", field.direction}, {"properties", field.properties}};
}

Json to_json(const LeavingSync& sync) {
  return {{"name", sync.name},
          {"provider", sync.provider},
          {"collection", sync.collection},
          {"leaves", array_of(sync.fields)}};
}

Json to_json(const InspectedOccurrence& occurrence) {
  Json span = value_or_null(occurrence.span);
  auto utc = occurrence.utc ? iso_time(LocalSeconds(occurrence.utc->time_since_epoch())) + "Z" : std::string();
  return {{"uid", occurrence.uid},    {"start", span["start"]},
          {"end", span["end"]},       {"zone", text_or_null(occurrence.span.zone)},
          {"utc", text_or_null(utc)}, {"recurrence_id", text_or_null(occurrence.recurrence_id)}};
}

Json to_json(const ical::InspectProblem& problem) {
  return {{"line", problem.line}, {"severity", problem.severity}, {"text", problem.text}};
}

}  // namespace

std::string error_json(const Error& error) { return line_of(Json{{"error", to_json(error)}}); }

std::string run_json(const RunReport& report, Steps steps) {
  Json json = run_object(report);
  if (steps == Steps::include) json["steps"] = array_of(report.steps);
  return line_of(json);
}

std::string runs_json(const std::vector<RunReport>& runs) { return line_of(array_of(runs)); }
std::string conflict_json(const ConflictInfo& conflict) { return line_of(to_json(conflict)); }
std::string conflicts_json(const std::vector<ConflictInfo>& conflicts) { return line_of(array_of(conflicts)); }
std::string log_json(const std::vector<JournalEntry>& entries) { return line_of(array_of(entries)); }
std::string status_json(const std::vector<TargetStatus>& targets) { return line_of(array_of(targets)); }
std::string collections_json(const std::vector<CollectionInfo>& all) { return line_of(array_of(all)); }

std::string credentials_json(const std::vector<auth::Vault::Kept>& kept) {
  Json all = Json::array();
  for (const auto& one : kept)
    all.push_back({{"connection", one.connection},
                   {"key", one.key},
                   {"changed", iso_instant(one.changed)},
                   {"readable", one.readable}});
  return line_of(all);
}

std::string review_json(const RunReport& run, const std::vector<ConflictInfo>& conflicts,
                        const std::vector<ParkedInfo>& parked) {
  Json json = to_json(run);
  json["steps"] = array_of(run.steps);
  return line_of({{"run", json}, {"conflicts", array_of(conflicts)}, {"parked", array_of(parked)}});
}

std::string records_json(const std::vector<Record>& records) {
  std::string out = "[";
  for (const auto& record : records) {
    if (out.size() > 1) out += ",";
    out += record_json(record);
  }
  return out + "]";
}

std::string check_json(const std::vector<LeavingSync>& syncs, const std::vector<Error>& problems) {
  return line_of({{"syncs", array_of(syncs)}, {"problems", array_of(problems)}});
}

std::string inspection_json(const Inspection& inspection) {
  return line_of({{"records", Json::parse(records_json(inspection.records))},
                  {"occurrences", array_of(inspection.occurrences)},
                  {"problems", array_of(inspection.problems)}});
}

std::string lines_json(const std::vector<std::string>& lines) { return line_of(Json(lines)); }

std::string pretty(const std::string& json) {
  return Json::parse(json).dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string object_json(const JsonMembers& members) {
  Json json = Json::object();
  for (const auto& member : members) {
    std::visit([&](const auto& value) { json[member.first] = value; }, member.second);
  }
  return line_of(json);
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
