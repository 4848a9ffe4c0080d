// The shipped mappings keep the lens laws on generated records, against the properties the connectors really have.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "connectors/ical/object.hpp"
#include "engine/config/config.hpp"
#include "engine/config/kind_file.hpp"
#include "tests/support/generators.hpp"

namespace fasti {
inline namespace v1 {
namespace {

Kind kind_named(const std::string& name) {
  const auto file = "kinds/" + name + ".toml";
  return *config::parse_kind(file, config::builtin_files().at(file));
}

struct Shipped {
  Kind kind;
  std::shared_ptr<const Mapping> mapping;
};

Shipped shipped(const std::string& provider, const std::string& kind_name) {
  const auto file = "mappings/" + provider + "-" + kind_name + ".toml";
  auto kind = kind_named(kind_name);
  const auto properties = provider == "csv" ? std::vector<PropertyInfo>() : ical::property_list();
  auto mapping = parse_mapping(file, config::builtin_files().at(file), kind, properties, nullptr);
  if (!mapping) ADD_FAILURE() << mapping.error().text();
  return {std::move(kind), *mapping};
}

Record any_record(const Kind& kind) {
  Record record{kind.name, "generated", {}, 0, false};
  for (const auto& field : kind.fields) {
    if (!field.required && !*rc::gen::arbitrary<bool>()) continue;
    record.fields[field.name] = *support::any_value(field.type, field.options, field.to);
  }
  return record;
}

// What encode gave is read back as the record was: nothing moves by being looked at.
void reads_back(const Shipped& one) {
  const auto record = any_record(one.kind);
  const auto encoded = one.mapping->encode(record, no_references());
  std::set<std::string> excused;
  for (const auto& problem : encoded.problems) excused.insert(problem.path);
  for (const auto& [path, value] : one.mapping->decode(encoded.properties, &record, no_references(), true).fields) {
    if (excused.contains(path)) continue;
    const auto* before = record.find(path);
    RC_ASSERT(value == (before ? std::optional(*before) : std::nullopt));
  }
}

RC_GTEST_PROP(Laws, CaldavReadsBack, ()) {
  static const auto one = shipped("caldav", "booking");
  reads_back(one);
}

RC_GTEST_PROP(Laws, IcsReadsBack, ()) {
  static const auto one = shipped("ics", "booking");
  reads_back(one);
}

RC_GTEST_PROP(Laws, CsvReadsBack, ()) {
  static const auto one = shipped("csv", "booking");
  reads_back(one);
}

RC_GTEST_PROP(Laws, AnEditOfOnePropertyMovesItsFieldOnly, ()) {
  static const auto one = shipped("caldav", "booking");
  const auto record = any_record(one.kind);
  auto properties = one.mapping->encode(record, no_references()).properties;
  properties["SUMMARY"] = std::string("edited over there");
  const auto fields = one.mapping->decode(properties, &record, no_references()).fields;
  for (const auto& [path, value] : fields) {
    if (path == "title") continue;
    const auto* before = record.find(path);
    RC_ASSERT(value == (before ? std::optional(*before) : std::nullopt));
  }
  RC_ASSERT(fields.at("title") == std::optional(Value(std::string("edited over there"))));
}

TEST(Shipped, CalendarMappingsNameRealProperties) {
  for (const auto* provider : {"caldav", "ics"}) {
    for (const auto* kind : {"booking", "busy"}) EXPECT_NE(shipped(provider, kind).mapping, nullptr);
  }
}

}  // namespace
}  // namespace v1
}  // namespace fasti
