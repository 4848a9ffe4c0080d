// Property values of the stand-in for Notion: every type written and read back, and what is refused in which words.
#include <gmock/gmock.h>

#include "tests/unit/notion_emulator/notion_world.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

using ::testing::HasSubstr;

Body date(const std::string& start, const Body& end = nullptr, const Body& zone = nullptr) {
  Body out = {{"start", start}};
  if (!end.is_null()) out["end"] = end;
  if (!zone.is_null()) out["time_zone"] = zone;
  return {{"date", out}};
}

/// A data source with a property of each writable type, named as its type, and a page in it.
struct ValuesWorld : NotionWorld {
  ValuesWorld() {
    Body properties = Body::object();
    for (const char* type :
         {"rich_text", "number",       "checkbox",   "multi_select",     "status",         "date",         "people",
          "files",     "url",          "email",      "phone_number",     "place",          "verification", "formula",
          "rollup",    "created_time", "created_by", "last_edited_time", "last_edited_by", "button"})
      properties[type] = {{type, Body::object()}};
    properties["select"] = {{"select", {{"options", {{{"name", "Cup"}, {"color", "red"}}}}}}};
    properties["unique_id"] = {{"unique_id", {{"prefix", "FIX"}}}};
    source = data_source(properties);
    page = create(source, titled("Final"));
  }
  Answer write(const std::string& property, const Body& typed) {
    return ask("PATCH", "pages/" + page, {{"properties", {{property, typed}}}});
  }
  Body written(const std::string& property, const Body& value) {
    const auto answer = write(property, {{property, value}});
    EXPECT_EQ(answer.status, 200) << answer.json.dump();
    return answer.status == 200 ? answer.json["properties"][property][property] : Body();
  }
  std::string refused(const std::string& property, const Body& value) {
    const auto answer = write(property, {{property, value}});
    EXPECT_EQ(answer.status, 400) << answer.json.dump();
    EXPECT_EQ(answer.code(), "validation_error");
    return answer.message();
  }
  std::string source;
  std::string page;
};

TEST(NotionValues, OfPlainTypesComeBackAsWritten) {
  ValuesWorld world;
  EXPECT_EQ(world.written("number", 1.5), 1.5);
  EXPECT_EQ(world.written("number", 12345678901.0), 12345678901.0);
  EXPECT_EQ(world.written("number", nullptr), nullptr);
  EXPECT_EQ(world.written("checkbox", true), true);
  EXPECT_EQ(world.written("url", "https://example.org/"), "https://example.org/");
  EXPECT_EQ(world.written("email", "a@example.org"), "a@example.org");
  EXPECT_EQ(world.written("phone_number", "+1 555"), "+1 555");
  EXPECT_EQ(world.written("url", nullptr), nullptr);
  const Body place = {{"lat", 19.3}, {"lon", -99.15}, {"name", "Azteca"}, {"address", nullptr}};
  EXPECT_EQ(world.written("place", place), place);
  EXPECT_EQ(world.written("place", nullptr), nullptr);
  const auto people = world.written("people", {{{"id", world.person}}});
  EXPECT_EQ(people[0]["name"], "Alice");
  EXPECT_EQ(world.written("people", Body::array()), Body::array());
}

TEST(NotionValues, OfRichTextAreFilledIn) {
  ValuesWorld world;
  const auto read = world.written("rich_text", {{{"text", {{"content", "a "}}}},
                                                {{"text", {{"content", "b"}, {"link", {{"url", "https://x.org"}}}}},
                                                 {"annotations", {{"bold", true}}}},
                                                {{"mention", {{"user", {{"id", world.person}}}}}},
                                                {{"equation", {{"expression", "E=mc^2"}}}}});
  ASSERT_EQ(read.size(), 4U);
  EXPECT_EQ(read[0], Body({{"type", "text"},
                           {"text", {{"content", "a "}, {"link", nullptr}}},
                           {"annotations",
                            {{"bold", false},
                             {"italic", false},
                             {"strikethrough", false},
                             {"underline", false},
                             {"code", false},
                             {"color", "default"}}},
                           {"plain_text", "a "},
                           {"href", nullptr}}));
  EXPECT_EQ(read[1]["href"], "https://x.org");
  EXPECT_EQ(read[1]["annotations"]["bold"], true);
  EXPECT_EQ(read[2]["plain_text"], "@Alice");
  EXPECT_EQ(read[3]["plain_text"], "E=mc^2");
  EXPECT_EQ(world.written("rich_text", read), read) << "what is read can be written";
  EXPECT_EQ(world.written("rich_text", Body::array()), Body::array());
}

TEST(NotionValues, OfRichTextShow25MentionsAndAllOtherText) {
  ValuesWorld world;
  Body text = Body::array();
  for (int i = 0; i < 30; ++i) {
    text.push_back({{"mention", {{"user", {{"id", world.person}}}}}});
    text.push_back({{"text", {{"content", std::to_string(i)}}}});
  }
  const auto read = world.written("rich_text", text);
  EXPECT_EQ(read.size(), 55U);
  const auto id = world.must("GET", "data_sources/" + world.source)["properties"]["rich_text"]["id"].get<std::string>();
  EXPECT_EQ(world.must("GET", "pages/" + world.page + "/properties/" + id)["results"].size(), 60U);
}

