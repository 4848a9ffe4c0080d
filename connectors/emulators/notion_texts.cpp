// Rich text and dates of the stand-in for Notion: what may be written, and how it is read back.
#include <algorithm>

#include "connectors/emulators/notion_state.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kContentMax = 2000;
constexpr std::size_t kUrlMax = 2000;
constexpr std::size_t kEquationMax = 1000;
constexpr std::size_t kArrayMax = 100;
const std::set<std::string> kColors = {"default",
                                       "gray",
                                       "brown",
                                       "orange",
                                       "yellow",
                                       "green",
                                       "blue",
                                       "purple",
                                       "pink",
                                       "red",
                                       "default_background",
                                       "gray_background",
                                       "brown_background",
                                       "orange_background",
                                       "yellow_background",
                                       "green_background",
                                       "blue_background",
                                       "purple_background",
                                       "pink_background",
                                       "red_background"};

Json read_annotations(const Json& wanted, const std::string& where) {
  Json out = Json::object({{"bold", false},
                           {"italic", false},
                           {"strikethrough", false},
                           {"underline", false},
                           {"code", false},
                           {"color", "default"}});
  if (wanted.is_null()) return out;
  notion_only(where, wanted, {"bold", "italic", "strikethrough", "underline", "code", "color"});
  for (const auto& [name, value] : wanted.members()) {
    if (name == "color" ? kColors.count(value.text()) == 0 : !value.is_bool())
      notion_should_be(where + "." + name, name == "color" ? "a color" : "a boolean", value);
    out[name] = value;
  }
  return out;
}

Json read_text(const Json& text, const std::string& where) {
  if (!text.is_object()) notion_should_be(where, "defined", text);
  notion_only(where, text, {"content", "link"});
  if (!text["content"].is_string()) notion_should_be(where + ".content", "a string", text["content"]);
  notion_at_most(where + ".content", text["content"], kContentMax);
  const Json& link = text["link"];
  if (!link.is_null()) {
    if (!link["url"].is_string()) notion_should_be(where + ".link.url", "a string", link["url"]);
    notion_at_most(where + ".link.url", link["url"], kUrlMax);
  }
  return Json::object(
      {{"content", text["content"]}, {"link", link.is_null() ? Json() : Json::object({{"url", link["url"]}})}});
}

/// A date or a time as it is written.
struct Written {
  LocalSeconds wall{};
  bool has_time = false;
  std::optional<std::chrono::minutes> offset;
};

std::optional<std::chrono::minutes> read_offset(std::string_view text) {
  if (text == "Z") return std::chrono::minutes(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  for (const std::size_t i : {1, 2, 4, 5})
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  const int minutes = ((text[1] - '0') * 10 + text[2] - '0') * 60 + (text[4] - '0') * 10 + text[5] - '0';
  return std::chrono::minutes(text[0] == '-' ? -minutes : minutes);
}

std::optional<Written> read_moment(std::string_view text) {
  Written out;
  if (text.size() < 10 || text[4] != '-') return std::nullopt;
  const auto day = parse_date(text.substr(0, 10));
  if (!day) return std::nullopt;
  out.wall = LocalSeconds(*day);
  if (text.size() == 10) return out;
  if (text[10] != 'T') return std::nullopt;
  out.has_time = true;
  const auto zone = text.find_first_of("Z+-", 11);
  std::string_view time = text.substr(0, zone);
  if (const auto point = time.find('.'); point != std::string_view::npos) {
    const auto digits = time.substr(point + 1);
    const bool number = !digits.empty() && digits.size() <= 9 &&
                        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!number || point != 19) return std::nullopt;
    time = time.substr(0, point);
  }
  const auto wall = parse_time(time);
  if (!wall) return std::nullopt;
  out.wall = *wall;
  if (zone == std::string_view::npos) return out;
  out.offset = read_offset(text.substr(zone));
  return out.offset ? std::optional(out) : std::nullopt;
}

std::string shown_moment(const Written& moment) {
  if (!moment.has_time) return iso_date(std::chrono::floor<std::chrono::days>(moment.wall));
  const auto offset = moment.offset.value_or(std::chrono::minutes(0)).count();
  const auto size = std::abs(offset);
  const auto two = [](std::int64_t n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  return iso_time(moment.wall) + ".000" + (offset < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60);
}

std::chrono::sys_seconds utc_of(const Written& moment) {
  return std::chrono::sys_seconds(moment.wall.time_since_epoch()) - moment.offset.value_or(std::chrono::minutes(0));
}

Written read_one(const Json& date, const char* name, const std::string& zone, const std::string& where, bool seconds) {
  const auto read = read_moment(date[name].text());
  if (!read) notion_should_be(where + "." + name, "a valid ISO 8601 date string", date[name]);
  Written out = *read;
  if (!seconds) out.wall = std::chrono::floor<std::chrono::minutes>(out.wall);
  if (zone.empty()) return out;
  if (!out.has_time || out.offset)
    notion_invalid("body failed validation: " + where + "." + name +
                   " should have a time and no UTC offset beside a time_zone, instead was `" + date[name].dump() +
                   "`.");
  const auto utc = to_utc(out.wall, zone);
  const auto offset = utc ? offset_at(*utc, zone) : Result<std::chrono::seconds>(utc.error());
  if (!offset) notion_should_be(where + ".time_zone", "a valid time zone", zone);
  out.offset = std::chrono::floor<std::chrono::minutes>(*offset);
  out.wall = LocalSeconds(utc->time_since_epoch()) + *out.offset;
  return out;
}

}  // namespace

