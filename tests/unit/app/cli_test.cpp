// The command line without a store: help, usage errors, completion.
#include "app/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace fasti::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome fasti(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Session session{in, out, err};
  int code = run(arguments, session);
  return {code, out.str(), err.str()};
}

const std::vector<std::string>& commands() {
  static const std::vector<std::string> names{
      "init",   "check",   "collections", "import", "export",   "put",       "get",    "list",   "delete",
      "plan",   "apply",   "sync",        "resync", "rollback", "conflicts", "report", "runs",   "log",
      "status", "inspect", "pause",       "resume", "relink",   "purge",     "backup", "repair", "completion"};
  return names;
}

TEST(Help, ListsEveryCommandOfThisVersionAndNoOther) {
  auto help = fasti({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const auto& name : commands()) EXPECT_THAT(help.out, HasSubstr("\n  " + name + " ")) << name;
  for (const auto& name : later_commands()) EXPECT_THAT(help.out, Not(HasSubstr("\n  " + name + " "))) << name;
}

TEST(Help, EveryCommandShowsExamplesAndTheCommonOptions) {
  for (const auto& name : commands()) {
    auto help = fasti({name, "--help"});
    EXPECT_EQ(help.code, 0) << name;
    EXPECT_THAT(help.out, HasSubstr("Examples:\n  ")) << name;
    EXPECT_THAT(help.out, HasSubstr("fasti " + name)) << name;
    EXPECT_THAT(help.out, HasSubstr("--config")) << name;
    EXPECT_THAT(help.out, HasSubstr("--json")) << name;
  }
}

TEST(Usage, ALaterCommandIsRefusedInOneClearLine) {
  for (const auto& name : later_commands()) {
    auto refused = fasti({name, "--port", "80"});
    EXPECT_EQ(refused.code, 2) << name;
    EXPECT_EQ(refused.err,
              "fasti: `" + name + "` comes with a later version\n  fasti --help lists what this one has\n");
    EXPECT_EQ(refused.out, "");
  }
}

TEST(Usage, AMistypedCommandNamesTheNearest) {
  auto refused = fasti({"snyc"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(refused.err, "fasti: there is no command \"snyc\"\n  did you mean `fasti sync`?\n");
}

TEST(Usage, WhatIsMissingOrUnknownEndsWithTwo) {
  EXPECT_EQ(fasti({}).code, 2);
  EXPECT_EQ(fasti({"get", "booking"}).code, 2);
  EXPECT_EQ(fasti({"sync", "--frobnicate"}).code, 2);
  EXPECT_EQ(fasti({"sync", "--wait", "soon"}).code, 2);
  EXPECT_EQ(fasti({"put", "booking", "a", "b", "c"}).code, 2);
  EXPECT_EQ(fasti({"rollback", "r1"}).code, 2);
  EXPECT_EQ(fasti({"purge", "club"}).code, 2);
  EXPECT_EQ(fasti({"report", "--html", "x.html"}).code, 2);
  ::unsetenv("NOTION_TOKEN");
  EXPECT_EQ(fasti({"init", "/nonexistent/league", "--from-notion", "x"}).code, 2);
  EXPECT_EQ(fasti({"conflicts", "resolve", "c1"}).code, 2);
  EXPECT_EQ(fasti({"conflicts", "resolve", "c1", "--take", "local", "--value", "x"}).code, 2);
  EXPECT_EQ(fasti({"completion", "tcsh"}).code, 2);
}

TEST(Usage, WithJsonTheErrorIsAnObjectToo) {
  auto refused = fasti({"get", "booking", "--json"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.out, HasSubstr("{\"error\":{\"kind\":\"bad_input\",\"message\":"));
  auto later = fasti({"--json", "serve"});
  EXPECT_THAT(later.out, HasSubstr("`serve` comes with a later version"));
}

TEST(Usage, AConfigThatIsNotThereIsNamed) {
  auto refused = fasti({"status", "--config", "/nonexistent/fasti.toml", "--json"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("/nonexistent/fasti.toml"));
  EXPECT_THAT(refused.out, HasSubstr("\"error\""));
}

TEST(Completion, NamesEveryCommandInEveryShell) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    auto script = fasti({"completion", shell});
    EXPECT_EQ(script.code, 0);
    for (const auto& name : commands()) EXPECT_THAT(script.out, HasSubstr(name)) << shell;
    EXPECT_THAT(script.out, HasSubstr("max-delete")) << shell;
    EXPECT_THAT(script.out, HasSubstr("resolve")) << shell;
    EXPECT_THAT(script.out, Not(HasSubstr("notion-url"))) << shell;
  }
}

}  // namespace
}  // namespace fasti::app
