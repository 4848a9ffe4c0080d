#include "tests/simulation/world.hpp"

#include <algorithm>
#include <exception>

#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {

using support::Crash;
using support::Fault;
using support::Nature;
using support::text_of;

namespace {

/// More calls than this in one run are a run without end.
constexpr int kCallsInRunMax = 3000;

struct Endless {};

const char* kWordsOfOutcome[] = {"ok", "waiting", "held", "partial", "failed"};

std::string summary(const RunReport& report) {
  std::string out = report.run + " " + kWordsOfOutcome[static_cast<int>(report.outcome)];
  out += ", local +" + std::to_string(report.local.created) + " ~" + std::to_string(report.local.updated) + " -" +
         std::to_string(report.local.deleted);
  for (const auto& target : report.syncs) {
    out += "; " + target.name + " +" + std::to_string(target.written.created) + " ~" +
           std::to_string(target.written.updated) + " -" + std::to_string(target.written.deleted);
    if (target.held) out += " HELD: " + *target.held;
    if (target.error) out += " error: " + target.error->text();
  }
  for (const auto& step : report.steps) {
    out +=
        "\n      step " + step.target + " " + step.op + " " + step.record + " (" + step.cause + ": " + step.why + ")";
  }
  return out;
}

}  // namespace

World::World(const Script& script, bool with_story)
    : script_(script),
      with_story_(with_story),
      stage_(script.seed),
      users_(stage_, oracle_, [this](const std::string& line) { tell(line); }) {
  for (std::size_t i = 0; i < support::kFaults; ++i) stage_.chaos().set(static_cast<Fault>(i), script.faults[i]);
  build();
}

void World::tell(const std::string& line) {
  if (with_story_) verdict_.story.push_back((running_ ? "    " : "  ") + line);
}

void World::fail(const std::string& problem) {
  if (verdict_.problems.size() < 20) verdict_.problems.push_back(problem);
  tell("!! " + problem);
}

KindPolicy World::draw_policy(SeededRandom& random) {
  const auto side = [&] {
    const auto number = random.below(stage_.places().size() + 1);
    return number == 0 ? std::string("local") : stage_.places()[number - 1].target;
  };
  const auto draw = [&] {
    Policy policy;
    switch (random.below(6)) {
      case 0:
        policy.type = Policy::Type::ask;
        break;
      case 1:
        policy.type = Policy::Type::prefer;
        policy.prefer = side();
        break;
      case 2:
        policy.type = Policy::Type::priority;
        policy.priority = {side(), side()};
        if (policy.priority[0] == policy.priority[1]) policy.priority.pop_back();
        break;
      default:
        break;
    }
    return policy;
  };
  KindPolicy out;
  out.fallback = draw();
  for (const auto& field : written_fields()) {
    if (random.chance(0.3)) out.fields[field] = draw();
  }
  if (random.chance(0.3)) out.fields["tags"].type = Policy::Type::set_union;
  const auto kind = random.below(10);
  out.on_delete = kind < 7 ? DeletePolicy::edit_wins : (kind < 9 ? DeletePolicy::delete_wins : DeletePolicy::ask);
  deletions_ = out.on_delete;
  return out;
}

void World::add_place(std::size_t number, SeededRandom& random) {
  const bool like_notion = random.chance(0.4);
  Nature nature = like_notion ? support::beta() : support::alpha();
  const std::string name = nature.provider + std::to_string(number);
  if (!like_notion) {
    if (random.chance(0.4)) nature.versions = Nature::Versions::content;
    if (random.chance(0.3)) nature.rewriting = Nature::Rewriting::line_ends;
    nature.echo = static_cast<Nature::Echo>(random.below(3));
    nature.burned_ids = random.chance(0.3);
  }
  nature.page_items = 1 + random.below(6);
  nature.abilities.batch = like_notion ? 1 : 1 + random.below(5);
  stage_.add_provider(name, nature);
  stage_.add_target(name, name, "calendar", support::booking_mapping(nature));
}

