#include "tests/support/scenario.hpp"

#include <gtest/gtest.h>

#include "engine/model/time_text.hpp"
#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace support {
namespace {

std::string plain(const std::optional<Value>& value) {
  if (!value) return "(none)";
  if (const auto* text = std::get_if<std::string>(&*value)) return *text;
  return text_of(*value);
}

std::string property_of(const std::string& path) {
  for (const auto& pair : booking_pairs()) {
    if (pair.field == path_name(path)) return make_path(pair.property, path_part(path));
  }
  return path;
}

std::string code_of(const Properties& properties) {
  auto found = properties.find("Code");
  const auto* text = found == properties.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text ? *text : std::string();
}

}  // namespace

Span span_at(const std::string& start, const std::string& zone, std::chrono::seconds length) {
  const auto wall = parse_time(start);
  EXPECT_TRUE(wall.has_value()) << start;
  return {SpanKind::zoned, wall.value_or(LocalSeconds{}), wall.value_or(LocalSeconds{}) + length, zone};
}

std::string Side::create(const std::string& code, FieldValues fields, const std::string& uid) {
  stage_->clock().advance(std::chrono::minutes(1));
  Properties properties{{"Code", code}};
  for (auto& [field, value] : fields) properties[property_of(field)] = value;
  return Person(provider()).create(stage_->place(target_).collection, properties, uid);
}

const FakeObject* Side::object(const std::string& code) const {
  const auto& place = stage_->place(target_);
  for (const auto* candidate : place.provider->living(place.collection)) {
    if (code_of(candidate->properties) == code) return candidate;
  }
  return nullptr;
}

std::string Side::id_of(const std::string& code) const {
  const auto* found = object(code);
  EXPECT_NE(found, nullptr) << "no " << code << " at " << target_;
  return found ? found->id : std::string();
}

void Side::set(const std::string& code, const std::string& field, const std::optional<Value>& value) {
  stage_->clock().advance(std::chrono::minutes(1));
  Person(provider()).set(stage_->place(target_).collection, id_of(code), property_of(field), value);
}

void Side::remove(const std::string& code) {
  stage_->clock().advance(std::chrono::minutes(1));
  Person(provider()).remove(stage_->place(target_).collection, id_of(code));
}

void Side::copy(const std::string& code, const std::string& new_code) {
  stage_->clock().advance(std::chrono::minutes(1));
  Person(provider()).copy(stage_->place(target_).collection, id_of(code), {{"Code", new_code}});
}

void Side::move(const std::string& code, const Side& to) {
  stage_->clock().advance(std::chrono::minutes(1));
  Person(provider()).move(stage_->place(target_).collection, stage_->place(to.target_).collection, id_of(code));
}

void Side::restore(const std::string& code) {
  stage_->clock().advance(std::chrono::minutes(1));
  const auto& place = stage_->place(target_);
  for (const auto& [id, candidate] : place.provider->objects(place.collection)) {
    if (!candidate.gone || code_of(candidate.properties) != code) continue;
    Person(provider()).restore(place.collection, std::string(id));
    return;
  }
  ADD_FAILURE() << "no deleted " << code << " at " << target_;
}

void Side::set_unreadable(const std::string& code, bool unreadable) {
  stage_->clock().advance(std::chrono::minutes(1));
  Person(provider()).break_object(stage_->place(target_).collection, id_of(code), unreadable);
}

std::string Side::get(const std::string& code, const std::string& field) const {
  const auto* found = object(code);
  if (!found) return "(no object)";
  auto value = found->properties.find(property_of(field));
  return value == found->properties.end() ? "(none)" : plain(value->second);
}

std::size_t Side::count(const std::string& code) const {
  const auto& place = stage_->place(target_);
  std::size_t count = 0;
  for (const auto* candidate : place.provider->living(place.collection))
    count += code_of(candidate->properties) == code;
  return count;
}

std::size_t Side::size() const {
  const auto& place = stage_->place(target_);
  return place.provider->living(place.collection).size();
}

std::size_t Side::writes() const {
  const auto& place = stage_->place(target_);
  std::size_t count = 0;
  for (const auto& entry : place.provider->history()) count += entry.by_engine && entry.collection == place.collection;
  return count;
}

Scenario::Scenario(KindPolicy policy) : stage_(1) {
  stage_.add_kind(booking_kind(), std::move(policy));
  arm();
}

void Scenario::arm() {
  stage_.store().at_commit = [this](WatchedStore::Moment moment) {
    if (moment == WatchedStore::Moment::after && crash_commit_ > 0 && --crash_commit_ == 0) throw Crash{"at a commit"};
  };
}

Side& Scenario::add(const std::string& name, Nature nature, std::vector<std::string> match) {
  stage_.add_provider(name, nature);
  stage_.add_target(name, name, "calendar", booking_mapping(nature, std::move(match)));
  stage_.place(name).connector->at_call = [this](const std::string&, bool before) {
    if (!before && crash_call_ > 0 && --crash_call_ == 0) throw Crash{"after a call"};
  };
  return sides_.emplace(name, Side(stage_, name)).first->second;
}

Side& Scenario::add_beside(const std::string& name, const std::string& connection, std::vector<std::string> match) {
  const auto& nature = stage_.place(connection).provider->nature();
  stage_.add_target(name, connection, name, booking_mapping(nature, std::move(match)));
  return sides_.emplace(name, Side(stage_, name)).first->second;
}