TEST(NotionValues, TextsHaveTheirSizes) {
  ValuesWorld world;
  const std::string most(2000, 'x');
  EXPECT_EQ(world.written("rich_text", NotionWorld::text(most))[0]["plain_text"], most);
  EXPECT_EQ(world.refused("rich_text", NotionWorld::text(most + "x")),
            "body failed validation: body.properties.rich_text.rich_text[0].text.content.length should be ≤ `2000`, "
            "instead was `2001`.");
  std::string pairs;
  for (int i = 0; i < 1000; ++i) pairs += "⚽";
  world.written("rich_text", NotionWorld::text(pairs + pairs));
  std::string wide;
  for (int i = 0; i < 1001; ++i) wide += "\xF0\x9F\x8F\x86";
  EXPECT_THAT(world.refused("rich_text", NotionWorld::text(wide)), HasSubstr("instead was `2002`"));
  Body many = Body::array();
  for (int i = 0; i < 101; ++i) many.push_back({{"text", {{"content", "x"}}}});
  EXPECT_THAT(world.refused("rich_text", many), HasSubstr("rich_text.length should be ≤ `100`, instead was `101`"));
  EXPECT_THAT(world.refused("rich_text", {{{"text", {{"content", "x"}, {"link", {{"url", "https://" + most}}}}}}}),
              HasSubstr("text.link.url.length should be ≤ `2000`"));
  EXPECT_THAT(world.refused("rich_text", {{{"equation", {{"expression", std::string(1001, 'x')}}}}}),
              HasSubstr("equation.expression.length should be ≤ `1000`"));
  EXPECT_THAT(world.refused("url", "https://" + most), HasSubstr("url.length should be ≤ `2000`"));
  EXPECT_THAT(world.refused("email", std::string(201, 'x')), HasSubstr("email.length should be ≤ `200`"));
  EXPECT_THAT(world.refused("phone_number", std::string(201, '1')), HasSubstr("phone_number.length should be ≤ `200`"));
}

TEST(NotionValues, ArraysHoldAHundred) {
  ValuesWorld world;
  Body options = Body::array();
  Body ids = Body::array();
  for (int i = 0; i < 101; ++i) {
    options.push_back({{"name", "o" + std::to_string(i)}});
    ids.push_back({{"id", world.person}});
  }
  EXPECT_THAT(world.refused("multi_select", options), HasSubstr("multi_select.length should be ≤ `100`"));
  EXPECT_THAT(world.refused("people", ids), HasSubstr("people.length should be ≤ `100`"));
}

TEST(NotionValues, OfTheWrongShapeAreRefused) {
  ValuesWorld world;
  EXPECT_THAT(world.refused("number", "1"),
              HasSubstr("body.properties.number.number should be a number, instead was `\"1\"`"));
  EXPECT_THAT(world.refused("checkbox", nullptr), HasSubstr("should be a boolean"));
  EXPECT_THAT(world.refused("url", 1), HasSubstr("should be a string or `null`"));
  EXPECT_THAT(world.refused("rich_text", "x"), HasSubstr("should be an array"));
  EXPECT_THAT(world.refused("people", {{{"id", "x"}}}), HasSubstr("should be a valid uuid"));
  EXPECT_EQ(world.write("number", {{"rich_text", Body::array()}}).message(), "number is expected to be number.");
  for (const char* type :
       {"formula", "rollup", "created_time", "created_by", "last_edited_time", "last_edited_by", "unique_id", "button"})
    EXPECT_THAT(world.refused(type, Body::object()), HasSubstr("should be not defined"));
}

TEST(NotionOptions, AreMadeByNameButForAStatus) {
  ValuesWorld world;
  EXPECT_EQ(world.written("select", {{"name", "Cup"}})["color"], "red");
  const auto made = world.written("select", {{"name", "League"}});
  EXPECT_EQ(world.written("select", {{"id", made["id"]}}), made);
  EXPECT_EQ(world.written("select", nullptr), nullptr);
  EXPECT_EQ(world.refused("select", {{"name", "a, b"}}), "Invalid select option, commas not allowed: a, b");
  EXPECT_THAT(world.refused("select", {{"id", "none"}}), HasSubstr("option id"));
  const auto tags = world.written("multi_select", {{{"name", "A"}}, {{"name", "B"}}, {{"name", "A"}}});
  EXPECT_EQ(tags.size(), 2U);
  EXPECT_EQ(world.value(world.page, "status")["name"], "Not started") << "the default";
  EXPECT_EQ(world.written("status", {{"name", "Done"}})["name"], "Done");
  EXPECT_EQ(world.written("status", nullptr)["name"], "Not started");
  world.refused("status", {{"name", "Hold"}});
  world.server.faults().force("status_name_refused");
  const auto doing = world.must("GET", "data_sources/" + world.source)["properties"]["status"]["status"]["options"][1];
  world.refused("status", {{"name", doing["name"]}});
  EXPECT_EQ(world.written("status", {{"id", doing["id"]}})["name"], doing["name"]);
}

