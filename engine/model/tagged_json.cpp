// The tagged form that the store keeps: read back without a kind. On the hot path of every run.
#include <simdjson.h>

#include "engine/base/try.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

struct TaggedWriter {
  std::string& out;

  void text(std::string_view value) const { append_json_string(out, value); }
  void open(const char* tag) const {
    out += "{\"t\":\"";
    out += tag;
    out += '"';
  }
  void texts(const char* key, const std::vector<std::string>& items) const {
    if (items.empty()) return;
    out += ",\"";
    out += key;
    out += "\":";
    append_json_array(out, items, [this](const std::string& item) { text(item); });
  }

  void operator()(const std::string& value) const { text(value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { append_json_number(out, value); }
  void operator()(const Decimal& value) const {
    open("decimal");
    out += ",\"v\":";
    text(value.digits);
    out.push_back('}');
  }
  void operator()(std::chrono::year_month_day value) const {
    open("date");
    out += ",\"v\":\"" + iso_date(LocalDays{value}) + "\"}";
  }
  void operator()(const Span& value) const {
    open("span");
    out += ",\"s\":\"";
    out += span_time(value, value.start);
    out += "\",\"e\":\"";
    out += span_time(value, value.end);
    out += '"';
    if (value.kind == SpanKind::zoned) {
      out += ",\"z\":";
      text(value.zone);
    }
    out.push_back('}');
  }
  void operator()(std::chrono::seconds value) const {
    open("duration");
    out += ",\"v\":";
    append_json_number(out, static_cast<std::int64_t>(value.count()));
    out.push_back('}');
  }
  void operator()(const Choices& value) const {
    open("choices");
    out += ",\"v\":";
    append_json_array(out, value, [this](const std::string& item) { text(item); });
    out.push_back('}');
  }
  void operator()(const Reference& value) const {
    open("reference");
    out += ",\"k\":";
    text(value.kind);
    out += ",\"i\":";
    text(value.id);
    out.push_back('}');
  }
  void operator()(const References& value) const {
    open("references");
    out += ",\"v\":";
    append_json_array(out, value, [this](const Reference& item) {
      out.push_back('[');
      text(item.kind);
      out.push_back(',');
      text(item.id);
      out.push_back(']');
    });
    out.push_back('}');
  }
  void operator()(const People& value) const {
    open("people");
    out += ",\"v\":";
    append_json_array(out, value, [this](const Person& item) {
      out.push_back('[');
      text(item.email);
      out.push_back(',');
      text(item.name);
      out.push_back(',');
      text(item.role);
      out.push_back(']');
    });
    out.push_back('}');
  }
  void operator()(const Reminders& value) const {
    open("reminders");
    out += ",\"v\":";
    append_json_array(out, value, [this](const Reminder& item) {
      out.push_back('[');
      append_json_number(out, static_cast<std::int64_t>(item.before.count()));
      out.push_back(',');
      text(item.method);
      out.push_back(']');
    });
    out.push_back('}');
  }
  void operator()(const Recurrence& value) const {
    open("recurrence");
    texts("rrule", value.rules);
    texts("exrule", value.exrules);
    texts("rdate", value.rdates);
    texts("exdate", value.exdates);
    out.push_back('}');
  }
  void operator()(const Geo& value) const {
    open("geo");
    out += ",\"v\":[";
    append_json_number(out, value.latitude);
    out.push_back(',');
    append_json_number(out, value.longitude);
    out += "]}";
  }
  void operator()(const Opaque& value) const {
    open("opaque");
    out += ",\"f\":";
    text(value.format);
    out += ",\"v\":";
    text(value.text);
    out.push_back('}');
  }
};

// What was stored cannot be read: thrown by simdjson's accessors and by these, caught at the doors below.
[[noreturn]] void damaged() { throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE); }

std::string text_of(element json) { return std::string(json.get_string().value()); }

template <class T>
T or_damaged(std::optional<T> value) {
  if (!value) damaged();
  return *std::move(value);
}

std::vector<std::string> texts_of(element object, const char* key) {
  std::vector<std::string> items;
  simdjson::dom::array array;
  if (object.at_key(key).get(array) == simdjson::SUCCESS) {
    for (const auto item : array) items.push_back(text_of(item));
  }
  return items;
}

Value read_span(element json) {
  Span span;
  const std::string_view start = json["s"].get_string();
  const std::string_view end = json["e"].get_string();
  std::string_view zone;
  if (json["z"].get(zone) == simdjson::SUCCESS) {
    span.kind = SpanKind::zoned;
    span.zone = zone;
  }
  if (start.find('T') == std::string_view::npos) {
    span.kind = SpanKind::all_day;
    span.start = or_damaged(parse_date(start));
    span.end = or_damaged(parse_date(end));
  } else {
    span.start = or_damaged(parse_time(start));
    span.end = or_damaged(parse_time(end));
  }
  return span;
}

Value read_people(element json) {
  People people;
  for (const auto item : json["v"].get_array()) {
    people.insert({text_of(item.at(0)), text_of(item.at(1)), text_of(item.at(2))});
  }
  return people;
}

Value read_reminders(element json) {
  Reminders reminders;
  for (const auto item : json["v"].get_array()) {
    const std::int64_t before = item.at(0).get_int64();
    reminders.insert({std::chrono::minutes{before}, text_of(item.at(1))});
  }
  return reminders;
}

Value read_set(element json, std::string_view tag) {
  if (tag == "choices") {
    Choices choices;
    for (const auto item : json["v"].get_array()) choices.insert(text_of(item));
    return choices;
  }
  if (tag == "people") return read_people(json);
  if (tag == "reminders") return read_reminders(json);
  if (tag != "references") damaged();
  References references;
  for (const auto item : json["v"].get_array()) references.insert({text_of(item.at(0)), text_of(item.at(1))});
  return references;
}

Value read_object(element json) {
  const std::string_view tag = json["t"].get_string();
  if (tag == "span") return read_span(json);
  if (tag == "recurrence") {
    return Recurrence{texts_of(json, "rrule"), texts_of(json, "exrule"), texts_of(json, "rdate"),
                      texts_of(json, "exdate")};
  }
  if (tag == "reference") return Reference{text_of(json["k"]), text_of(json["i"])};
  if (tag == "opaque") return Opaque{text_of(json["f"]), text_of(json["v"])};
  if (tag == "decimal") return Decimal{text_of(json["v"])};
  if (tag == "date") return std::chrono::year_month_day{or_damaged(parse_date(json["v"].get_string().value()))};
  if (tag == "duration") return std::chrono::seconds{json["v"].get_int64().value()};
  if (tag == "geo") return Geo{json["v"].at(0).get_double(), json["v"].at(1).get_double()};
  return read_set(json, tag);
}

Value read_value(element json) {
  switch (json.type()) {
    case element_type::STRING:
      return text_of(json);
    case element_type::BOOL:
      return json.get_bool().value();
    case element_type::INT64:
      return json.get_int64().value();
    case element_type::OBJECT:
      return read_object(json);
    default:
      damaged();
  }
}

Error unreadable(const char* why) {
  return Error{ErrorKind::bad_input, std::string("unreadable stored value: ") + why, {}, {}, {}};
}

// Runs `read` on the parsed text; what simdjson throws becomes an error here.
template <class T, class Read>
Result<T> parse_stored(std::string_view json, Read read) {
  thread_local simdjson::dom::parser parser;
  try {
    return T(read(parser.parse(json.data(), json.size()).value()));
  } catch (const simdjson::simdjson_error& error) {
    return unreadable(error.what());
  }
}

template <class Members, class One>
void append_members(std::string& out, const Members& members, One one) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, value] : members) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(out, key);
    out.push_back(':');
    one(value);
  }
  out.push_back('}');
}

}  // namespace