void Scenario::put(const std::string& code, const FieldValues& fields) {
  stage_.clock().advance(std::chrono::minutes(1));
  Record record{"booking", record_id(code), {{"code", code}}, 0, false};
  if (record.id.empty()) record.id = code;
  for (const auto& [field, value] : fields) record.fields[field] = value;
  auto put = stage_.engine().put(record, PutMode::merge);
  EXPECT_TRUE(put.ok()) << put.error().text();
}

void Scenario::set(const std::string& code, const std::string& field, const std::optional<Value>& value) {
  stage_.clock().advance(std::chrono::minutes(1));
  Record record{"booking", record_id(code), {{field, value}}, 0, false};
  auto put = stage_.engine().put(record, PutMode::merge);
  EXPECT_TRUE(put.ok()) << put.error().text();
}

void Scenario::remove(const std::string& code) {
  stage_.clock().advance(std::chrono::minutes(1));
  auto removed = stage_.engine().remove("booking", record_id(code));
  EXPECT_TRUE(removed.ok()) << removed.error().text();
}

std::optional<Record> Scenario::find(const std::string& code) {
  auto records = stage_.engine().list("booking");
  EXPECT_TRUE(records.ok()) << records.error().text();
  if (!records) return std::nullopt;
  for (auto& record : *records) {
    const Value* value = record.find("code");
    if (value && *value == Value(code)) return record;
  }
  return std::nullopt;
}

std::string Scenario::record_id(const std::string& code) {
  auto record = find(code);
  return record ? record->id : std::string();
}

std::string Scenario::get(const std::string& code, const std::string& field) {
  auto record = find(code);
  if (!record) return "(no record)";
  const Value* value = record->find(field);
  return value ? plain(*value) : "(none)";
}

bool Scenario::has(const std::string& code) { return find(code).has_value(); }

std::size_t Scenario::size() {
  auto records = stage_.engine().list("booking");
  return records ? records->size() : 0;
}

RunReport Scenario::run(const std::string& what, const std::function<Result<RunReport>(sync::Engine&)>& act) {
  stage_.clock().advance(std::chrono::minutes(2));
  try {
    auto report = act(stage_.engine());
    EXPECT_TRUE(report.ok()) << what << ": " << report.error().text();
    if (report) return *report;
  } catch (const Crash&) {
    stage_.kill_engine();
  }
  crash_commit_ = crash_call_ = 0;
  return {};
}

RunReport Scenario::sync(std::vector<std::string> only) {
  RunOptions options;
  options.only = std::move(only);
  return run("sync", [&](sync::Engine& engine) { return engine.run(sync::Engine::Mode::sync, options); });
}

RunReport Scenario::resync() {
  return run("resync", [](sync::Engine& engine) { return engine.run(sync::Engine::Mode::resync, RunOptions{}); });
}

RunReport Scenario::plan() {
  return run("plan", [](sync::Engine& engine) { return engine.run(sync::Engine::Mode::plan, RunOptions{}); });
}

RunReport Scenario::approve(const RunReport& held) {
  return run("approve", [&](sync::Engine& engine) { return engine.apply(held.run, RunOptions{}); });
}

RunReport Scenario::rollback(const std::string& id, bool origin) {
  RollbackOptions options;
  options.origin = origin;
  return run("rollback", [&](sync::Engine& engine) { return engine.rollback(id, options); });
}

Result<RunReport> Scenario::apply(const std::vector<Step>& steps) {
  stage_.clock().advance(std::chrono::minutes(2));
  return stage_.engine().apply(steps, RunOptions{});
}

void Scenario::crash_at_commit(int number) { crash_commit_ = number; }
void Scenario::crash_at_call(int number) { crash_call_ = number; }

int Scenario::settle() {
  for (int runs = 1; runs <= 8; ++runs) {
    const auto before = writes();
    wait(std::chrono::minutes(5));
    const auto report = sync();
    bool held = false;
    for (const auto& target : report.syncs) held = held || target.held.has_value();
    if (held) approve(report);
    if (!held && writes() == before && report.local.total() == 0) return runs;
  }
  ADD_FAILURE() << "the world does not come to rest";
  return 0;
}

std::vector<ConflictInfo> Scenario::conflicts(bool open_only) {
  auto rows = stage_.store().conflicts(open_only);
  EXPECT_TRUE(rows.ok()) << rows.error().text();
  std::vector<ConflictInfo> out;
  if (!rows) return out;
  for (auto& row : *rows) out.push_back(row.info);
  return out;
}

Status Scenario::resolve(const ConflictInfo& conflict, const std::string& take) {
  stage_.clock().advance(std::chrono::minutes(1));
  return stage_.engine().resolve(conflict.id, conflict.revision, take, std::nullopt);
}

std::string plan_text(const RunReport& report) {
  std::string out;
  for (const auto& step : report.steps) {
    out += step.target + ": " + step.op + " " + step.label;
    if (step.op == "update") {
      out += " [";
      for (const auto& field : step.fields) out += (field == step.fields.front() ? "" : ", ") + field;
      out += "]";
    }
    out += " because " + step.cause + "\n";
  }
  return out;
}

const TargetReport& report_of(const RunReport& report, const std::string& target) {
  static const TargetReport none;
  for (const auto& candidate : report.syncs) {
    if (candidate.target == target || candidate.name == target) return candidate;
  }
  ADD_FAILURE() << "no report of " << target;
  return none;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
