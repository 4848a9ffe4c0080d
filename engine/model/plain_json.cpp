// Values and records for people: the plain JSON form and terminal text.
#include "engine/model/json_text.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace {

void append_person(std::string& out, const Person& person) {
  out += "{\"email\":";
  append_json_string(out, person.email);
  out += ",\"name\":";
  append_json_string(out, person.name);
  out += ",\"role\":";
  append_json_string(out, person.role);
  out.push_back('}');
}

void append_reminder(std::string& out, const Reminder& reminder) {
  out += "{\"before\":\"" + iso_duration(reminder.before) + "\",\"method\":";
  append_json_string(out, reminder.method);
  out.push_back('}');
}

void append_recurrence(std::string& out, const Recurrence& recurrence) {
  bool first = true;
  const auto list = [&](const char* key, const std::vector<std::string>& items) {
    if (items.empty()) return;
    out += first ? "\"" : ",\"";
    first = false;
    out += key;
    out += "\":";
    append_json_array(out, items, [&](const std::string& item) { append_json_string(out, item); });
  };
  out.push_back('{');
  list("rrule", recurrence.rules);
  list("exrule", recurrence.exrules);
  list("rdate", recurrence.rdates);
  list("exdate", recurrence.exdates);
  out.push_back('}');
}

struct PlainWriter {
  std::string& out;

  void text(std::string_view value) const { append_json_string(out, value); }
  void operator()(const std::string& value) const { text(value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::int64_t value) const { append_json_number(out, value); }
  void operator()(const Decimal& value) const { text(value.digits); }
  void operator()(std::chrono::year_month_day value) const { text(iso_date(LocalDays{value})); }
  void operator()(const Span& value) const {
    out += "{\"start\":\"" + span_time(value, value.start) + "\",\"end\":\"" + span_time(value, value.end) + '"';
    if (value.kind == SpanKind::zoned) {
      out += ",\"zone\":";
      text(value.zone);
    }
    out.push_back('}');
  }
  void operator()(std::chrono::seconds value) const { text(iso_duration(value)); }
  void operator()(const Choices& value) const {
    append_json_array(out, value, [this](const std::string& item) { text(item); });
  }
  void operator()(const Reference& value) const { text(value.id); }
  void operator()(const References& value) const {
    append_json_array(out, value, [this](const Reference& item) { text(item.id); });
  }
  void operator()(const People& value) const {
    append_json_array(out, value, [this](const Person& item) { append_person(out, item); });
  }
  void operator()(const Reminders& value) const {
    append_json_array(out, value, [this](const Reminder& item) { append_reminder(out, item); });
  }
  void operator()(const Recurrence& value) const { append_recurrence(out, value); }
  void operator()(const Geo& value) const {
    out += "{\"lat\":";
    append_json_number(out, value.latitude);
    out += ",\"lon\":";
    append_json_number(out, value.longitude);
    out.push_back('}');
  }
  void operator()(const Opaque& value) const {
    out += "{\"format\":";
    text(value.format);
    out += ",\"text\":";
    text(value.text);
    out.push_back('}');
  }
};

std::string clock_text(LocalSeconds time) {
  auto text = iso_time(time).substr(11);
  return text.ends_with(":00") ? text.substr(0, 5) : text;
}

std::string span_text(const Span& span) {
  const auto first = std::chrono::floor<std::chrono::days>(span.start);
  auto last = std::chrono::floor<std::chrono::days>(span.end);
  std::string out = iso_date(first);
  if (span.kind == SpanKind::all_day) {
    last -= std::chrono::days{1};
    return last > first ? out + "–" + iso_date(last) : out;
  }
  out += ' ' + clock_text(span.start);
  if (span.end != span.start) out += "–" + (last == first ? "" : iso_date(last) + ' ') + clock_text(span.end);
  return span.zone.empty() ? out : out + ' ' + span.zone;
}

std::string reminder_text(const Reminder& reminder) {
  return iso_duration(std::chrono::abs(reminder.before)) + (reminder.before.count() < 0 ? " after" : " before") +
         (reminder.method.empty() ? "" : " (" + reminder.method + ")");
}

struct DisplayWriter {
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const Decimal& value) const { return value.digits; }
  std::string operator()(std::chrono::year_month_day value) const { return iso_date(LocalDays{value}); }
  std::string operator()(const Span& value) const { return span_text(value); }
  std::string operator()(std::chrono::seconds value) const { return iso_duration(value); }
  std::string operator()(const Reference& value) const { return value.id; }
  std::string operator()(const Opaque& value) const {
    return value.format + ", " + std::to_string(value.text.size()) + " bytes";
  }
  std::string operator()(const Geo& value) const {
    std::string out;
    append_json_number(out, value.latitude);
    out += ", ";
    append_json_number(out, value.longitude);
    return out;
  }
  std::string operator()(const Choices& value) const {
    return joined(value, [](const std::string& item) { return item; });
  }
  std::string operator()(const References& value) const {
    return joined(value, [](const Reference& item) { return item.id; });
  }
  std::string operator()(const People& value) const {
    return joined(value, [](const Person& item) {
      if (item.name.empty()) return item.email;
      return item.email.empty() ? item.name : item.name + " <" + item.email + '>';
    });
  }
  std::string operator()(const Reminders& value) const { return joined(value, reminder_text); }
  std::string operator()(const Recurrence& value) const {
    std::string out;
    const auto add = [&out](const char* name, const std::vector<std::string>& items) {
      for (const auto& item : items) out += (out.empty() ? "" : "; ") + (name + item);
    };
    add("", value.rules);
    add("without ", value.exrules);
    add("also ", value.rdates);
    add("except ", value.exdates);
    return out;
  }

  template <class Items, class Text>
  static std::string joined(const Items& items, Text text) {
    std::string out;
    for (const auto& item : items) out += (out.empty() ? "" : ", ") + text(item);
    return out;
  }
};

void append_field(std::string& out, bool& first, const std::string& key, const std::optional<Value>& value) {
  if (!first) out.push_back(',');
  first = false;
  append_json_string(out, key);
  out.push_back(':');
  if (value) {
    append_plain(out, *value);
  } else {
    out += "null";
  }
}

}  // namespace

void append_plain(std::string& out, const Value& value) { std::visit(PlainWriter{out}, value); }

std::string plain_json(const std::optional<Value>& value) {
  if (!value) return "null";
  std::string out;
  append_plain(out, *value);
  return out;
}

std::string display_text(const std::optional<Value>& value) { return value ? std::visit(DisplayWriter{}, *value) : ""; }

std::string record_json(const Record& record) {
  std::map<std::string, std::map<std::string, const std::optional<Value>*>> parts;
  for (const auto& [path, value] : record.fields) parts[path_part(path)][path_name(path)] = &value;
  std::string out = "{\"kind\":";
  append_json_string(out, record.kind);
  out += ",\"id\":";
  append_json_string(out, record.id);
  const auto fields = [&out](const std::map<std::string, const std::optional<Value>*>& members) {
    out.push_back('{');
    bool first = true;
    for (const auto& [field, value] : members) append_field(out, first, field, *value);
    out.push_back('}');
  };
  out += ",\"fields\":";
  fields(parts[""]);
  parts.erase("");
  if (!parts.empty()) {
    bool first = true;
    out += ",\"overrides\":{";
    for (const auto& [part, members] : parts) {
      if (!first) out.push_back(',');
      first = false;
      append_json_string(out, part);
      out.push_back(':');
      fields(members);
    }
    out.push_back('}');
  }
  out.push_back('}');
  return out;
}

}  // namespace v1
}  // namespace fasti
