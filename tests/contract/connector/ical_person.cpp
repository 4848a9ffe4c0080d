#include "tests/contract/connector/ical_person.hpp"

#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

const std::string kBegin = "BEGIN:VEVENT\r\n";
const std::string kEnd = "END:VEVENT\r\n";

std::string escaped(const std::string& title) {
  std::string out;
  for (char c : title) out += c == ',' ? "\\," : std::string(1, c);
  return out;
}

std::string event_text(const std::string& uid, const std::string& title) {
  return kBegin + "UID:" + uid + "\r\nDTSTAMP:20260601T120000Z\r\nSUMMARY:" + escaped(title) +
         "\r\nDESCRIPTION:bring flags\r\nX-COLOUR:red\r\nDTSTART;TZID=Europe/Berlin:20260611T180000\r\n"
         "DTEND;TZID=Europe/Berlin:20260611T200000\r\n" +
         kEnd;
}

struct Place {
  std::size_t begin = std::string::npos;
  std::size_t end = std::string::npos;
};

Place find_event(const std::string& text, const std::string& uid) {
  for (std::size_t begin = text.find(kBegin); begin != std::string::npos; begin = text.find(kBegin, begin + 1)) {
    const std::size_t end = text.find(kEnd, begin) + kEnd.size();
    const std::string event = text.substr(begin, end - begin);
    if (event.find("\r\nRECURRENCE-ID") != std::string::npos) continue;
    if (uid.empty() || event.find("\r\nUID:" + uid + "\r\n") != std::string::npos) return {begin, end};
  }
  return {};
}

Place find_line(const std::string& text, const std::string& uid, const std::string& name) {
  const Place event = find_event(text, uid);
  if (event.begin == std::string::npos) return {};
  const std::size_t begin = text.find("\r\n" + name, event.begin) + 2;
  return {begin, text.find("\r\n", begin)};
}

std::string with_line(std::string text, const std::string& uid, const std::string& name, const std::string& line) {
  const Place place = find_line(text, uid, name);
  return place.begin == std::string::npos ? text : text.replace(place.begin, place.end - place.begin, line);
}

}  // namespace

std::string calendar_text(const std::string& uid, const std::string& title) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Person//Editor//EN\r\n" +
         (uid.empty() ? "" : event_text(uid, title)) + "END:VCALENDAR\r\n";
}

std::string with_event(std::string calendar, const std::string& uid, const std::string& title) {
  return calendar.insert(calendar.rfind("END:VCALENDAR"), event_text(uid, title));
}

std::string without_event(std::string calendar, const std::string& uid) {
  const Place place = find_event(calendar, uid);
  return place.begin == std::string::npos ? calendar : calendar.erase(place.begin, place.end - place.begin);
}

std::string with_title(std::string calendar, const std::string& uid, const std::string& title) {
  return with_line(std::move(calendar), uid, "SUMMARY", "SUMMARY:" + escaped(title));
}

std::string with_broken_start(std::string calendar, const std::string& uid) {
  return with_line(std::move(calendar), uid, "DTSTART", "DTSTART:some day");
}

std::optional<std::string> title_in(const std::string& calendar, const std::string& uid) {
  const Place place = find_line(calendar, uid, "SUMMARY:");
  if (place.begin == std::string::npos) return std::nullopt;
  std::string title;
  for (char c : calendar.substr(place.begin + 8, place.end - place.begin - 8))
    if (c != '\\') title += c;
  return title;
}

Properties IcalBench::event(const std::string& title) const {
  const Span when{SpanKind::zoned, *parse_time("2026-06-11T18:00:00"), *parse_time("2026-06-11T20:00:00"),
                  "Europe/Berlin"};
  return {{"SUMMARY", title}, {"DESCRIPTION", std::string("bring flags; and, drums")}, {"DTSTART", when}};
}

std::string IcalBench::add_override(Properties& set, const std::string& title) const {
  set["RRULE"] = Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {}};
  set["SUMMARY@2026-06-18T18:00:00"] = title;
  return "2026-06-18T18:00:00";
}

}  // namespace contract
}  // namespace v1
}  // namespace fasti