void World::build() {
  SeededRandom random(script_.seed * 7919 + 3);
  const std::size_t places = 2 + random.below(3);
  for (std::size_t i = 1; i <= places; ++i) add_place(i, random);
  stage_.add_kind(support::booking_kind(), draw_policy(random));
  // A third of the worlds has no room for a whole round in memory.
  if (script_.seed % 3 == 0) stage_.settings().cases_in_memory = 1 + script_.seed % 4;
  for (auto& place : stage_.places()) watch(place);
  stage_.store().at_begin = [this] {
    if (running_ && !users_.busy() && stage_.chaos().strikes(Fault::put_in_gap)) {
      users_.edit_local(stage_.chaos().random());
    }
  };
  stage_.store().at_commit = [this](support::WatchedStore::Moment moment) {
    count_down(true, moment == support::WatchedStore::Moment::before ? "before a commit" : "after a commit");
  };
}

void World::watch(Place& place) {
  auto* provider = place.provider.get();
  const bool unprotected = !provider->nature().abilities.versions;
  place.connector->at_call = [this, provider, unprotected](const std::string& call, bool before) {
    if (!running_) return;
    if (++calls_in_run_ > kCallsInRunMax) throw Endless{};
    if (before && call == "pull" && unprotected) users_.keep_out_of(nullptr);
    if (before && stage_.chaos().strikes(Fault::edit_during_run)) {
      const bool writing = call != "pull" && call != "fetch" && call != "find" && call != "open";
      if (!unprotected || !writing) users_.edit_anywhere(stage_.chaos().random());
    }
    if (!before && call == "fetch" && unprotected) users_.keep_out_of(provider);
    if (!before && call != "fetch" && unprotected) users_.keep_out_of(nullptr);
    count_down(false, (before ? "before " : "after ") + call);
  };
  if (with_story_) {
    place.connector->on_trace = [this](const std::string& line) { tell(line); };
  }
  const std::string target = place.target;
  provider->before_write = [this, target, unprotected](const WriteRequest& request) {
    count_down(false, "before a write");
    if (request.op == WriteOp::create) return;
    if (unprotected && stage_.chaos().strikes(Fault::edit_in_window)) {
      users_.edit_before_write(stage_.place(target), stage_.chaos().random(), request);
    }
  };
  provider->after_write = [this, provider, target](const WriteRequest& request, bool stored) {
    if (stored) judge_write(stage_.place(target), request);
    const auto& objects = provider->objects(request.collection);
    const auto object = objects.find(request.id);
    if (request.op == WriteOp::remove && object != objects.end() && object->second.gone && object->second.unreadable) {
      fail("S14 " + request.id + " at " + target + " cannot be read and is deleted");
    }
    count_down(false, "after a write");
  };
  provider->between_pages = [this] {
    if (running_ && stage_.chaos().strikes(Fault::edit_during_pull)) users_.edit_anywhere(stage_.chaos().random());
  };
  provider->meddle = [this, target](const std::string&, const std::string& id) {
    users_.edit_remote(stage_.place(target), stage_.chaos().random(), id);
  };
}

void World::arm_crash(SeededRandom& random) {
  crash_at_commit_ = random.chance(0.5);
  crash_in_ = static_cast<int>(1 + random.below(crash_at_commit_ ? 16 : 24));
}

void World::count_down(bool commit, const std::string& where) {
  if (crash_in_ == 0 || !running_ || users_.busy() || commit != crash_at_commit_) return;
  if (--crash_in_ > 0) return;
  stage_.chaos().count(commit ? Fault::crash_at_commit : Fault::crash_at_call);
  throw Crash{where};
}

void World::note_doubts() {
  auto open = stage_.store().open_intents();
  if (!open) return;
  for (const auto& intent : *open) {
    auto code = intent.encoded.find("Code");
    const auto* text = code == intent.encoded.end() ? nullptr : std::get_if<std::string>(&code->second);
    if (text) oracle_.doubt(*text);
  }
}

template <class F>
std::optional<RunReport> World::run(const std::string& what, bool approved, F act) {
  tell(what);
  remember_sizes();
  running_ = true;
  calls_in_run_ = 0;
  std::optional<RunReport> report;
  try {
    auto result = act(stage_.engine());
    running_ = false;
    heed(what, result);
    if (result) report = std::move(result).value();
  } catch (const Crash& crash) {
    running_ = false;
    tell("the process dies " + crash.where);
    stage_.kill_engine();
    users_.restart();
  } catch (const Endless&) {
    running_ = false;
    fail("L2 " + what + " does not end");
    stage_.kill_engine();
    users_.restart();
  } catch (const std::exception& exception) {
    running_ = false;
    fail(what + " threw: " + exception.what());
    stage_.kill_engine();
    users_.restart();
  }
  crash_in_ = 0;
  users_.keep_out_of(nullptr);
  note_doubts();
  if (!approved) check_guard(what);
  for (auto& place : stage_.places()) {
    if (!place.connector->breaches().empty()) fail(place.connector->breaches().front());
    if (!place.provider->unconditional_writes().empty()) {
      fail("S11 an unconditional write of " + place.provider->unconditional_writes().front());
    }
  }
  return report;
}

