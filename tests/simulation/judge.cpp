// What a world is judged by while it runs and when it is at rest.
#include <algorithm>

#include "tests/simulation/world.hpp"
#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {

using support::text_of;

/// No write without a difference (rule 22), and none that puts an older value over what was made on top of it, unless
/// the two were held for a conflict.
void World::judge_write(const Place& place, const WriteRequest& request) {
  if (request.op != WriteOp::update || rolling_back_) return;
  const auto& objects = place.provider->objects(request.collection);
  const auto object = objects.find(request.id);
  const auto* replaced = place.provider->replaced(request.collection, request.id);
  if (object == objects.end() || !replaced || replaced->unreadable) return;
  const auto& nature = place.provider->nature();
  if (nature.abilities.versions && nature.rewriting == support::Nature::Rewriting::none &&
      replaced->properties == object->second.properties) {
    fail("S5 " + request.id + " at " + place.target + " is written and stays as it was");
  }
  const auto before = shown_fields(replaced->properties);
  const auto after = shown_fields(object->second.properties);
  const std::string code = code_in(before);
  if (code != code_in(after)) return;
  for (const auto& field : written_fields()) {
    const auto was = before.find(field);
    const auto is = after.find(field);
    if (was == before.end() || is == after.end() || !oracle_.takes_back(code, field, was->second, is->second)) continue;
    const auto contests = log();
    const bool logged = std::any_of(contests.begin(), contests.end(), [&](const Oracle::Logged& entry) {
      return entry.code == code && (entry.field.empty() || entry.field == field);
    });
    if (!logged) {
      fail("S1 " + code + "." + field + " at " + place.target + " goes back from " + text_of(was->second) + " to " +
           text_of(is->second));
    }
  }
}

void World::remember_sizes() {
  auto status = stage_.engine().status();
  for (auto& place : stage_.places()) {
    Size size{place.provider->living(place.collection).size(), place.provider->history().size()};
    if (status) {
      for (const auto& row : *status) {
        if (row.target == place.target || row.name == place.target) {
          size.records = std::max(size.records, static_cast<std::size_t>(row.records));
        }
      }
    }
    sizes_[place.target] = size;
  }
}

void World::check_guard(const std::string& what) {
  for (auto& place : stage_.places()) {
    const Size& before = sizes_[place.target];
    const auto& history = place.provider->history();
    std::set<std::string> removed;
    for (std::size_t i = before.history; i < history.size(); ++i) {
      if (history[i].by_engine && history[i].op == WriteOp::remove) removed.insert(history[i].id);
    }
    if (removed.size() >= 3 && removed.size() * 4 > before.records) {
      fail("S13 " + what + " deleted " + std::to_string(removed.size()) + " of " + std::to_string(before.records) +
           " records of " + place.target + " and nobody approved");
    }
  }
}

std::vector<Oracle::Side> World::sides() {
  std::vector<Oracle::Side> out;
  auto& local = out.emplace_back();
  local.name = "local";
  local.form = [](const Value& value) { return value; };
  auto records = stage_.engine().list("booking");
  if (!records) fail("the records cannot be read: " + records.error().text());
  for (const auto& record : records ? *records : std::vector<Record>{}) {
    auto shown = shown_fields(record.fields);
    const std::string code = code_in(shown);
    local.objects.emplace(code, std::move(shown));
  }
  for (auto& place : stage_.places()) {
    auto& side = out.emplace_back();
    side.name = place.target;
    side.form = [provider = place.provider](const Value& value) { return provider->form(value); };
    for (const auto* object : place.provider->living(place.collection)) {
      auto shown = shown_fields(object->properties);
      const std::string code = code_in(shown);
      side.objects.emplace(code, std::move(shown));
    }
  }
  return out;
}

std::vector<Oracle::Logged> World::log() {
  std::map<std::string, std::string> codes;
  auto listed = stage_.store().each_record("booking", true, [&](store::RecordRow&& row) {
    codes[row.record.id] = code_in(shown_fields(row.record.fields));
    return Status();
  });
  if (!listed) fail("the records cannot be read: " + listed.error().text());
  std::vector<Oracle::Logged> out;
  auto conflicts = stage_.store().conflicts(false);
  for (const auto& row : conflicts ? *conflicts : std::vector<store::ConflictRow>{}) {
    Oracle::Logged entry{codes[row.info.record], row.info.field, {row.info.local}};
    for (const auto& remote : row.info.remotes) entry.values.push_back(remote.second);
    out.push_back(std::move(entry));
  }
  return out;
}

std::string World::state_text(bool with_history) {
  std::string out;
  for (const auto& side : sides()) {
    out += side.name + ":";
    for (const auto& [code, object] : side.objects) {
      out += " " + code;
      for (const auto& [field, value] : object) out += " " + field + "=" + text_of(value);
    }
    out += "\n";
  }
  if (!with_history) return out;
  for (auto& place : stage_.places()) {
    out += std::to_string(place.provider->requests()) + "\n";
    for (const auto& entry : place.provider->history()) {
      out += entry.id + entry.key + std::to_string(static_cast<int>(entry.op)) + text_of(entry.after);
    }
  }
  return out;
}

Oracle::Deletions World::deletions() const {
  switch (deletions_) {
    case DeletePolicy::edit_wins:
      return Oracle::Deletions::edit_wins;
    case DeletePolicy::delete_wins:
      return Oracle::Deletions::delete_wins;
    case DeletePolicy::ask:
      break;
  }
  return Oracle::Deletions::ask;
}

void World::judge_isolation() {
  const auto broken = users_.broken();
  if (broken.empty()) return;
  for (const auto& problem : oracle_.judge(sides(), log(), deletions(), broken))
    fail("S14 beside a broken one: " + problem);
  if (!verdict_.problems.empty()) return;
  tell("--- all can be read again ---");
  users_.mend_all();
  come_to_rest();
}

void World::judge() {
  const auto entries = log();
  for (const auto& problem : oracle_.judge(sides(), entries, deletions())) fail(problem);
  auto open = stage_.store().open_intents();
  if (!open || !open->empty()) fail("L1 intents are still open");
  const auto before = state_text(false);
  const auto writes = stage_.engine_writes();
  stage_.clock().advance(std::chrono::hours(1));
  const auto last = sync();
  if (stage_.engine_writes() != writes) fail("S5 a run without edits wrote");
  if (state_text(false) != before) fail("S6 a run without edits changed something");
  if (!last) fail("L1 the last run failed");
  const auto sides_count = stage_.places().size() + 1;
  if (writes > 6 * sides_count * (users_.deeds() + 1)) {
    fail("S5 " + std::to_string(writes) + " writes for " + std::to_string(users_.deeds()) + " deeds of users");
  }
  verdict_.conflicts = entries.size();
  verdict_.needless = oracle_.needless(entries);
}

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
