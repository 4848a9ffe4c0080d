// What the files of a configuration may not say: each refusal with its whole text.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/config/config.hpp"
#include "engine/config/connection_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace {

namespace fs = std::filesystem;

// A folder of its own for each test, gone with it.
class Refusals : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "kinds");
    fs::create_directories(folder_ / "mappings");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

  Result<config::Config> load(const std::string& text) const {
    write("fasti.toml", text);
    ConnectorFactory calendars;
    calendars.provider = "caldav";
    calendars.keys = {"url", "username", "password"};
    calendars.secrets = {"password"};
    calendars.properties = {{"SUMMARY", FieldType::text, false}, {"LOCATION", FieldType::text, false}};
    ConnectorFactory files;
    files.provider = "ics";
    files.keys = {"path"};
    return config::load((folder_ / "fasti.toml").string(), system_files(), {calendars, files}, nullptr);
  }

  std::string without_folder(std::string text) const {
    const auto prefix = folder_.string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }

  // message | place | hint
  std::string refusal(const std::string& text) const {
    const auto config = load(text);
    if (config) return "accepted";
    EXPECT_EQ(config.error().kind, ErrorKind::bad_config);
    return without_folder(config.error().message + " | " + config.error().place + " | " + config.error().hint);
  }

  fs::path folder_;
};

const std::string kClub = "[connections.club]\nprovider = \"ics\"\npath = \"public\"\n";
const std::string kGames = "[[sync]]\nname = \"games\"\nconnection = \"club\"\ncollection = \"Games\"\n";
const std::string kSync = kClub + kGames + "kind = \"booking\"\n";  // 8 lines

struct Case {
  std::string text;
  std::string expected;
};

TEST_F(Refusals, FastiToml) {
  const std::vector<Case> cases = {
      {"sync = 3\n", "write [[sync]] | fasti.toml:1:1 | "},
      {"store = 3\n", "\"store\" must be text | fasti.toml:1:1 | "},
      {"store = \"\"\n", "\"store\" must not be empty | fasti.toml:1:1 | "},
      {"[[availability]]\nkind = \"booking\"\n", "\"availability\" is not supported yet | fasti.toml:1:3 | "},
      {"connections = 3\n", "write [connections.NAME] | fasti.toml:1:1 | "},
      {"[connections]\nclub = 3\n", "\"club\" must be a table | fasti.toml:2:1 | "},
      {"[connections.club]\n", "connection \"club\" needs \"provider\" | fasti.toml:1:14 | "},
      {"[connections.club]\nprovider = \"caldaf\"\n",
       "unknown provider \"caldaf\" | fasti.toml:2:1 | did you mean \"caldav\"?"},
      {kClub + "pth = \"x\"\n", "unknown key \"pth\" | fasti.toml:4:1 | did you mean \"path\"?"},
      {kClub + "rate = \"fast\"\n", "\"rate\" must be a number | fasti.toml:4:1 | "},
      {kClub + "rate = true\n", "\"rate\" must be a number | fasti.toml:4:1 | "},
      {kClub + "rate = 0\n", "\"rate\" must be requests per second, above 0 | fasti.toml:4:1 | "},
      {kClub + "rate = inf\n", "\"rate\" must be requests per second, above 0 | fasti.toml:4:1 | "},
      {kClub + "parallel = 65\n", "\"parallel\" must be a whole number from 1 to 64 | fasti.toml:4:1 | "},
      {"[connections.a]\nprovider = \"caldav\"\npassword = { envv = \"X\" }\n",
       "unknown key \"envv\" | fasti.toml:3:14 | did you mean \"env\"?"},
      {"[connections.a]\nprovider = \"caldav\"\npassword = { command = [] }\n",
       "\"command\" is empty | fasti.toml:3:1 | write password = { env = \"NAME\" }, { file = \"PATH\" } or { command "
       "= "
       "[\"…\"] }"},
      {kClub + kGames + "kind = \"bookin\"\n", "unknown kind \"bookin\" | fasti.toml:8:1 | did you mean \"booking\"?"},
      {kClub + kGames, "sync \"games\" needs \"kind\" | fasti.toml:4:1 | "},
      {"[[sync]]\nname = \"x\"\nconnection = \"clup\"\ncollection = \"y\"\nkind = \"booking\"\n" + kClub,
       "unknown connection \"clup\" | fasti.toml:3:1 | did you mean \"club\"?"},
      {kSync + "mapping = \"ics-bookin\"\n",
       "there is no mapping \"ics-bookin\" | fasti.toml:9:1 | did you mean \"ics-booking\"?"},
      {kSync + "mapping = \"ics-busy\"\n",
       "mapping \"ics-busy\" is for kind \"busy\", not \"booking\" | fasti.toml:9:1 | "},
      {kSync + "mapping = \"csv-booking\"\n",
       "mapping \"csv-booking\" is for provider \"csv\", not \"ics\" | fasti.toml:9:1 | "},
      {kSync + kGames + "kind = \"booking\"\n",
       "sync \"games\" is there already, at fasti.toml:4:1 | fasti.toml:10:1 | "},
      {kSync + "window = { past = \"30d\" }\n", "\"window\" is not supported yet | fasti.toml:9:1 | "},
      {kSync + "invitations = \"all\"\n", "invitations = \"all\" is not supported yet | fasti.toml:9:1 | "},
      {kSync + "recurrence = \"occurrences\"\n",
       "recurrence = \"occurrences\" is not supported yet | fasti.toml:9:1 | "},
      {kSync + "every = \"soon\"\n", "\"soon\" is no duration | fasti.toml:9:1 | write it like \"10m\" or \"30d\""},
      {kSync + "every = \"0m\"\n", "\"0m\" is no duration | fasti.toml:9:1 | write it like \"10m\" or \"30d\""},
      {kSync + "every = 10\n", "\"every\" must be text | fasti.toml:9:1 | "},
      {kSync + "every = \"1h\"\ncron = \"1 * * * *\"\n",
       "\"every\" and \"cron\" exclude each other | fasti.toml:10:1 | "},
      {kSync + "cron = \"at noon\"\n",
       "\"at noon\" is no cron time | fasti.toml:9:1 | write minute, hour, day, month and weekday: \"15 3 * * *\""},
      {kSync + "max_delete = \"101%\"\n",
       "\"max_delete\" must be a count or a percentage | fasti.toml:9:1 | write 5 or \"20%\""},
      {kSync + "max_delete = -1\n",
       "\"max_delete\" must be a count or a percentage | fasti.toml:9:1 | write 5 or \"20%\""},
      {kSync + "direction = \"to_remot\"\n",
       "unknown direction \"to_remot\" | fasti.toml:9:1 | did you mean \"to_remote\"?"},
      {kSync + "enabled = 1\n", "\"enabled\" must be true or false | fasti.toml:9:1 | "},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal(one.text), one.expected) << one.text;
}

