#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace support {
namespace {

std::string padded(long long number, std::size_t width) {
  std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

std::string wall(LocalSeconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const long long seconds = (time - day).count();
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2) + " " + padded(seconds / 3600, 2) + ":" +
         padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2);
}

std::string visible(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

struct Printer {
  std::string operator()(const std::string& v) const { return "\"" + visible(v) + "\""; }
  std::string operator()(bool v) const { return v ? "true" : "false"; }
  std::string operator()(std::int64_t v) const { return std::to_string(v); }
  std::string operator()(const Decimal& v) const { return v.digits; }
  std::string operator()(const std::chrono::year_month_day& v) const {
    return wall(LocalSeconds(LocalDays(v))).substr(0, 10);
  }
  std::string operator()(const Span& v) const {
    if (v.kind == SpanKind::all_day) return wall(v.start).substr(0, 10) + ".." + wall(v.end).substr(0, 10);
    return wall(v.start) + ".." + wall(v.end) + (v.kind == SpanKind::zoned ? " " + v.zone : "");
  }
  std::string operator()(const std::chrono::seconds& v) const { return std::to_string(v.count()) + "s"; }
  std::string operator()(const Choices& v) const {
    return joined(v, [](const std::string& x) { return x; });
  }
  std::string operator()(const Reference& v) const { return v.kind + "/" + v.id; }
  std::string operator()(const References& v) const { return joined(v, *this); }
  std::string operator()(const People& v) const {
    return joined(v, [](const fasti::Person& p) { return p.name + "<" + p.email + ">" + p.role; });
  }
  std::string operator()(const Reminders& v) const {
    return joined(v, [](const Reminder& r) { return std::to_string(r.before.count()) + "min " + r.method; });
  }
  std::string operator()(const Recurrence& v) const {
    const auto same = [](const std::string& x) { return x; };
    return "rules" + joined(v.rules, same) + joined(v.exrules, same) + joined(v.rdates, same) + joined(v.exdates, same);
  }
  std::string operator()(const Geo& v) const { return std::to_string(v.latitude) + ";" + std::to_string(v.longitude); }
  std::string operator()(const Opaque& v) const { return v.format + ":\"" + visible(v.text) + "\""; }

  template <class List, class F>
  static std::string joined(const List& list, F print) {
    std::string out = "[";
    for (const auto& item : list) out += (out.size() > 1 ? ", " : "") + print(item);
    return out + "]";
  }
};

}  // namespace

std::string text_of(const Value& value) { return std::visit(Printer{}, value); }
std::string text_of(const std::optional<Value>& value) { return value ? text_of(*value) : "nothing"; }

std::string text_of(const Properties& properties) {
  std::string out;
  for (const auto& [path, value] : properties) out += (out.empty() ? "" : ", ") + path + "=" + text_of(value);
  return "{" + out + "}";
}

std::string text_of(const Fields& fields) {
  std::string out;
  for (const auto& [path, value] : fields) out += (out.empty() ? "" : ", ") + path + "=" + text_of(value);
  return "{" + out + "}";
}

std::string Fingerprint::hex() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[15 - i] = kDigits[(hash_ >> (4 * i)) & 15U];
  return out;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