void World::heed(const std::string& what, const Result<RunReport>& report) {
  if (!report) {
    tell(what + ": " + report.error().text());
    trace_.add(report.error().text());
    if (report.error().kind == ErrorKind::internal || report.error().kind == ErrorKind::corrupt_store) {
      fail(what + ": " + report.error().text());
    }
    return;
  }
  tell(with_story_ ? summary(*report) : std::string());
  for (const auto& target : report->syncs) {
    trace_.add(target.cursor);
    if (target.error && target.error->kind == ErrorKind::internal) fail(what + ": " + target.error->text());
    if (target.held) {
      ++verdict_.guards;
      held_run_ = report->run;
    }
  }
}

std::optional<RunReport> World::sync(const std::vector<std::string>& only) {
  RunOptions options;
  options.only = only;
  return run("sync", false, [&](sync::Engine& engine) { return engine.run(sync::Engine::Mode::sync, options); });
}

void World::plan(bool apply) {
  const auto writes = stage_.engine_writes();
  auto planned =
      run("plan", false, [&](sync::Engine& engine) { return engine.run(sync::Engine::Mode::plan, RunOptions{}); });
  if (stage_.engine_writes() != writes) fail("a plan wrote to a provider");
  if (!planned || !apply) return;
  run("apply of the plan", true, [&](sync::Engine& engine) { return engine.apply(planned->steps, RunOptions{}); });
}

void World::approve() {
  if (held_run_.empty()) return;
  const std::string held = std::exchange(held_run_, {});
  run("approval of " + held, true, [&](sync::Engine& engine) { return engine.apply(held, RunOptions{}); });
}

bool World::perform_by_engine(const Op& op, SeededRandom& random) {
  switch (op.kind) {
    case OpKind::sync:
      sync();
      return true;
    case OpKind::sync_some:
      sync({stage_.places()[random.below(stage_.places().size())].target});
      return true;
    case OpKind::resync:
      run("resync", false, [](sync::Engine& engine) { return engine.run(sync::Engine::Mode::resync, RunOptions{}); });
      return true;
    case OpKind::plan:
      plan(false);
      return true;
    case OpKind::plan_and_apply:
      plan(true);
      return true;
    case OpKind::crash_in_run:
      arm_crash(random);
      sync();
      return true;
    case OpKind::approve:
      approve();
      return true;
    default:
      return false;
  }
}

void World::perform_by_users(const Op& op, SeededRandom& random) {
  auto& place = stage_.places()[random.below(stage_.places().size())];
  switch (op.kind) {
    case OpKind::edit_local:
      users_.edit_local(random);
      break;
    case OpKind::create_local:
      users_.create_local(random);
      break;
    case OpKind::delete_local:
      users_.delete_local(random);
      break;
    case OpKind::edit_remote:
      users_.edit_remote(place, random);
      break;
    case OpKind::create_remote:
      users_.create_remote(place, random);
      break;
    case OpKind::delete_remote:
      users_.delete_remote(place, random);
      break;
    case OpKind::copy_remote:
      users_.copy_remote(place, random);
      break;
    case OpKind::mass_delete:
      users_.mass_delete(place, random);
      break;
    case OpKind::break_remote:
      users_.break_remote(place, random);
      break;
    case OpKind::mend_remote:
      users_.mend_remote(place, random);
      break;
    case OpKind::resolve:
      users_.resolve_one(random);
      break;
    default:
      break;
  }
}