TEST_F(Refusals, Conflicts) {
  const std::vector<Case> cases = {
      {"[conflict]\nbooking = 3\n", "must be a table | fasti.toml:2:1 | "},
      {"[conflict.bokking]\n", "unknown kind \"bokking\" | fasti.toml:1:11 | did you mean \"booking\"?"},
      {"[conflict.booking]\nfields = 3\n", "must be a table: fields.NAME = \"ask\" | fasti.toml:2:1 | "},
      {"[conflict.booking]\ndefault = \"union\"\n", "\"union\" is for fields that hold sets | fasti.toml:2:1 | "},
      {"[conflict.booking]\nfields.title = \"union\"\n", "\"union\" is for fields that hold sets | fasti.toml:2:8 | "},
      {"[conflict.booking]\ndefault = { prefer = \"gamez\" }\n" + kSync,
       "unknown side \"gamez\" | fasti.toml:2:13 | did you mean \"games\"?"},
      {"[conflict.booking]\ndefault = { priority = [] }\n", "\"priority\" is empty | fasti.toml:2:13 | "},
      {"[conflict.booking]\ndefault = \"newest\"\n",
       "unknown strategy \"newest\" | fasti.toml:2:1 | known: latest, ask, keep_both, union"},
      {"[conflict.booking]\ndelete = \"edit_win\"\n",
       "unknown answer \"edit_win\" | fasti.toml:2:1 | did you mean \"edit_wins\"?"},
      {kSync + "[sync.conflict]\nfields.titel = \"ask\"\n",
       "unknown field \"titel\" | fasti.toml:10:8 | did you mean \"title\"?"},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal(one.text), one.expected) << one.text;
}

TEST_F(Refusals, Kinds) {
  const std::vector<Case> cases = {
      {"label = \"x\"\n", " needs \"kind\""},
      {"kind = \"shift\"\n", "kinds/shift.toml declares no field | kinds/shift.toml:1:1 | add [fields.title]"},
      {"kind = \"shift\"\n[fields.title]\ntype = \"txt\"\n",
       "unknown type \"txt\" | kinds/shift.toml:3:1 | did you mean \"text\"?"},
      {"kind = \"shift\"\n[fields.title]\ntype = \"text\"\nto = \"venue\"\n",
       "\"to\" is for references only | kinds/shift.toml:4:1 | "},
      {"kind = \"shift\"\n[fields.place]\ntype = \"reference\"\n",
       "field \"place\" needs \"to\" | kinds/shift.toml:2:9 | name the kind it refers to"},
      {"kind = \"shift\"\n[fields.place]\ntype = \"reference\"\nto = \"venu\"\n",
       "unknown kind \"venu\" | kinds/shift.toml:4:1 | did you mean \"venue\"?"},
      {"kind = \"shift\"\nlabel = \"titel\"\n[fields.title]\ntype = \"text\"\n",
       "unknown field \"titel\" | kinds/shift.toml:2:1 | did you mean \"title\"?"},
      {"kind = \"shift\"\n[fields.\"a.b\"]\ntype = \"text\"\n",
       "a field's name holds no '@' and no '.' | kinds/shift.toml:2:9 | "},
  };
  for (const auto& one : cases) {
    write("kinds/shift.toml", one.text);
    EXPECT_NE(refusal("").find(one.expected), std::string::npos) << one.text << refusal("");
  }
}

