#include "engine/store/sqlite/report_json.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/try.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 5> kOutcomes{"ok", "waiting", "held", "partial", "failed"};

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::optional<std::string> read_text(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional<std::string>(json.get<std::string>());
}

Json json_of(const Counts& counts) {
  return {{"created", counts.created}, {"updated", counts.updated}, {"deleted", counts.deleted}};
}

Counts read_counts(const Json& json) { return {json.at("created"), json.at("updated"), json.at("deleted")}; }

Json json_of(const Error& error) {
  Json out{{"kind", name(error.kind)}, {"message", error.message}, {"place", error.place}, {"hint", error.hint}};
  if (error.retry_after) out["retry_after"] = error.retry_after->count();
  return out;
}

Error read_error(const Json& json) {
  Error error;
  const std::string kind = json.at("kind");
  for (int i = 0; i <= static_cast<int>(ErrorKind::internal); ++i) {
    if (kind == name(static_cast<ErrorKind>(i))) error.kind = static_cast<ErrorKind>(i);
  }
  error.message = json.at("message");
  error.place = json.at("place");
  error.hint = json.at("hint");
  if (json.contains("retry_after"))
    error.retry_after = std::chrono::seconds(json.at("retry_after").get<std::int64_t>());
  return error;
}

Json json_of(const TargetReport& report) {
  return {{"name", report.name},
          {"target", report.target},
          {"provider", report.provider},
          {"pulled", report.pulled},
          {"written", json_of(report.written)},
          {"requests", report.requests},
          {"cursor", report.cursor},
          {"held", optional_json(report.held)},
          {"error", report.error ? json_of(*report.error) : Json(nullptr)}};
}

TargetReport read_target_report(const Json& json) {
  TargetReport report;
  report.name = json.at("name");
  report.target = json.at("target");
  report.provider = json.at("provider");
  report.pulled = json.at("pulled");
  report.written = read_counts(json.at("written"));
  report.requests = json.at("requests");
  report.cursor = json.at("cursor");
  report.held = read_text(json.at("held"));
  if (!json.at("error").is_null()) report.error = read_error(json.at("error"));
  return report;
}

/// By hand: a run may have tens of thousands of steps, and a tree of them would outweigh everything else in memory.
void append_step(std::string& out, const Step& step) {
  const auto member = [&out](const char* key, const std::string& value) {
    out.append(key);
    append_json_string(out, value);
  };
  member("{\"target\":", step.target);
  member(",\"record\":", step.record);
  member(",\"kind\":", step.kind);
  member(",\"label\":", step.label);
  member(",\"op\":", step.op);
  out.append(",\"fields\":");
  append_json_array(out, step.fields, [&out](const std::string& field) { append_json_string(out, field); });
  member(",\"cause\":", step.cause);
  member(",\"why\":", step.why);
  member(",\"digest\":", step.digest);
  out.append(step.unprotected ? ",\"unprotected\":true}" : ",\"unprotected\":false}");
}

Step read_step(const Json& json) {
  Step step;
  step.target = json.at("target");
  step.record = json.at("record");
  step.kind = json.at("kind");
  step.label = json.at("label");
  step.op = json.at("op");
  step.fields = json.at("fields").get<std::vector<std::string>>();
  step.cause = json.at("cause");
  step.why = json.at("why");
  step.digest = json.at("digest");
  step.unprotected = json.at("unprotected");
  return step;
}

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count(); }
Instant read_instant(const Json& json) { return Instant(std::chrono::milliseconds(json.get<std::int64_t>())); }

Json json_of(const std::optional<Value>& value) { return value ? Json::parse(tagged_json(*value)) : Json(nullptr); }

Result<std::optional<Value>> read_value(const Json& json) {
  if (json.is_null()) return std::optional<Value>();
  FASTI_TRY(Value value, read_tagged(dump(json)));
  return std::optional<Value>(std::move(value));
}

Error unreadable(const std::string& what) {
  return Error{ErrorKind::corrupt_store, "JSON in the store cannot be read: " + what, "", "run `fasti repair`",
               std::nullopt};
}

Status read_sides(const Json& json, ConflictInfo& info) {
  FASTI_TRY(info.base, read_value(json.at("base")));
  FASTI_TRY(info.local, read_value(json.at("local")));
  for (const auto& [target, value] : json.at("remotes").items()) {
    FASTI_TRY(info.remotes[target], read_value(value));
  }
  info.losers = json.at("losers").get<std::vector<std::string>>();
  return {};
}

}  // namespace

const char* outcome_text(Outcome outcome) { return kOutcomes.at(static_cast<std::size_t>(outcome)); }

std::string run_report_json(const RunReport& report) {
  Json json{{"run", report.run},
            {"command", report.command},
            {"outcome", outcome_text(report.outcome)},
            {"local", json_of(report.local)},
            {"syncs", Json::array()},
            {"conflicts", report.conflicts},
            {"parked", report.parked},
            {"seconds", report.seconds},
            {"notes", report.notes},
            {"started", millis(report.started)},
            {"finished", report.finished ? Json(millis(*report.finished)) : Json(nullptr)},
            {"undone_by", optional_json(report.undone_by)}};
  for (const TargetReport& target : report.syncs) json["syncs"].push_back(json_of(target));
  std::string out = dump(json);
  out.back() = ',';
  out.append("\"steps\":");
  append_json_array(out, report.steps, [&out](const Step& step) { append_step(out, step); });
  out.push_back('}');
  return out;
}

Result<RunReport> read_run_report(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    RunReport report;
    report.run = json.at("run");
    report.command = json.at("command");
    const std::string outcome = json.at("outcome");
    for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
      if (outcome == kOutcomes.at(i)) report.outcome = static_cast<Outcome>(i);
    }
    report.local = read_counts(json.at("local"));
    for (const Json& target : json.at("syncs")) report.syncs.push_back(read_target_report(target));
    report.conflicts = json.at("conflicts");
    report.parked = json.at("parked");
    report.seconds = json.at("seconds");
    for (const Json& step : json.at("steps")) report.steps.push_back(read_step(step));
    report.notes = json.at("notes").get<std::vector<std::string>>();
    report.started = read_instant(json.at("started"));
    if (!json.at("finished").is_null()) report.finished = read_instant(json.at("finished"));
    report.undone_by = read_text(json.at("undone_by"));
    return report;
  } catch (const Json::exception& exception) {
    return unreadable(exception.what());
  }
}

std::string conflict_sides_json(const ConflictInfo& info) {
  Json json{{"base", json_of(info.base)},
            {"local", json_of(info.local)},
            {"remotes", Json::object()},
            {"losers", info.losers}};
  for (const auto& [target, value] : info.remotes) json["remotes"][target] = json_of(value);
  return dump(json);
}

Status read_conflict_sides(std::string_view text, ConflictInfo& info) {
  try {
    return read_sides(Json::parse(text), info);
  } catch (const Json::exception& exception) {
    return unreadable(exception.what());
  }
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
