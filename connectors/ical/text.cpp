#include "connectors/ical/text.hpp"

#include <algorithm>
#include <cstring>

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// A file nested deeper is hostile; real ones reach three.
constexpr std::size_t kDeepest = 16;

char upper(char c) { return static_cast<char>(c - (c >= 'a' && c <= 'z' ? 'a' - 'A' : 0)); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// In texts of some bytes quicker than a search for each.
bool contains_any(std::string_view text, char a, char b) {
  return std::any_of(text.begin(), text.end(), [&](char c) { return c == a || c == b; });
}

/// "DTSTART;", "SUMMARY:": names that a person's own text hardly begins a line with.
bool begins_with_name(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && ((text[n] >= 'A' && text[n] <= 'Z') || text[n] == '-')) ++n;
  return n >= 3 && n < text.size() && (text[n] == ':' || text[n] == ';');
}

/// Components that hold no other components than their own kinds of parts: a BEGIN of one inside another means that
/// an END is missing.
bool is_top(std::string_view name) {
  return is_one_of(name, {"VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE", "VFREEBUSY"});
}

}  // namespace

bool is_soft_broken(std::string_view content) {
  if (content.empty() || content.back() != '=') return false;
  const std::string head = upper(content.substr(0, content.find(':')));
  const std::size_t at = head.find("QUOTED-PRINTABLE");
  return at != std::string::npos && at > 0 && (head[at - 1] == '=' || head[at - 1] == ';');
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = upper(c);
  return out;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return upper(x) == upper(y); });
}

Document::Document(std::string_view text) : text_(text), encoding_(detect_encoding(text)) {
  if (encoding_ != Encoding::utf8) {
    auto decoded = decode_utf16(text, encoding_);
    if (!decoded) {
      unreadable_ = TextProblem{1, "UTF-16 with half a character in it"};
      problems_.push_back(*unreadable_);
      encoding_ = Encoding::utf8;
      return;
    }
    decoded_ = std::move(*decoded);
    text_ = decoded_;
  }
  clean_ = is_clean(text_);
  read_lines();
  if (!clean_) clean_lines();
  read_components();
}

std::string Document::encoded(std::string text) const {
  return encoding_ == Encoding::utf8 ? text : encode_utf16(text, encoding_);
}

std::string Document::in_form_of_text(std::string content) const {
  if (!windows_1252_ || is_ascii(content) || !is_utf8(content)) return content;
  auto bytes = encode_windows_1252(content);
  // Bytes that would be read as UTF-8 again say something else.
  return bytes && !is_utf8(*bytes) ? *bytes : content;
}

std::string_view Document::line_end(const Line& line) const {
  const std::string_view bytes = text_.substr(line.begin, line.end - line.begin);
  // Folds would not be seen behind a CR alone among other line ends.
  for (std::string_view end : {"\r\n", "\n"})
    if (bytes.size() >= end.size() && bytes.substr(bytes.size() - end.size()) == end) return end;
  return line_end_;
}

std::string_view Document::bytes(const Component& component) const {
  const std::size_t begin = lines_[component.first].begin;
  const std::size_t end = component.last == kNone ? text_.size() : lines_[component.last].end;
  return text_.substr(begin, end - begin);
}

const Component* Document::child(const Component& component, std::string_view name) const {
  for (std::size_t index : component.children)
    if (components_[index].name == name) return &components_[index];
  return nullptr;
}

/// A CR by itself ends a line among others only where the next one begins unmistakably: in a pasted text it is noise.
std::size_t Document::end_of_line(std::size_t at, char stop) const {
  const void* found = std::memchr(text_.data() + at, stop, text_.size() - at);
  const std::size_t end =
      found ? static_cast<std::size_t>(static_cast<const char*>(found) - text_.data()) + 1 : text_.size();
  if (stop == '\r' || clean_) return end;
  for (std::size_t cr = text_.substr(0, end).find('\r', at); cr != std::string_view::npos && cr + 1 < end;
       cr = text_.substr(0, end).find('\r', cr + 1))
    if (begins_with_name(text_.substr(cr + 1, end - cr - 1))) return cr + 1;
  return end;
}

/// Folds, and the soft line breaks of quoted-printable values, which fold without a blank.
bool Document::continues(std::string_view content, bool quoted_printable) const {
  if (lines_.empty()) return false;
  if (!content.empty() && (content.front() == ' ' || content.front() == '\t')) return true;
  return quoted_printable && !has_name(content, "BEGIN") && !has_name(content, "END");
}

