#include <gtest/gtest.h>

#include <fstream>

#include "engine/config/config.hpp"

namespace fasti {
inline namespace v1 {
namespace {

ConnectorFactory calendars() {
  ConnectorFactory factory;
  factory.provider = "caldav";
  factory.keys = {"url", "username", "password"};
  factory.secrets = {"password"};
  return factory;
}

Result<config::Config> load_text(const std::string& text) {
  const std::string file = testing::TempDir() + "/fasti.toml";
  std::ofstream(file) << text;
  return config::load(file, system_files(), {calendars()}, nullptr);
}

constexpr const char* kConnection = "[connections.club]\nprovider = \"caldav\"\nurl = \"https://dav.example.org/\"\n";
constexpr const char* kSync =
    "[[sync]]\nname = \"games\"\nconnection = \"club\"\ncollection = \"Games\"\nkind = \"booking\"\n";

TEST(Load, AFastiTomlAloneWorks) {
  const auto config = load_text(std::string("store = \"x.db\"\n") + kConnection + kSync + "max_delete = \"20%\"\n");
  ASSERT_TRUE(config.ok()) << config.error().text();
  EXPECT_EQ(config->syncs.at(0).mapping_name, "caldav-booking");
  EXPECT_TRUE(config->syncs.at(0).max_delete->percent);
  EXPECT_EQ(config->kinds.at("booking").group_of("recurrence"), "when");
  EXPECT_EQ(config->policies.at("venue"), KindPolicy{});
}

TEST(Load, NamesThePlaceAndTheNearestKey) {
  const auto refusal = [](const std::string& text) {
    const auto config = load_text(text);
    if (config) return std::string("accepted");
    return config.error().text().substr(config.error().text().find("fasti.toml"));
  };
  EXPECT_EQ(refusal("stroe = \"x\"\n"), R"(fasti.toml:1:1: unknown key "stroe"; did you mean "store"?)");
  EXPECT_EQ(refusal(std::string(kConnection) + kSync + "for_each = \"team\"\n"),
            R"(fasti.toml:9:1: "for_each" is not supported yet)");
  EXPECT_EQ(refusal(std::string(kConnection) + "password = \"geheim\"\n"),
            R"(fasti.toml:4:1: "password" is a secret and must not stand here; write password = { env = "NAME" }, )"
            R"({ file = "PATH" } or { command = ["…"] })");
  EXPECT_EQ(refusal("[conflict.booking]\nfields.titel = \"ask\"\n"),
            R"(fasti.toml:2:8: unknown field "titel"; did you mean "title"?)");
}

TEST(Load, EveryShippedMappingKeepsTheLaws) {
  auto config = load_text("");
  ASSERT_TRUE(config.ok()) << config.error().text();
  // What its connector brings along.
  config->mapping_keys["notion"] = {{"rows_ahead", "rows_behind", "series"}, {"create_options"}, {}};
  for (const auto& [name, text] : config::builtin_files()) {
    if (!name.starts_with("mappings/")) continue;
    const auto mapping = config::load_mapping(*config, name.substr(9, name.size() - 14), system_files());
    ASSERT_TRUE(mapping.ok()) << mapping.error().text();
    for (const auto& breach : check_laws(**mapping, config->kinds.at((*mapping)->kind()), {}, no_references(), 7)) {
      ADD_FAILURE() << name << ' ' << breach.path << ": " << breach.message;
    }
  }
}

}  // namespace
}  // namespace v1
}  // namespace fasti