TEST(NotionDates, ComeBackWithAnOffsetAndWithoutAZone) {
  ValuesWorld world;
  const auto read = [&](const Body& written) { return world.written("date", written["date"]); };
  EXPECT_EQ(read(date("2026-09-15")), Body({{"start", "2026-09-15"}, {"end", nullptr}, {"time_zone", nullptr}}));
  EXPECT_EQ(read(date("2026-09-15", "2026-09-16"))["end"], "2026-09-16");
  EXPECT_EQ(read(date("2026-09-15T09:00:00-07:00"))["start"], "2026-09-15T09:00:00.000-07:00");
  EXPECT_EQ(read(date("2026-09-15T09:00:00Z"))["start"], "2026-09-15T09:00:00.000+00:00");
  const auto zoned = read(date("2026-09-15T09:00:00", "2026-12-15T09:00:00", "America/Los_Angeles"));
  EXPECT_EQ(zoned["start"], "2026-09-15T09:00:00.000-07:00");
  EXPECT_EQ(zoned["end"], "2026-12-15T09:00:00.000-08:00");
  EXPECT_EQ(zoned["time_zone"], nullptr);
  EXPECT_EQ(read(date("2026-09-15T09:00:00"))["start"], "2026-09-15T09:00:00.000+00:00") << "taken as UTC";
  EXPECT_EQ(read(date("2026-09-15T09:30:42.123Z"))["start"], "2026-09-15T09:30:00.000+00:00");
  EXPECT_EQ(world.written("date", nullptr), nullptr);
  world.written("date", date("2026-09-15T09:00:00", nullptr, "Europe/Berlin")["date"]);
  world.server.faults().force("zone_shown");
  EXPECT_EQ(world.value(world.page, "date"),
            Body({{"start", "2026-09-15T09:00:00.000"}, {"end", nullptr}, {"time_zone", "Europe/Berlin"}}));
}

TEST(NotionDates, HaveRules) {
  ValuesWorld world;
  const auto refused = [&](const Body& written) { return world.refused("date", written["date"]); };
  refused(date("2026-09-15", nullptr, "Europe/Berlin"));
  refused(date("2026-09-15T09:00:00Z", nullptr, "Europe/Berlin"));
  refused(date("2026-09-15T09:00:00", "2026-09-15T10:00:00Z", "Europe/Berlin"));
  refused(date("2026-09-15T09:00:00", nullptr, "Mars/Olympus"));
  refused(date("2026-09-15", "2026-09-15T10:00:00"));
  refused(date("2026-09-15", "2026-09-14"));
  refused(date("2026-02-30"));
  refused(date("15.9.2026"));
  refused({{"date", {{"end", "2026-09-15"}}}});
}

TEST(NotionFiles, AreLinks) {
  ValuesWorld world;
  const Body link = {{"name", "Plan"}, {"type", "external"}, {"external", {{"url", "https://x.org/plan.pdf"}}}};
  EXPECT_EQ(world.written("files", Body::array({link})), Body::array({link}));
  world.refused("files", {{{"name", "x"}, {"type", "file"}, {"file", {{"url", "https://s3/x"}}}}});
  world.refused("files", {{{"external", {{"url", "https://x.org"}}}}});
  world.server.set_value(
      world.page, "files",
      R"([{"name":"x","type":"file","file":{"url":"https://s3/x?sig=1","expiry_time":"2026-01-01"}}])");
  const auto first = world.value(world.page, "files");
  EXPECT_EQ(first[0]["type"], "file");
  world.server.faults().force("files_renewed");
  EXPECT_NE(world.value(world.page, "files")[0]["file"]["url"], first[0]["file"]["url"]);
}

TEST(NotionReadOnly, ValuesAreShown) {
  ValuesWorld world;
  EXPECT_EQ(world.value(world.page, "unique_id"), Body({{"prefix", "FIX"}, {"number", 1}}));
  EXPECT_EQ(world.value(world.create(world.source, NotionWorld::titled("x")), "unique_id")["number"], 2);
  EXPECT_EQ(world.value(world.page, "created_by")["id"], world.bot);
  EXPECT_EQ(world.value(world.page, "created_time"), world.must("GET", "pages/" + world.page)["created_time"]);
  const std::string computed = R"({"type":"number","number":3,"function":"sum"})";
  world.server.set_value(world.page, "rollup", computed);
  EXPECT_EQ(world.value(world.page, "rollup"), Body::parse(computed));
  world.server.set_value(world.page, "formula", R"({"type":"boolean","boolean":true})");
  EXPECT_EQ(world.value(world.page, "formula")["boolean"], true);
  EXPECT_EQ(world.value(world.page, "button"), Body::object());
  const auto verified = world.written("verification", {{"state", "verified"}});
  EXPECT_EQ(verified["state"], "verified");
  EXPECT_EQ(verified["verified_by"]["id"], world.bot);
  EXPECT_EQ(world.written("verification", {{"state", "unverified"}})["verified_by"], nullptr);
}

}  // namespace
}  // namespace emulators
}  // namespace v1
}  // namespace fasti
