// Filters and sorts of queries of the stand-in for Notion.
#include <algorithm>
#include <cmath>
#include <limits>

#include "connectors/emulators/notion_state.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr int kNestingMax = 2;
/// What has no value comes after everything that has one.
constexpr double kNone = std::numeric_limits<double>::infinity();
using std::chrono::hours;
using std::chrono::sys_seconds;

/// What a value is compared by: one of these.
struct Compared {
  std::vector<std::string> texts;
  std::optional<double> number;
  std::optional<NotionMoments> date;
  bool checked = false;
};
using Test = std::function<bool(const Compared&)>;

[[noreturn]] void no_such_condition(const std::string& where, const std::string& name, const Json& value) {
  notion_should_be(where + "." + name, "not present", value);
}

bool needs_truth(const std::string& where, const std::string& name, const Json& value) {
  if (!value.truth()) notion_should_be(where + "." + name, "`true`", value);
  return true;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

Test text_test(const std::string& where, const std::string& name, const Json& value) {
  const auto first = [](const Compared& one) { return one.texts.empty() ? std::string() : lower(one.texts[0]); };
  if (name == "is_empty" || name == "is_not_empty") {
    needs_truth(where, name, value);
    return [first, empty = name == "is_empty"](const Compared& one) { return first(one).empty() == empty; };
  }
  if (!value.is_string()) notion_should_be(where + "." + name, "a string", value);
  const std::string text = lower(value.text());
  if (name == "equals") return [=](const Compared& one) { return first(one) == text; };
  if (name == "does_not_equal") return [=](const Compared& one) { return first(one) != text; };
  if (name == "contains") return [=](const Compared& one) { return first(one).find(text) != std::string::npos; };
  if (name == "does_not_contain")
    return [=](const Compared& one) { return first(one).find(text) == std::string::npos; };
  if (name == "starts_with") return [=](const Compared& one) { return first(one).compare(0, text.size(), text) == 0; };
  if (name == "ends_with")
    return [=](const Compared& one) {
      const auto all = first(one);
      return all.size() >= text.size() && all.compare(all.size() - text.size(), text.size(), text) == 0;
    };
  no_such_condition(where, name, value);
}

Test number_test(const std::string& where, const std::string& name, const Json& value) {
  if (name == "is_empty" || name == "is_not_empty") {
    needs_truth(where, name, value);
    return [empty = name == "is_empty"](const Compared& one) { return one.number.has_value() != empty; };
  }
  if (!value.is_number()) notion_should_be(where + "." + name, "a number", value);
  const double to = value.number();
  const auto test = [](auto compare) {
    return [compare](const Compared& one) { return one.number && compare(*one.number); };
  };
  if (name == "equals") return test([=](double n) { return n == to; });
  if (name == "does_not_equal") return [=](const Compared& one) { return one.number != to; };
  if (name == "greater_than") return test([=](double n) { return n > to; });
  if (name == "less_than") return test([=](double n) { return n < to; });
  if (name == "greater_than_or_equal_to") return test([=](double n) { return n >= to; });
  if (name == "less_than_or_equal_to") return test([=](double n) { return n <= to; });
  no_such_condition(where, name, value);
}

/// Whole days around today, of conditions that name a stretch of time.
std::optional<std::pair<int, int>> stretch(const std::string& name) {
  static const std::map<std::string, std::pair<int, int>> kStretches = {
      {"this_week", {-7, 7}}, {"past_week", {-7, 0}},  {"past_month", {-30, 0}}, {"past_year", {-365, 0}},
      {"next_week", {0, 7}},  {"next_month", {0, 30}}, {"next_year", {0, 365}}};
  const auto found = kStretches.find(name);
  return found == kStretches.end() ? std::nullopt : std::optional(found->second);
}

std::optional<int> relative_day(const std::string& text) {
  static const std::map<std::string, int> kDays = {{"today", 0},
                                                   {"tomorrow", 1},
                                                   {"yesterday", -1},
                                                   {"one_week_ago", -7},
                                                   {"one_week_from_now", 7},
                                                   {"one_month_ago", -30},
                                                   {"one_month_from_now", 30}};
  const auto found = kDays.find(text);
  return found == kDays.end() ? std::nullopt : std::optional(found->second);
}

Test date_test(const std::string& where, const std::string& name, const Json& value, Instant now) {
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if (name == "is_empty" || name == "is_not_empty") {
    needs_truth(where, name, value);
    return [empty = name == "is_empty"](const Compared& one) { return one.date.has_value() != empty; };
  }
  const auto test = [](auto compare) {
    return [compare](const Compared& one) { return one.date && compare(one.date->start); };
  };
  if (const auto days = stretch(name)) {
    if (!value.is_object() || value.size() != 0) notion_should_be(where + "." + name, "an empty object", value);
    const sys_seconds from = today + std::chrono::days(days->first);
    const sys_seconds to = today + std::chrono::days(days->second + 1);
    return test([=](sys_seconds at) { return from <= at && at < to; });
  }
  sys_seconds from{};
  sys_seconds to{};
  if (const auto day = relative_day(value.text())) {
    from = today + std::chrono::days(*day);
    to = from + hours(24);
  } else {
    const Json date = notion_read_date(Json::object({{"start", value}}), where + "." + name, true);
    const auto moments = notion_moments(date);
    from = moments->start;
    to = moments->end;
  }
  const bool whole_day = from != to;
  if (name == "equals") return test([=](sys_seconds at) { return whole_day ? from <= at && at < to : at == from; });
  if (name == "before") return test([=](sys_seconds at) { return at < from; });
  if (name == "after") return test([=](sys_seconds at) { return whole_day ? at >= to : at > from; });
  if (name == "on_or_before") return test([=](sys_seconds at) { return whole_day ? at < to : at <= from; });
  if (name == "on_or_after") return test([=](sys_seconds at) { return at >= from; });
  no_such_condition(where, name, value);
}

Test one_of_test(const std::string& where, const std::string& name, const Json& value, bool single) {
  if (name == "is_empty" || name == "is_not_empty") {
    needs_truth(where, name, value);
    return [empty = name == "is_empty"](const Compared& one) { return one.texts.empty() == empty; };
  }
  const std::string yes = single ? "equals" : "contains";
  const std::string no = single ? "does_not_equal" : "does_not_contain";
  if (name != yes && name != no) no_such_condition(where, name, value);
  if (!value.is_string()) notion_should_be(where + "." + name, "a string", value);
  const auto id = notion_id(value.text());
  return [wanted = id.value_or(value.text()), has = name == yes](const Compared& one) {
    return (std::find(one.texts.begin(), one.texts.end(), wanted) != one.texts.end()) == has;
  };
}

Test condition(const std::string& type, const Json& conditions, const std::string& where, Instant now) {
  static const std::set<std::string> kTexts = {"title", "rich_text", "url", "email", "phone_number", "string"};
  static const std::set<std::string> kDates = {"date", "created_time", "last_edited_time"};
  if (!conditions.is_object() || conditions.size() != 1)
    notion_should_be(where, "an object with one condition", conditions);
  const auto& [name, value] = *conditions.members().begin();
  if (type == "formula" || type == "rollup") return condition(name, value, where + "." + name, now);
  if (kTexts.count(type) != 0) return text_test(where, name, value);
  if (kDates.count(type) != 0) return date_test(where, name, value, now);
  if (type == "number" || type == "unique_id") return number_test(where, name, value);
  if (type == "checkbox") {
    if ((name != "equals" && name != "does_not_equal") || !value.is_bool()) no_such_condition(where, name, value);
    return [same = (name == "equals") == value.truth()](const Compared& one) { return one.checked == same; };
  }
  if (type == "files" && name != "is_empty" && name != "is_not_empty") no_such_condition(where, name, value);
  static const std::set<std::string> kLists = {"multi_select", "people",     "relation",       "files",
                                               "select",       "created_by", "last_edited_by", "status"};
  if (kLists.count(type) == 0) no_such_condition(where, type, conditions);
  return one_of_test(where, name, value, type == "select" || type == "status");
}

/// Of a value as it is read.
Compared compared(const std::string& type, const Json& value) {
  Compared out;
  if (type == "formula" || type == "rollup") return compared(value["type"].text(), value[value["type"].text()]);
  if (value.is_number()) out.number = value.number();
  if (type == "unique_id" && value["number"].is_number()) out.number = value["number"].number();
  if (type == "date") out.date = notion_moments(value);
  out.checked = value.truth();
  if (type == "created_time" || type == "last_edited_time") out.date = notion_moments(Json::object({{"start", value}}));
  if (type == "title" || type == "rich_text") out.texts.push_back(notion_plain_text(value));
  if (value.is_string()) out.texts.push_back(value.text());
  if (type == "select" || type == "status")
    if (!value.is_null()) out.texts.push_back(value["name"].text());
  if (type == "created_by" || type == "last_edited_by") out.texts.push_back(value["id"].text());
  if (type == "multi_select" || type == "files")
    for (const Json& one : value.items()) out.texts.push_back(one["name"].text());
  if (type == "people" || type == "relation")
    for (const Json& one : value.items()) out.texts.push_back(one["id"].text());
  return out;
}

}  // namespace