void Document::read_lines() {
  std::size_t at = text_.substr(0, kByteOrderMark.size()) == kByteOrderMark ? kByteOrderMark.size() : 0;
  const bool bare_cr = text_.find('\n') == std::string_view::npos;
  bool first = true;
  bool soft = false;
  constexpr std::size_t kUsualLine = 24;
  lines_.reserve(text_.size() / kUsualLine + 1);
  std::string* joined = nullptr;
  for (std::size_t number = 1; at < text_.size(); ++number) {
    const std::size_t end = end_of_line(at, bare_cr ? '\r' : '\n');
    const bool ended = text_[end - 1] == '\n' || text_[end - 1] == '\r';
    std::string_view content = text_.substr(at, end - at);
    while (!content.empty() && (content.back() == '\r' || content.back() == '\n')) content.remove_suffix(1);
    if (first && ended) line_end_ = bare_cr ? "\r" : end - at - 1 > content.size() ? "\r\n" : "\n";
    first = false;
    if (continues(content, soft)) {
      Line& line = lines_.back();
      if (!joined) joined = &unfolded_.emplace_back(line.content);
      if (soft) joined->pop_back();
      joined->append(content.substr(soft ? 0 : 1));
      line.content = *joined;
      line.end = end;
    } else {
      joined = nullptr;
      lines_.push_back({at, end, number, content});
    }
    soft = is_soft_broken(lines_.back().content);
    at = end;
  }
}

void Document::clean_lines() {
  bool utf8 = false;
  std::size_t other = 0;
  std::size_t first_other = 0;
  for (Line& line : lines_) {
    if (is_ascii(line.content) && is_clean(line.content)) continue;
    if (!is_utf8(line.content)) {
      if (other++ == 0) first_other = line.number;
    } else {
      utf8 |= !is_ascii(line.content);
    }
    if (!is_clean(line.content)) line.content = unfolded_.emplace_back(to_clean_utf8(line.content));
  }
  windows_1252_ = other > 0 && !utf8;
  if (other > 0)
    problems_.push_back({first_other, (other == 1 ? std::string("a line is") : std::to_string(other) + " lines are") +
                                          " not UTF-8: read as Windows-1252"});
}

void Document::close_as_broken() {
  const Component& component = components_[open_.back()];
  problems_.push_back({number(component), "BEGIN:" + component.name + " without END:" + component.name});
  open_.pop_back();
}

void Document::begin_component(std::string_view name, std::size_t line) {
  std::string upper_name = ical::upper(name);
  if (is_top(upper_name)) {
    auto top =
        std::find_if(open_.begin(), open_.end(), [&](std::size_t index) { return is_top(components_[index].name); });
    for (auto left = open_.end() - top; left > 0; --left) close_as_broken();
  }
  // One calendar wrapped in another is read; one inside an event means that an END is missing.
  if (upper_name == "VCALENDAR")
    while (!open_.empty() && components_[open_.back()].name != "VCALENDAR") close_as_broken();
  if (open_.size() >= kDeepest) {
    problems_.push_back({lines_[line].number, "components are nested too deep"});
    while (!open_.empty()) close_as_broken();
  }
  const std::size_t index = components_.size();
  Component& component = components_.emplace_back();
  component.name = std::move(upper_name);
  component.first = line;
  constexpr std::size_t kUsualLines = 16;
  component.lines.reserve(kUsualLines);
  if (!open_.empty()) {
    component.parent = open_.back();
    components_[open_.back()].children.push_back(index);
  }
  open_.push_back(index);
}

void Document::end_component(std::string_view name, std::size_t line) {
  auto opened = std::find_if(open_.rbegin(), open_.rend(),
                             [&](std::size_t index) { return same_name(components_[index].name, name); });
  if (opened == open_.rend()) {
    problems_.push_back({lines_[line].number, "END:" + std::string(name) + " without BEGIN"});
    return;
  }
  const std::size_t wanted = *opened;
  while (open_.back() != wanted) close_as_broken();
  components_[wanted].last = line;
  open_.pop_back();
}

void Document::read_components() {
  constexpr std::size_t kUsualComponent = 256;
  components_.reserve(text_.size() / kUsualComponent + 1);
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const std::string_view content = lines_[i].content;
    if (has_name(content, "BEGIN") && content[5] == ':') {
      begin_component(trim(content.substr(6)), i);
    } else if (has_name(content, "END") && content[3] == ':') {
      end_component(trim(content.substr(4)), i);
    } else if (!open_.empty()) {
      if (!trim(content).empty()) components_[open_.back()].lines.push_back(i);
    } else if (!trim(content).empty()) {
      problems_.push_back({lines_[i].number, "text outside of any component"});
    }
  }
  while (!open_.empty()) close_as_broken();
}

std::string property_name(std::string_view content) {
  return upper(trim(content.substr(0, std::min(content.find_first_of(":;"), content.size()))));
}

