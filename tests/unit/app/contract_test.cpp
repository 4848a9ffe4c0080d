#include <gtest/gtest.h>

#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/render/report_csv.hpp"
#include "app/render/report_text.hpp"

namespace fasti::app {
namespace {

RunReport a_run() {
  RunReport run;
  run.run = "r1";
  run.command = "sync";
  run.outcome = Outcome::held;
  run.local = {1, 2, 3};
  run.conflicts = 1;
  run.parked = 2;
  run.seconds = 0.5;
  TargetReport club;
  club.name = "club";
  club.target = "club";
  club.provider = "caldav";
  club.pulled = 12;
  club.written = {4, 5, 6};
  club.requests = 9;
  club.cursor = "advanced";
  club.held = "30 deletes";
  run.syncs = {club};
  run.steps = {
      {"club", "M001", "booking", "Mexico - South Africa", "update", {"title"}, "edit", "changed here", "d1", false}};
  return run;
}

ConflictInfo a_conflict() {
  ConflictInfo conflict;
  conflict.id = "c1";
  conflict.revision = 3;
  conflict.kind = "booking";
  conflict.record = "M001";
  conflict.field = "title";
  conflict.base = std::string("old");
  conflict.local = std::string("=cmd()");
  conflict.remotes["club"] = std::string("theirs\x1b[31m");
  conflict.strategy = "ask";
  return conflict;
}

TEST(Contract, ASyncAnswersWithTheAgreedMembers) {
  EXPECT_EQ(run_json(a_run(), Steps::leave_out),
            R"j({"run":"r1","outcome":"held","local":{"created":1,"updated":2,"deleted":3},"syncs":[{"name":"club",)j"
            R"j("target":"club","provider":"caldav","pulled":12,"created":4,"updated":5,"deleted":6,"requests":9,)j"
            R"j("cursor":"advanced","held":"30 deletes","error":null}],"conflicts":1,"parked":2,"seconds":0.5,)j"
            R"j("notes":[]})j");
}

TEST(Contract, APlanReadsBackAsTheSameSteps) {
  auto steps = read_plan("plan.json", run_json(a_run(), Steps::include));
  ASSERT_TRUE(steps.ok());
  EXPECT_EQ(*steps, a_run().steps);
}

TEST(Contract, AFileThatIsNoPlanIsRefusedWithItsPlace) {
  auto broken = read_plan("plan.json", "{\n  \"steps\": [,]}");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().place, "plan.json:2:13");
  auto other = read_plan("plan.json", "{\"run\":\"x\"}");
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().message, "this is not a plan: it has no \"steps\"");
  auto half = read_plan("plan.json", "{\"steps\":[{\"target\":\"x\"}]}");
  ASSERT_FALSE(half.ok());
  EXPECT_EQ(half.error().message, "step 1 of the plan is not as `plan -o` writes it");
}

TEST(Contract, AConflictCarriesAllItsSides) {
  EXPECT_EQ(
      conflicts_json({a_conflict()}),
      R"j([{"id":"c1","revision":3,"state":"open","kind":"booking","record":"M001","field":"title","base":"old",)j"
      R"j("local":"=cmd()","remotes":{"club":"theirs\u001b[31m"},"strategy":"ask","winner":null,"losers":[],)j"
      R"j("at":"1970-01-01T00:00:00.000Z"}])j");
}

TEST(Contract, TheJournalSaysWhoChangedWhat) {
  JournalEntry entry;
  entry.seq = 7;
  entry.origin = "club";
  entry.type = EntryType::observed;
  entry.side = "club";
  entry.kind = "booking";
  entry.record = "M001";
  entry.field = "title";
  entry.after = std::string("new");
  entry.cause = "edit";
  EXPECT_EQ(
      log_json({entry}),
      R"j([{"seq":7,"run":null,"at":"1970-01-01T00:00:00.000Z","origin":"club","entry":"observed","side":"club",)j"
      R"j("kind":"booking","record":"M001","field":"title","before":null,"after":"new","cause":"edit"}])j");
}

TEST(Contract, AnErrorIsAnObjectWithItsHint) {
  EXPECT_EQ(error_json({ErrorKind::bad_config, "unknown key \"nmae\"", "fasti.toml:3:1", "did you mean \"name\"?", {}}),
            R"j({"error":{"kind":"bad_config","message":"unknown key \"nmae\"","place":"fasti.toml:3:1",)j"
            R"j("hint":"did you mean \"name\"?"}})j");
}

