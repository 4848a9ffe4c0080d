#pragma once
// Small pieces of canonical JSON that the plain and the tagged form share. Not for reading.
#include <cstdint>
#include <string>
#include <string_view>

#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

void append_json_number(std::string& out, std::int64_t number);
void append_json_number(std::string& out, double number);

/// Well-formed UTF-8 from end to end.
bool is_utf8(std::string_view text);

/// A span's start or end: a date when it is all-day.
std::string span_time(const Span& span, LocalSeconds time);

/// `[` one(item), … `]`
template <class Items, class One>
void append_json_array(std::string& out, const Items& items, One one) {
  out.push_back('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out.push_back(',');
    first = false;
    one(item);
  }
  out.push_back(']');
}

}  // namespace v1
}  // namespace fasti
