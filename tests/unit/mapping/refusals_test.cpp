// What a mapping file may not say: each refusal with its place, its whole text and its hint.
#include <gtest/gtest.h>

#include "connectors/ical/object.hpp"
#include "engine/config/config.hpp"
#include "engine/config/kind_file.hpp"

namespace fasti {
inline namespace v1 {
namespace {

Kind booking() { return *config::parse_kind("kinds/booking.toml", config::builtin_files().at("kinds/booking.toml")); }

// "line:column message | hint" of a caldav mapping with this text behind its two first lines.
std::string refusal(const std::string& rest) {
  const auto mapping = parse_mapping("m.toml", "kind = \"booking\"\nprovider = \"caldav\"\n" + rest, booking(),
                                     ical::property_list(), nullptr);
  if (mapping) return "accepted";
  EXPECT_EQ(mapping.error().kind, ErrorKind::bad_config);
  return mapping.error().place + " " + mapping.error().message + " | " + mapping.error().hint;
}

struct Case {
  std::string text;
  std::string expected;
};

TEST(Refusals, MappingFiles) {
  const std::string title = "[fields.title]\nproperty = \"SUMMARY\"\n";
  const std::string venue = "[fields.venue]\nproperty = \"LOCATION\"\n";
  const std::vector<Case> cases = {
      {"", "m.toml:1:1 m.toml maps no field | add [fields.title]"},
      {"mach = []\n", "m.toml:3:1 unknown key \"mach\" | did you mean \"match\"?"},
      {"match = [\"titel\"]\n" + title, "m.toml:3:10 unknown field \"titel\" | did you mean \"title\"?"},
      {"match = [\"when.begin\"]\n" + title,
       "m.toml:3:10 \"when.begin\" names no part of a field | write \"when.start\""},
      {"extends = \"other\"\n" + title, "m.toml:3:1 extends \"other\", which is not there | "},
      {"[fields.titel]\nproperty = \"SUMMARY\"\n", "m.toml:3:9 unknown field \"titel\" | did you mean \"title\"?"},
      {"[fields]\ntitle = 3\n", "m.toml:4:1 \"title\" must be a table | "},
      {"[fields.title]\nproperty = \"SUMARY\"\n", "m.toml:4:1 unknown property \"SUMARY\" | did you mean \"SUMMARY\"?"},
      {"[fields.title]\n", "m.toml:3:9 field \"title\" needs \"property\" | "},
      {title + "body = true\n",
       "m.toml:5:1 unknown key \"body\" | known: property, direction, values, const, default, split, html, zone, "
       "lookup, on_unknown, text, template, default_duration"},
      {title + "direction = \"up\"\n", "m.toml:5:1 unknown direction \"up\" | known: both, to_remote, from_remote"},
      {title + "lookup = \"name\"\n", "m.toml:5:1 \"lookup\" is for references, not for a text field | "},
      {title + "split = \";\"\n", "m.toml:5:1 \"split\" is for lists, not for a text field | "},
      {title + "zone = \"UTC\"\n", "m.toml:5:1 \"zone\" is for spans, not for a text field | "},
      {title + "html = 1\n", "m.toml:5:1 \"html\" must be true or false | "},
      {title + "template = \"{titel}\"\n", "m.toml:5:1 unknown field \"titel\" | did you mean \"title\"?"},
      {"[fields.title]\ntemplate = \"{title}\"\nconst = \"x\"\n",
       "m.toml:4:1 a template goes to the remote side only | "},
      {title + "template = \"fixed\"\n",
       "m.toml:5:1 a template names at least one field | use \"const\" for a fixed text"},
      {title + "[fields.notes]\nproperty = \"SUMMARY\"\n",
       "m.toml:5:9 property \"SUMMARY\" is already mapped to field \"title\" | "},
      {"[fields.status]\nproperty = \"STATUS\"\nvalues = { confirmd = \"CONFIRMED\" }\n",
       "m.toml:5:12 \"confirmd\" is not an option of field \"status\" | did you mean \"confirmed\"?"},
      {"[fields.status]\nproperty = \"STATUS\"\nvalues = { confirmed = \"X\", tentative = \"X\" }\n",
       "m.toml:5:29 \"X\" stands for both \"confirmed\" and \"tentative\" | each remote value may stand for one of "
       "ours "
       "only"},
      {venue,
       "m.toml:3:9 field \"venue\" needs \"lookup\": property \"LOCATION\" holds text, not records | write lookup "
       "= \"name\""},
      {venue + "on_unknown = \"keep\"\n", "m.toml:5:1 \"on_unknown\" needs \"lookup\" | "},
      {venue + "lookup = \"name\"\non_unknown = \"create\"\n",
       "m.toml:6:1 on_unknown = \"create\" is not supported yet | "},
      {venue + "lookup = \"name\"\ntext = \"when\"\n", "m.toml:6:1 \"text\" must name a text field | "},
      {venue + "lookup = \"name\"\ntext = \"location\"\n[fields.location]\nproperty = \"COMMENT\"\n",
       "m.toml:7:9 field \"location\" is already mapped as the text of another field | "},
      {"[fields.when]\nproperty = \"SUMMARY\"\n",
       "m.toml:4:1 a span needs a span property, or start and end | write { start = \"…\", end = \"…\" }"},
      {"[fields.when]\nproperty = { end = \"X-END\" }\n", "m.toml:4:1 \"property\" needs \"start\" | "},
      {"[fields.when]\nproperty = \"DTSTART\"\nzone = \"Europe/Berln\"\n",
       "m.toml:5:1 \"Europe/Berln\" is no zone | write an IANA name or a reference's field: \"venue.zone\""},
      {"[fields.when]\nproperty = \"DTSTART\"\nzone = \"title.zone\"\n",
       "m.toml:5:1 \"title\" is no reference | write it like \"venue.zone\""},
      {"[fields.when]\nproperty = \"DTSTART\"\ndefault_duration = \"long\"\n",
       "m.toml:5:1 \"long\" is no duration | write it like \"2h\""},
      {"[fields.when]\nproperty = \"GEO\"\n", "m.toml:4:1 property \"GEO\" is geo, which cannot hold a span field | "},
      {"[fields.extras]\nproperty = \"X-REST\"\n",
       "m.toml:4:1 property \"X-REST\" is text, which cannot hold a opaque field | "},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal(one.text), one.expected) << one.text;
}

}  // namespace
}  // namespace v1
}  // namespace fasti