NotionTest Notion::State::test_of(const NotionDataSource& source, const Json& filter, int depth) {
  if (filter.is_null()) return [](const NotionPage&) { return true; };
  if (!filter.is_object()) notion_should_be("body.filter", "an object", filter);
  for (const char* name : {"and", "or"}) {
    if (!filter.has(name)) continue;
    notion_only("body.filter", filter, {name});
    if (depth >= kNestingMax) notion_invalid("body failed validation: body.filter is nested more than 2 levels deep.");
    if (!filter[name].is_array()) notion_should_be(std::string("body.filter.") + name, "an array", filter[name]);
    std::vector<NotionTest> parts;
    for (const Json& one : filter[name].items()) parts.push_back(test_of(source, one, depth + 1));
    return [parts, all = std::string_view(name) == "and"](const NotionPage& page) {
      const auto holds = [&](const NotionTest& one) { return one(page); };
      return all ? std::all_of(parts.begin(), parts.end(), holds) : std::any_of(parts.begin(), parts.end(), holds);
    };
  }
  if (filter.has("timestamp")) {
    const std::string& name = filter["timestamp"].text();
    if (name != "created_time" && name != "last_edited_time")
      notion_should_be("body.filter.timestamp", "`\"created_time\"` or `\"last_edited_time\"`", filter["timestamp"]);
    notion_only("body.filter", filter, {"timestamp", name});
    const Test test = condition(name, filter[name], "body.filter." + name, clock.now());
    return [this, test, created = name == "created_time"](const NotionPage& page) {
      Compared value;
      const auto at = std::chrono::floor<std::chrono::seconds>(minute_of(created ? page.created : page.edited));
      value.date = NotionMoments{at, at, true};
      return test(value);
    };
  }
  if (!filter["property"].is_string()) notion_should_be("body.filter.property", "defined", filter["property"]);
  const NotionProperty* property = source.named(filter["property"].text());
  if (!property) notion_invalid("Could not find property with name or id: " + filter["property"].text());
  const NotionProperty copy = *property;
  if (!filter.has(copy.type)) {
    std::string other;
    for (const auto& [name, value] : filter.members())
      if (name != "property" && name != "type") other = name;
    notion_invalid("database property " + copy.type + " does not match filter " + other);
  }
  notion_only("body.filter", filter, {"property", "type", copy.type});
  const Test test = condition(copy.type, filter[copy.type], "body.filter." + copy.type, clock.now());
  return [this, test, copy](const NotionPage& page) {
    return test(compared(copy.type, shown_value(page, copy, true)[copy.type]));
  };
}