TEST(Contract, RecordsComeAsOneAsAnArrayOrAsLines) {
  auto one = split_records("f", "\n {\"a\":1}");
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->size(), 1U);
  EXPECT_EQ(one->front().line, 2U);
  auto array = split_records("f", "[{\"a\":\"]}\"},\n {\"b\":{\"c\":[1]}}]");
  ASSERT_TRUE(array.ok());
  ASSERT_EQ(array->size(), 2U);
  EXPECT_EQ((*array)[1].text, "{\"b\":{\"c\":[1]}}");
  EXPECT_EQ((*array)[1].line, 2U);
  auto lines = split_records("f", "{\"a\":1}\n\n{\"b\":2}\n");
  ASSERT_TRUE(lines.ok());
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ((*lines)[1].line, 3U);
}

TEST(Contract, BrokenRecordsSayWhere) {
  auto place = [](const std::string& text) {
    auto parts = split_records("f.json", text);
    return parts ? "no error" : parts.error().place;
  };
  EXPECT_EQ(place("{\"a\":1}\n{\"b\":}\n"), "f.json:2:6");
  EXPECT_EQ(place("[{\"a\":1},\n 7]"), "f.json:1:1");
  EXPECT_EQ(place("{\n  \"a\": ,\n}"), "f.json:2:8");
  EXPECT_EQ(place("  "), "f.json:1:1");
  EXPECT_EQ(place("\"text\""), "f.json:1:1");
}

TEST(ExitCodes, FollowTheContract) {
  EXPECT_EQ(exit_code(ErrorKind::bad_config), 2);
  EXPECT_EQ(exit_code(ErrorKind::bad_input), 2);
  EXPECT_EQ(exit_code(ErrorKind::held), 4);
  EXPECT_EQ(exit_code(ErrorKind::store_busy), 1);
  EXPECT_EQ(exit_code(ErrorKind::corrupt_store), 1);
  EXPECT_EQ(exit_code(ErrorKind::not_found), 1);
}

TEST(ExitCodes, TheWorseOneWins) {
  EXPECT_EQ(worse(0, 0), 0);
  EXPECT_EQ(worse(3, 0), 3);
  EXPECT_EQ(worse(3, 5), 5);
  EXPECT_EQ(worse(4, 5), 4);
  EXPECT_EQ(worse(4, 1), 1);
  EXPECT_EQ(worse(1, 2), 2);
}

TEST(Report, ReadsWell) {
  EXPECT_EQ(run_text(a_run(), 100),
            "sync r1: a guard holds a target in 0.5 s\n"
            "  here: 1 created, 2 updated, 3 deleted\n"
            "  target  read  created  updated  deleted  requests\n"
            "  club      12        4        5        6         9  held: 30 deletes\n"
            "  to let club go ahead: fasti apply r1\n"
            "  1 conflict waits: fasti conflicts\n"
            "  2 parked objects wait: fasti report\n");
}

TEST(Report, APlanIsGroupedByTargetWithItsReasons) {
  EXPECT_EQ(plan_text(a_run().steps, 100),
            "club: 1 step\n"
            "  update  Mexico - South Africa  [title]  (edit)\n"
            "          changed here\n");
  EXPECT_EQ(plan_text({}, 100), "Nothing to do: every side agrees.\n");
}

TEST(Report, AConflictShowsEverySideSafely) {
  auto text = conflict_text(a_conflict(), 100);
  EXPECT_NE(text.find("c1  OPEN  booking M001, title"), std::string::npos) << text;
  EXPECT_NE(text.find("club            theirs [31m"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Report, TheTableForASpreadsheetHoldsNoFormula) {
  auto text = report_csv(a_run(), {a_conflict()}, {{"club", "/x.ics", "", "in", "=HYPERLINK(1)", Instant{}}});
  EXPECT_NE(text.find("step,1970-01-01T00:00:00.000Z,r1,club,booking,M001,Mexico - South Africa,update,title"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("'=HYPERLINK(1)"), std::string::npos) << text;
  EXPECT_NE(text.find("ask: local: =cmd()"), std::string::npos) << text;
}

}  // namespace
}  // namespace fasti::app