void World::perform_in_world(const Op& op, SeededRandom& random) {
  auto& place = stage_.places()[random.below(stage_.places().size())];
  switch (op.kind) {
    case OpKind::wait_minutes:
      stage_.clock().advance(std::chrono::minutes(1 + random.below(90)));
      break;
    case OpKind::wait_days:
      stage_.clock().advance(std::chrono::hours(24 * (1 + random.below(12))));
      break;
    case OpKind::expire_cursors:
      tell(place.target + " forgets its cursors");
      place.provider->expire_cursors();
      break;
    case OpKind::toggle_outage:
      for (auto& other : stage_.places()) other.provider->set_down(false);
      if (random.chance(0.6)) {
        tell(place.target + " is down");
        place.provider->set_down(true);
      }
      break;
    case OpKind::restart:
      stage_.kill_engine();
      users_.restart();
      break;
    default:
      break;
  }
}

void World::perform(const Op& op) {
  SeededRandom random(op.seed);
  stage_.chaos().reseed(op.seed ^ 0xfa17ULL);
  stage_.clock().advance(std::chrono::milliseconds(200 + random.below(45000)));
  if (perform_by_engine(op, random)) return;
  perform_by_users(op, random);
  perform_in_world(op, random);
}

void World::come_to_rest() {
  tell("--- the faults end ---");
  stage_.chaos().set_quiet(true);
  for (auto& place : stage_.places()) place.provider->set_down(false);
  SeededRandom random(script_.seed ^ 0x9e57ULL);
  for (std::size_t round = 1; round <= 10; ++round) {
    stage_.clock().advance(std::chrono::minutes(30));
    const auto writes = stage_.engine_writes();
    bool answered = false;
    for (int i = 0; i < 200 && users_.resolve_one(random); ++i) answered = true;
    held_run_.clear();
    const auto report = sync();
    const bool held = !held_run_.empty();
    approve();
    if (report && !held && !answered && report->conflicts == 0 && stage_.engine_writes() == writes &&
        report->local.total() == 0) {
      verdict_.rounds = round;
      return;
    }
  }
  fail("L1 the world does not come to rest");
}

void World::judge_rollback() {
  SeededRandom random(script_.seed ^ 0x0110ULL);
  if (random.chance(0.5)) return;
  tell("--- a run is rolled back ---");
  rolling_back_ = true;
  const auto before = state_text(false);
  const auto conflicts = log().size();
  const auto deeds = 1 + random.below(4);
  const bool app_too = random.chance(0.25);
  for (std::uint64_t i = 0; i < deeds; ++i) {
    stage_.clock().advance(std::chrono::minutes(1));
    auto& place = stage_.places()[random.below(stage_.places().size())];
    const auto deed = random.below(app_too ? 8 : 6);
    if (deed == 0) users_.create_remote(place, random);
    if (deed == 1) users_.delete_remote(place, random);
    if (deed > 1 && deed < 6) users_.edit_remote(place, random);
    if (deed == 6) users_.edit_local(random);
    if (deed == 7) users_.create_local(random);
  }
  stage_.clock().advance(std::chrono::minutes(5));
  held_run_.clear();
  const auto carried = sync();
  if (!carried || !held_run_.empty() || log().size() != conflicts) return;
  stage_.clock().advance(std::chrono::minutes(5));
  RollbackOptions options;
  options.origin = true;
  const auto undone = run("rollback of " + carried->run, true,
                          [&](sync::Engine& engine) { return engine.rollback(carried->run, options); });
  if (!undone) fail("S10 the rollback failed");
  if (state_text(false) != before) {
    tell("before:\n" + before);
    fail("S10 the rollback of a run is not the state before it");
  }
  const auto writes = stage_.engine_writes();
  stage_.clock().advance(std::chrono::minutes(30));
  sync();
  if (stage_.engine_writes() != writes) fail("S10 the run after a rollback wrote");
}

Verdict World::play() {
  for (const auto& op : script_.ops) {
    perform(op);
    if (!verdict_.problems.empty()) break;
  }
  if (verdict_.problems.empty()) come_to_rest();
  if (verdict_.problems.empty()) judge_isolation();
  if (verdict_.problems.empty()) judge();
  if (verdict_.problems.empty()) judge_rollback();
  if (with_story_) tell("in the end:\n" + state_text(false));
  trace_.add(state_text(true));
  for (const auto& problem : verdict_.problems) trace_.add(problem);
  verdict_.trace = trace_.hex();
  for (std::size_t i = 0; i < support::kFaults; ++i) {
    verdict_.faults[i] = stage_.chaos().counted(static_cast<Fault>(i));
  }
  return verdict_;
}

Verdict play(const Script& script, bool with_story) { return World(script, with_story).play(); }

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