std::string notion_plain_text(const Json& rich_text) {
  std::string out;
  for (const Json& one : rich_text.items()) out += one["plain_text"].text();
  return out;
}

Json Notion::State::read_rich_text(const Json& wanted, const std::string& where) {
  if (!wanted.is_array()) notion_should_be(where, "an array", wanted);
  notion_at_most(where, wanted, kArrayMax);
  Json out = Json::array();
  for (std::size_t i = 0; i < wanted.items().size(); ++i) {
    const Json& item = wanted.items()[i];
    const std::string at = where + "[" + std::to_string(i) + "]";
    if (!item.is_object()) notion_should_be(at, "an object", item);
    notion_only(at, item, {"type", "text", "mention", "equation", "annotations", "plain_text", "href"});
    const std::string type = item.has("text") ? "text" : item.has("mention") ? "mention" : "equation";
    if (item.has("type") && item["type"].text() != type)
      notion_should_be(at + "." + item["type"].text(), "defined", {});
    Json read = Json::object(
        {{"type", type}, {"annotations", read_annotations(item["annotations"], at + ".annotations")}, {"href", {}}});
    if (type == "text") {
      const Json said = read_text(item["text"], at + ".text");
      read["text"] = said;
      read["plain_text"] = said["content"];
      read["href"] = said["link"]["url"];
    } else if (type == "mention") {
      const Json& mention = item["mention"];
      const std::string kind = mention.has("user") ? "user" : mention.has("page") ? "page" : "date";
      if (!mention.has(kind)) notion_should_be(at + ".mention." + kind, "defined", {});
      Json target = mention[kind];
      if (kind == "date") {
        target = notion_read_date(target, at + ".mention.date", options.dates_keep_seconds);
        read["plain_text"] = target["start"];
      } else if (kind == "user") {
        const auto user = users.find(target["id"].text());
        if (user == users.end()) notion_invalid("Could not find user with ID: " + target["id"].text() + ".");
        read["plain_text"] = "@" + user->second.name;
      } else {
        const auto id = notion_id(target["id"].text()).value_or("");
        const auto page = pages.find(id);
        if (page == pages.end()) not_found("page", target["id"].text());
        target = Json::object({{"id", id}});
        const auto title = page->second.values.find("title");
        read["plain_text"] = title == page->second.values.end() ? "" : notion_plain_text(title->second);
      }
      read["mention"] = Json::object({{"type", kind}, {kind, target}});
    } else {
      const Json& expression = item["equation"]["expression"];
      if (!expression.is_string()) notion_should_be(at + ".text", "defined", {});
      notion_at_most(at + ".equation.expression", expression, kEquationMax);
      read["equation"] = Json::object({{"expression", expression}});
      read["plain_text"] = expression;
    }
    out.push(read);
  }
  return out;
}

Json notion_read_date(const Json& wanted, const std::string& where, bool keep_seconds) {
  if (!wanted.is_object()) notion_should_be(where, "an object or `null`", wanted);
  notion_only(where, wanted, {"start", "end", "time_zone"});
  if (!wanted["start"].is_string()) notion_should_be(where + ".start", "a string", wanted["start"]);
  const Json& zone = wanted["time_zone"];
  if (!zone.is_null() && !is_zone(zone.text())) notion_should_be(where + ".time_zone", "a valid time zone", zone);
  const Written start = read_one(wanted, "start", zone.text(), where, keep_seconds);
  Json out = Json::object({{"start", shown_moment(start)}, {"end", nullptr}, {"time_zone", zone}});
  if (wanted["end"].is_null()) return out;
  const Written end = read_one(wanted, "end", zone.text(), where, keep_seconds);
  if (end.has_time != start.has_time)
    notion_invalid("body failed validation: " + where + ".start and .end should both have a time, or neither.");
  if (utc_of(end) < utc_of(start))
    notion_invalid("body failed validation: " + where + ".end should not be before .start.");
  out["end"] = shown_moment(end);
  return out;
}

std::optional<NotionMoments> notion_moments(const Json& stored_date) {
  const auto start = read_moment(stored_date["start"].text());
  if (!start) return std::nullopt;
  const auto end = read_moment(stored_date["end"].text()).value_or(*start);
  return NotionMoments{utc_of(*start), utc_of(end) + std::chrono::hours(end.has_time ? 0 : 24), start->has_time};
}

Json Notion::State::date_json(const Json& stored, bool honest) {
  Json out = stored;
  out["time_zone"] = nullptr;
  if (honest || stored["time_zone"].is_null() || !faults.strikes("zone_shown")) return out;
  out["time_zone"] = stored["time_zone"];
  for (const char* name : {"start", "end"})
    if (out[name].is_string()) out[name] = out[name].text().substr(0, 23);
  return out;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
