// A round that does not fit into memory is carried out in parts: same plan, same guard, same end.
#include <gtest/gtest.h>

#include "tests/support/scenario.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using support::alpha;
using support::beta;
using support::plan_text;
using support::report_of;
using support::Scenario;

std::string code(const char* letter, int number) { return letter + std::to_string(number); }

std::string told(const RunReport& report) {
  std::string text = std::string(name(report.outcome)) + "\n" + plan_text(report);
  for (const TargetReport& target : report.syncs) {
    text += target.target + " " + std::to_string(target.written.created) + " " +
            std::to_string(target.written.updated) + " " + std::to_string(target.written.deleted) + "\n";
  }
  for (const std::string& note : report.notes) text += note.substr(0, note.find("019")) + "\n";
  return text + std::to_string(report.local.created) + " " + std::to_string(report.local.updated) + " " +
         std::to_string(report.local.deleted) + " " + std::to_string(report.conflicts) + "\n";
}

/// Creates, edits, a conflict, copies, strangers that match, a guard's hold: everything that a round may bring.
std::vector<std::string> play(std::size_t in_memory) {
  KindPolicy policy;
  policy.fields["notes"].type = Policy::Type::keep_both;
  Scenario world(policy);
  world.stage().settings().cases_in_memory = in_memory;
  auto& google = world.add("google", alpha(), {"title"});
  auto& notion = world.add("notion", beta(), {"title"});
  std::vector<std::string> log;
  for (int i = 1; i <= 12; ++i) world.put(code("r", i), {{"title", code("Match ", i)}, {"notes", "bring flags"}});
  log.push_back(told(world.plan()));
  log.push_back(told(world.sync()));
  for (int i = 1; i <= 5; ++i) google.create(code("g", i), {{"title", code("Draw ", i)}});
  for (int i = 4; i <= 8; ++i) notion.create(code("n", i), {{"title", code("Draw ", i)}});
  google.set("r1", "title", Value(std::string("Opening")));
  notion.set("r1", "title", Value(std::string("First match")));
  google.set("r2", "notes", Value(std::string("bring drums")));
  world.set("r2", "notes", Value(std::string("bring songs")));
  world.set("r12", "title", Value(std::string("Final")));
  for (int i = 3; i <= 8; ++i) google.remove(code("r", i));
  log.push_back(told(world.plan()));
  const RunReport held = world.sync();
  EXPECT_EQ(held.outcome, Outcome::held) << told(held);
  EXPECT_TRUE(report_of(held, "google").held);
  log.push_back(told(held));
  log.push_back(told(world.approve(held)));
  world.settle();
  log.push_back(told(world.sync()));
  log.push_back(std::to_string(world.size()) + " " + std::to_string(google.size()) + " " +
                std::to_string(notion.size()) + " " + std::to_string(world.writes()));
  for (const char* title : {"r1", "r2", "r12"}) {
    log.push_back(google.get(title, "title") + "/" + google.get(title, "notes") + "/" + notion.get(title, "title"));
  }
  return log;
}

TEST(Parts, DoWhatAtOnceDoes) {
  const auto at_once = play(1000);
  EXPECT_EQ(play(10), at_once);
  EXPECT_EQ(play(1), at_once);
}

TEST(Parts, AnEditThatTheGuardHasNotSeenWaitsForAnotherRound) {
  Scenario world;
  world.stage().settings().cases_in_memory = 2;
  auto& google = world.add("google", alpha());
  for (int i = 1; i <= 8; ++i) world.put(code("r", i), {{"title", code("Match ", i)}});
  world.settle();
  for (int i = 1; i <= 8; ++i) world.set(code("r", i), "title", Value(code("Game ", i)));
  // The app deletes what was already counted as edited: the guard has not agreed to that.
  bool deleted = false;
  world.stage().store().at_begin = [&] {
    if (std::exchange(deleted, true)) return;
    for (int i = 5; i <= 8; ++i) world.remove(code("r", i));
  };
  const RunReport report = world.sync();
  EXPECT_EQ(report.outcome, Outcome::held) << told(report);
  EXPECT_EQ(google.size(), 8U) << "half of the records at once is held, however late it comes";
}

}  // namespace
}  // namespace v1
}  // namespace fasti