TEST_F(Refusals, TwoFilesForOneKind) {
  write("kinds/a.toml", "kind = \"shift\"\n[fields.title]\ntype = \"text\"\n");
  write("kinds/b.toml", "kind = \"shift\"\n[fields.title]\ntype = \"text\"\n");
  EXPECT_NE(refusal("").find("kind \"shift\" is there already"), std::string::npos);
}

TEST_F(Refusals, MappingFiles) {
  const std::string with = kSync + "mapping = \"mine\"\n";
  const std::string mine = "kind = \"booking\"\nprovider = \"ics\"\n";
  write("mappings/mine.toml", "extends = \"mine\"\n");
  EXPECT_EQ(refusal(with), "\"extends\" runs in a circle: \"mine\" is extended already | mappings/mine.toml:1:1 | ");
  write("mappings/mine.toml", mine + "extends = \"ics-bookin\"\n");
  EXPECT_EQ(refusal(with),
            "there is no mapping \"ics-bookin\" | mappings/mine.toml:3:1 | did you mean \"ics-booking\"?");
  write("mappings/mine.toml", "kind = \"bookin\"\n");
  EXPECT_EQ(refusal(with), "unknown kind \"bookin\" | mappings/mine.toml:1:1 | did you mean \"booking\"?");
  write("mappings/mine.toml", mine + "[fields.venue]\nproperty = \"LOCATION\"\nlookup = \"nmae\"\n");
  EXPECT_EQ(refusal(with), "kind \"venue\" has no field \"nmae\" | mappings/mine.toml:5:1 | did you mean \"name\"?");
  for (int i = 0; i < 9; ++i) {
    write("mappings/deep" + std::to_string(i) + ".toml", "extends = \"deep" + std::to_string(i + 1) + "\"\n");
  }
  write("mappings/mine.toml", "extends = \"deep0\"\n");
  EXPECT_EQ(refusal(with), "\"extends\" is more than 8 files deep | mappings/deep6.toml:1:1 | ");
}

TEST_F(Refusals, AMappingLoadedByNameIsCheckedAgainstItsProvider) {
  const auto config = load("");
  ASSERT_TRUE(config.ok()) << config.error().text();
  write("mappings/mine.toml", "kind = \"booking\"\nprovider = \"caldav\"\n[fields.title]\nproperty = \"SUMARY\"\n");
  const auto mapping = config::load_mapping(*config, "mine", system_files());
  ASSERT_FALSE(mapping.ok());
  EXPECT_EQ(without_folder(mapping.error().place), "mappings/mine.toml:4:1");
  EXPECT_EQ(mapping.error().hint, "did you mean \"SUMMARY\"?");
}

TEST_F(Refusals, ASyncNarrowsItsKindsPolicy) {
  const auto config = load("[conflict.booking]\ndefault = \"ask\"\nfields.title = \"latest\"\n" + kSync +
                           "[sync.conflict]\ndelete = \"delete_wins\"\nfields.status = { prefer = \"games\" }\n");
  ASSERT_TRUE(config.ok()) << config.error().text();
  const auto& policy = config->syncs.at(0).policy;
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(policy->fallback.type, Policy::Type::ask);
  EXPECT_EQ(policy->on_delete, DeletePolicy::delete_wins);
  EXPECT_EQ(policy->fields.at("title").type, Policy::Type::latest);
  EXPECT_EQ(policy->fields.at("status").prefer, "games");
  EXPECT_FALSE(config->policies.at("booking").fields.contains("status"));
}

TEST(Command, IsEndedEvenWhenItClosedItsOutput) {
  const auto text = config::run_command({"sh", "-c", "exec >&-; exec sleep 600"}, std::chrono::milliseconds{1});
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().message, "sh gave no answer within 0 seconds");
}

TEST(Command, GivesItsOutput) {
  const auto text = config::run_command({"printf", "geheim"});
  ASSERT_TRUE(text.ok()) << text.error().text();
  EXPECT_EQ(*text, "geheim");
}

}  // namespace
}  // namespace v1
}  // namespace fasti