std::function<NotionSortKey(const NotionPage&)> Notion::State::sort_of(const NotionDataSource& source,
                                                                       const Json& sort) {
  notion_only("body.sorts", sort, {"property", "timestamp", "direction"});
  if (sort.has("timestamp")) {
    const std::string& name = sort["timestamp"].text();
    if (name != "created_time" && name != "last_edited_time")
      notion_should_be("body.sorts.timestamp", "`\"created_time\"` or `\"last_edited_time\"`", sort["timestamp"]);
    return [this, created = name == "created_time"](const NotionPage& page) {
      const auto at = minute_of(created ? page.created : page.edited);
      return NotionSortKey(std::chrono::duration<double>(at.time_since_epoch()).count(), "");
    };
  }
  const NotionProperty* property = source.named(sort["property"].text());
  if (!property) notion_invalid("Could not find sort property with name or id: " + sort["property"].text());
  return [this, copy = *property](const NotionPage& page) {
    const Compared value = compared(copy.type, shown_value(page, copy, true)[copy.type]);
    if (value.number) return NotionSortKey(*value.number, "");
    if (value.date) return NotionSortKey(static_cast<double>(value.date->start.time_since_epoch().count()), "");
    if (copy.type == "checkbox") return NotionSortKey(value.checked ? 1 : 0, "");
    return value.texts.empty() ? NotionSortKey(kNone, "") : NotionSortKey(0, value.texts.front());
  };
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