namespace {

/// The colon of "TZID=tzone://Microsoft/Custom:2026…", which should have been quoted.
bool is_in_address(std::string_view content, std::size_t at) {
  return content.substr(at, 3) == "://" && content.substr(0, at).find("TZID=") != std::string_view::npos &&
         content.find(':', at + 1) != std::string_view::npos;
}

/// Where the value's colon stands: outside quotes, or, where quotes never close, the first one.
std::size_t find_colon(std::string_view content) {
  bool quoted = false;
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '"') quoted = !quoted;
    if (content[i] == ':' && !quoted && !is_in_address(content, i)) return i;
  }
  return content.find(':');
}

}  // namespace

Property parse_property(std::string_view content) {
  Property property;
  std::size_t end_of_name = 0;
  while (end_of_name < content.size() && content[end_of_name] != ':' && content[end_of_name] != ';') ++end_of_name;
  property.name = upper(trim(content.substr(0, end_of_name)));
  if (end_of_name < content.size() && content[end_of_name] == ':') {
    property.value = content.substr(end_of_name + 1);
    return property;
  }
  const std::size_t colon = find_colon(content);
  if (colon == std::string_view::npos) return property;
  property.value = content.substr(colon + 1);
  std::size_t at = content.substr(0, colon).find(';');
  while (at != std::string_view::npos && at < colon) {
    bool quoted = false;
    std::size_t end = at + 1;
    while (end < colon && (quoted || content[end] != ';')) quoted ^= content[end++] == '"';
    const std::string_view piece = content.substr(at + 1, end - at - 1);
    const std::size_t equals = piece.find('=');
    if (equals != std::string_view::npos)
      property.parameters.push_back({upper(trim(piece.substr(0, equals))), piece.substr(equals + 1), false});
    else if (!trim(piece).empty())
      property.parameters.push_back({upper(trim(piece)), piece.substr(piece.size()), true});
    at = end;
  }
  return property;
}

const Parameter* Property::find(std::string_view parameter) const {
  for (const Parameter& candidate : parameters)
    if (candidate.name == parameter) return &candidate;
  return nullptr;
}

std::string Property::get(std::string_view parameter) const {
  const Parameter* found = find(parameter);
  return found ? decode_parameter(found->text) : std::string();
}

std::string unescape_text(std::string_view value) {
  std::size_t i = value.find('\\');
  if (i == std::string_view::npos) return std::string(value);
  std::string out;
  out.reserve(value.size());
  std::size_t from = 0;
  for (; i != std::string_view::npos && i + 1 < value.size(); i = value.find('\\', from)) {
    out.append(value, from, i - from);
    from = i + 2;
    const char c = value[i + 1];
    if (c == 'n' || c == 'N')
      out += '\n';
    else if (c == '\\' || c == ';' || c == ',' || c == ':' || c == '"')
      out += c;
    else
      (out += '\\') += c;
  }
  return out.append(value, from);
}

std::string escape_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' || c == ';' || c == ',')
      (out += '\\') += c;
    else if (c == '\n' || (c == '\r' && !(i + 1 < text.size() && text[i + 1] == '\n')))
      out += "\\n";
    else if (static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\t')
      out += c;
  }
  return out;
}

std::vector<std::string_view> split_list(std::string_view value) {
  std::vector<std::string_view> pieces;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (i < value.size() && value[i] == '\\') {
      ++i;
      continue;
    }
    if (i < value.size() && value[i] != ',') continue;
    pieces.push_back(value.substr(from, std::min(i, value.size()) - from));
    from = i + 1;
  }
  if (from < value.size()) pieces.push_back(value.substr(from));
  return pieces;
}

std::string decode_parameter(std::string_view text) {
  if (!contains_any(text, '"', '^')) return std::string(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '"') continue;
    if (text[i] == '^' && (next == 'n' || next == '\'' || next == '^')) {
      out += next == 'n' ? '\n' : next == '\'' ? '"' : '^';
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string encode_parameter(std::string_view value) {
  std::string out;
  bool quote = false;
  for (char c : value) {
    quote |= c == ',' || c == ';' || c == ':';
    if (c == '^')
      out += "^^";
    else if (c == '"')
      out += "^'";
    else if (c == '\n')
      out += "^n";
    else if (static_cast<unsigned char>(c) >= 0x20 ? c != 0x7f : c == '\t')
      out += c;
  }
  return quote ? '"' + out + '"' : out;
}

std::string fold(std::string_view content, std::string_view line_end) {
  std::string out;
  out.reserve(content.size() + content.size() / 60 * 3 + 2);
  std::size_t room = 75;
  while (content.size() > room) {
    std::size_t cut = room;
    while (cut > room - 4 && (static_cast<unsigned char>(content[cut]) & 0xC0) == 0x80) --cut;
    if ((static_cast<unsigned char>(content[cut]) & 0xC0) == 0x80) cut = room;  // not UTF-8 anyway
    out.append(content.substr(0, cut)).append(line_end).append(" ");
    content.remove_prefix(cut);
    room = 74;
  }
  return out.append(content).append(line_end);
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
