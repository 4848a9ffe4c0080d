// The `*` property, text properties and the marker: what a line is to Fasti, by its name.
#include <algorithm>

#include "connectors/ical/event.hpp"
#include "connectors/ical/object.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

bool is_managed(Name name) {
  return name == kMarkerProperty ||
         is_one_of(name, {"UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "RECURRENCE-ID", "BEGIN", "END"});
}

bool has_own_property(Name name) {
  return is_one_of(
      name, {"SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "CLASS", "TRANSP", "URL", "DTSTART", "DTEND", "DURATION",
             "RRULE", "EXRULE", "RDATE", "EXDATE", "CATEGORIES", "GEO", "PRIORITY", "ATTENDEE", "ORGANIZER"});
}

TextForm text_form(const Property& property) {
  const Name name = property.name;
  static constexpr std::string_view kTexts[] = {"SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "CLASS",
                                                "TRANSP",  "COMMENT",     "CONTACT",  "COLOR",  "RELATED-TO"};
  if (std::find(std::begin(kTexts), std::end(kTexts), name) != std::end(kTexts)) return TextForm::text;
  if (name == "URL") return TextForm::uri;
  if (!name.is_extension() || name == kMarkerProperty) return TextForm::none;
  const auto type = property.find("VALUE");
  return !type || same_name(type->text, "TEXT") ? TextForm::text : TextForm::uri;
}

namespace {

bool is_quoted(const Property& property) {
  const auto encoding = property.find("ENCODING");
  return property.find("QUOTED-PRINTABLE") || (encoding && same_name(encoding->text, "QUOTED-PRINTABLE"));
}

/// vCalendar 1.0 escapes separators only, and its line breaks are codes: "=0D=0A".
std::string read_quoted(std::string_view value) {
  const std::string bytes = decode_quoted_printable(value);
  std::string out;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    out += to_clean_utf8(rest.substr(0, end));
    rest.remove_prefix(end);
    if (rest.empty()) break;
    out += '\n';
    rest.remove_prefix(rest.substr(0, 2) == "\r\n" ? 2 : 1);
  }
  std::string plain;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char next = i + 1 < out.size() ? out[i + 1] : '\0';
    if (out[i] == '\\' && (next == ';' || next == ',' || next == '\\')) ++i;
    plain += out[i];
  }
  return plain;
}

}  // namespace

std::string read_text(const Property& property) {
  if (is_quoted(property)) return read_quoted(property.value);
  if (text_form(property) != TextForm::text) return std::string(property.value);
  static constexpr std::string_view kWords[] = {"STATUS", "CLASS", "TRANSP"};
  const bool word = std::find(std::begin(kWords), std::end(kWords), property.name) != std::end(kWords);
  return word ? upper(property.value) : unescape_text(property.value);
}

std::string canonical_line(const Property& property) {
  std::vector<std::string> parameters;
  for (const Parameter& parameter : property.parameters)
    parameters.push_back(parameter.name.upper() + "=" + encode_parameter(decode_parameter(parameter.text)));
  std::sort(parameters.begin(), parameters.end());
  std::string out = property.name.upper();
  for (const std::string& parameter : parameters) (out += ';') += parameter;
  out += ':';
  return out += text_form(property) == TextForm::text && !is_quoted(property)
                    ? escape_text(unescape_text(property.value))
                    : std::string(property.value);
}

std::string canonical_component(const Document& document, const Component& component) {
  std::vector<std::string> lines;
  for (std::size_t line : component.lines)
    lines.push_back(canonical_line(parse_property(document.lines()[line].content)));
  std::sort(lines.begin(), lines.end());
  const std::string name(component.name);
  std::string out = "BEGIN:" + name + "\n";
  for (const std::string& line : lines) (out += line) += '\n';
  for (std::size_t child : component.children) out += canonical_component(document, document.components()[child]);
  return out += "END:" + name + "\n";
}

std::vector<Extra> read_extras(const Event& event) {
  std::vector<Extra> extras;
  for (const EventLine& line : event.lines()) {
    const Name name = line.property.name;
    if (name.empty() || is_managed(name) || has_own_property(name)) continue;
    extras.push_back({name.upper(), canonical_line(line.property) + "\n", line.line, kNone});
  }
  for (std::size_t child : event.component().children) {
    const Component& component = event.document().components()[child];
    if (component.last == kNone || read_alarm(event.document(), component)) continue;
    // After every property: '~' sorts behind all letters.
    extras.push_back(
        {"~" + std::string(component.name), canonical_component(event.document(), component), kNone, child});
  }
  std::stable_sort(extras.begin(), extras.end(), [](const Extra& a, const Extra& b) { return a.name < b.name; });
  return extras;
}

namespace {

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
}

/// Percent-encoding leaves nothing that a server's rewriting could escape, quote or fold apart.
std::string encode(const std::string& text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    if (is_plain(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      ((out += '%') += kHex[byte >> 4]) += kHex[byte & 15];
    }
  }
  return out;
}

std::string decode(std::string_view text) {
  auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::string marker_value(const Marker& marker) {
  return std::string(marker.created ? "created/" : "adopted/") + encode(marker.store) + "/" + encode(marker.record) +
         "/" + encode(marker.stamp);
}

std::optional<Marker> read_marker(std::string_view value) {
  std::vector<std::string_view> pieces;
  while (pieces.size() < 3) {
    const std::size_t slash = value.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    pieces.push_back(value.substr(0, slash));
    value.remove_prefix(slash + 1);
  }
  if (pieces[0] != "created" && pieces[0] != "adopted") return std::nullopt;
  return Marker{decode(pieces[1]), decode(pieces[2]), pieces[0] == "created", decode(value)};
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