void append_tagged(std::string& out, const Value& value) { std::visit(TaggedWriter{out}, value); }

std::string tagged_json(const Value& value) {
  std::string out;
  append_tagged(out, value);
  return out;
}

Result<Value> read_tagged(std::string_view json) { return parse_stored<Value>(json, read_value); }

std::string tagged_json(const Properties& properties) {
  std::string out;
  append_members(out, properties, [&out](const Value& value) { append_tagged(out, value); });
  return out;
}

Result<Properties> read_properties(std::string_view json) {
  return parse_stored<Properties>(json, [](element root) {
    Properties properties;
    for (const auto member : root.get_object()) {
      properties.insert_or_assign(properties.end(), std::string(member.key), read_value(member.value));
    }
    return properties;
  });
}

std::string tagged_json(const Fields& fields) {
  std::string out;
  append_members(out, fields, [&out](const std::optional<Value>& value) {
    if (value) {
      append_tagged(out, *value);
    } else {
      out += "null";
    }
  });
  return out;
}

Result<Fields> read_fields(std::string_view json) {
  return parse_stored<Fields>(json, [](element root) {
    Fields fields;
    for (const auto member : root.get_object()) {
      std::optional<Value> value;
      if (!member.value.is_null()) value = read_value(member.value);
      fields.insert_or_assign(fields.end(), std::string(member.key), std::move(value));
    }
    return fields;
  });
}

}  // namespace v1
}  // namespace fasti
