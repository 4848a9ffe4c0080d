// The schemas for editors know the same keys as the readers.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/config/keys.hpp"
#include "engine/config/kind_file.hpp"
#include "engine/mapping/entry.hpp"

namespace fasti {
inline namespace v1 {
namespace {

nlohmann::json schema(const std::string& name) {
  std::ifstream in(FASTI_SOURCE_DIR "/schema/" + name + ".schema.json");
  return nlohmann::json::parse(in);
}

std::set<std::string> keys(const nlohmann::json& table) {
  std::set<std::string> names;
  for (const auto& [name, value] : table.at("properties").items()) names.insert(name);
  return names;
}

std::set<std::string> set_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

TEST(Schema, OfFastiToml) {
  const auto parts = schema("fasti").at("$defs");
  EXPECT_EQ(keys(parts.at("root")), set_of(config::root_keys()));
  EXPECT_EQ(keys(parts.at("connection")), set_of(config::connection_keys()));
  EXPECT_EQ(keys(parts.at("secret")), set_of(config::secret_keys()));
  EXPECT_EQ(keys(parts.at("conflict")), set_of(config::conflict_keys()));
  EXPECT_EQ(keys(parts.at("strategy").at("oneOf").at(1)), set_of(config::strategy_keys()));
  EXPECT_EQ(keys(parts.at("sync")), set_of(config::sync_keys()));
}

TEST(Schema, OfKinds) {
  const auto parts = schema("kind").at("$defs");
  EXPECT_EQ(keys(parts.at("root")), set_of(config::kind_keys()));
  EXPECT_EQ(keys(parts.at("field")), set_of(config::kind_field_keys()));
  std::set<std::string> types;
  for (int i = 0; i <= static_cast<int>(FieldType::opaque); ++i) types.insert(name(static_cast<FieldType>(i)));
  EXPECT_EQ(parts.at("field").at("properties").at("type").at("enum").get<std::set<std::string>>(), types);
}

TEST(Schema, OfMappings) {
  const auto parts = schema("mapping").at("$defs");
  auto root = set_of(mapping_keys());
  root.insert({"body", "rows_ahead", "rows_behind", "series"});  // Notion's own, like those of its fields
  EXPECT_EQ(keys(parts.at("root")), root);
  auto field = set_of(mapping_field_keys());
  field.insert({"id", "create_options"});
  EXPECT_EQ(keys(parts.at("field")), field);
}

}  // namespace
}  // namespace v1
}  // namespace fasti
