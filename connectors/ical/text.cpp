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

bool has_quoted_printable_head(std::string_view content) {
  const std::string head = upper(content.substr(0, content.find(':')));
  const std::size_t at = head.find("QUOTED-PRINTABLE");
  return at != std::string::npos && at > 0 && (head[at - 1] == '=' || head[at - 1] == ';');
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = upper(c);
  return out;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return upper(x) == upper(y); });
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
std::size_t Document::end_at_cr(std::size_t at, std::size_t end) const {
  for (std::size_t cr = text_.substr(0, end).find('\r', at); cr != std::string_view::npos && cr + 1 < end;
       cr = text_.substr(0, end).find('\r', cr + 1))
    if (begins_with_name(text_.substr(cr + 1, end - cr - 1))) return cr + 1;
  return end;
}

/// More of the line before: `soft`, where that is quoted-printable and breaks its value without a blank.
void Document::continue_line(std::string_view content, std::size_t end, bool soft, bool again) {
  Line& line = lines_.back();
  std::string& joined = again ? unfolded_.back() : unfolded_.emplace_back(line.content);
  if (soft) joined.pop_back();
  joined.append(content.substr(soft ? 0 : 1));
  line.content = joined;
  line.end = end;
}

void Document::read_lines() {
  const std::string_view text = text_;
  std::size_t at = text.substr(0, kByteOrderMark.size()) == kByteOrderMark ? kByteOrderMark.size() : 0;
  const bool bare_cr = text.find('\n') == std::string_view::npos;
  const char stop = bare_cr ? '\r' : '\n';
  const bool stray_cr = !bare_cr && !clean_;
  bool soft = false;
  bool again = false;
  constexpr std::size_t kUsualLine = 24;
  lines_.reserve(text.size() / kUsualLine + 1);
  for (std::size_t number = 1; at < text.size(); ++number) {
    std::size_t end = std::min(text.find(stop, at), text.size() - 1) + 1;
    if (stray_cr) end = end_at_cr(at, end);
    std::size_t last = end;
    while (last > at && (text[last - 1] == '\n' || text[last - 1] == '\r')) --last;
    if (number == 1 && last < end) line_end_ = bare_cr ? "\r" : end - last > 1 ? "\r\n" : "\n";
    const std::string_view content = text.substr(at, last - at);
    const bool blank = !content.empty() && (content.front() == ' ' || content.front() == '\t');
    const bool broken = soft && !blank && !has_name(content, "BEGIN") && !has_name(content, "END");
    const bool more = !lines_.empty() && (blank || broken);
    if (more)
      continue_line(content, end, soft, again);
    else
      lines_.push_back({at, end, number, content});
    again = more;
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

/// What was gathered of the innermost component becomes its own.
void Document::close() {
  Open& open = open_[--depth_];
  auto keep = [](const std::vector<std::size_t>& from, std::vector<std::size_t>& to) {
    const std::size_t at = to.size();
    to.insert(to.end(), from.begin(), from.end());
    return std::span<const std::size_t>(to.data() + at, from.size());
  };
  Component& component = components_[open.index];
  component.lines = keep(open.lines, own_lines_);
  component.children = keep(open.children, own_children_);
}

void Document::close_as_broken() {
  const Component& component = components_[open_[depth_ - 1].index];
  const std::string name(component.name);
  problems_.push_back({number(component), "BEGIN:" + name + " without END:" + name});
  close();
}

void Document::begin_component(std::string_view name, std::size_t line) {
  const bool is_upper = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  const std::string_view upper_name = is_upper ? name : unfolded_.emplace_back(ical::upper(name));
  if (is_top(upper_name)) {
    std::size_t top = 0;
    while (top < depth_ && !is_top(components_[open_[top].index].name)) ++top;
    while (depth_ > top) close_as_broken();
  }
  // One calendar wrapped in another is read; one inside an event means that an END is missing.
  if (upper_name == "VCALENDAR")
    while (depth_ > 0 && components_[open_[depth_ - 1].index].name != "VCALENDAR") close_as_broken();
  if (depth_ >= kDeepest) {
    problems_.push_back({lines_[line].number, "components are nested too deep"});
    while (depth_ > 0) close_as_broken();
  }
  const std::size_t index = components_.size();
  Component& component = components_.emplace_back();
  component.name = upper_name;
  component.first = line;
  if (depth_ > 0) {
    component.parent = open_[depth_ - 1].index;
    open_[depth_ - 1].children.push_back(index);
  }
  if (depth_ == open_.size()) open_.emplace_back();
  Open& open = open_[depth_++];
  open.index = index;
  open.lines.clear();
  open.children.clear();
}

void Document::end_component(std::string_view name, std::size_t line) {
  std::size_t wanted = depth_;
  while (wanted > 0 && !same_name(components_[open_[wanted - 1].index].name, name)) --wanted;
  if (wanted == 0) {
    problems_.push_back({lines_[line].number, "END:" + std::string(name) + " without BEGIN"});
    return;
  }
  while (depth_ > wanted) close_as_broken();
  components_[open_[depth_ - 1].index].last = line;
  close();
}

void Document::read_components() {
  constexpr std::size_t kUsualComponent = 256;
  components_.reserve(text_.size() / kUsualComponent + 1);
  own_lines_.reserve(lines_.size());
  own_children_.reserve(lines_.size());
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const std::string_view content = lines_[i].content;
    const char first = content.empty() ? ' ' : content.front();
    if (first <= ' ' && trim(content).empty()) continue;
    const int letter = first & ~0x20;
    if (letter == 'B' && has_name(content, "BEGIN") && content[5] == ':')
      begin_component(trim(content.substr(6)), i);
    else if (letter == 'E' && has_name(content, "END") && content[3] == ':')
      end_component(trim(content.substr(4)), i);
    else if (depth_ > 0)
      open_[depth_ - 1].lines.push_back(i);
    else
      problems_.push_back({lines_[i].number, "text outside of any component"});
  }
  while (depth_ > 0) close_as_broken();
}

namespace {

/// The colon of "TZID=tzone://Microsoft/Custom:2026…", which should have been quoted.
bool is_in_address(std::string_view content, std::size_t at) {
  return content.substr(at, 3) == "://" && content.substr(0, at).find("TZID=") != std::string_view::npos &&
         content.find(':', at + 1) != std::string_view::npos;
}

/// Where the value's colon stands: outside quotes, or, where quotes never close, the first one.
std::size_t find_colon(std::string_view content, std::size_t from) {
  const std::size_t first = content.find(':', from);
  const std::string_view before = content.substr(0, first);
  if (first == std::string_view::npos ||
      (before.find('"', from) == std::string_view::npos && !is_in_address(content, first)))
    return first;
  bool quoted = false;
  for (std::size_t i = from; i < content.size(); ++i) {
    if (content[i] == '"') quoted = !quoted;
    if (content[i] == ':' && !quoted && !is_in_address(content, i)) return i;
  }
  return first;
}

}  // namespace

Property parse_property(std::string_view content) {
  Property property;
  std::size_t end_of_name = 0;
  while (end_of_name < content.size() && content[end_of_name] != ':' && content[end_of_name] != ';') ++end_of_name;
  property.name = Name(trim(content.substr(0, end_of_name)));
  if (end_of_name < content.size() && content[end_of_name] == ':') {
    property.value = content.substr(end_of_name + 1);
    return property;
  }
  const std::size_t colon = find_colon(content, end_of_name);
  if (colon == std::string_view::npos) return property;
  property.value = content.substr(colon + 1);
  property.parameters = Parameters(content.substr(end_of_name, colon - end_of_name));
  return property;
}

Parameters::Iterator& Parameters::Iterator::operator++() {
  while (!rest_.empty()) {
    std::size_t end = std::min(rest_.find(';', 1), rest_.size());
    if (rest_.substr(0, end).find('"') != std::string_view::npos) {
      bool quoted = false;
      for (end = 1; end < rest_.size() && (quoted || rest_[end] != ';'); ++end) quoted ^= rest_[end] == '"';
    }
    const std::string_view piece = rest_.substr(1, end - 1);
    rest_.remove_prefix(end);
    const std::size_t equals = piece.find('=');
    const bool bare = equals == std::string_view::npos;
    if (bare && trim(piece).empty()) continue;
    parameter_ = {Name(trim(piece.substr(0, equals))), bare ? piece.substr(piece.size()) : piece.substr(equals + 1),
                  bare};
    return *this;
  }
  at_end_ = true;
  return *this;
}

std::optional<Parameter> Property::search(std::string_view parameter) const {
  for (const Parameter& candidate : parameters)
    if (candidate.name == parameter) return candidate;
  return std::nullopt;
}

std::string Property::get(std::string_view parameter) const {
  const auto found = find(parameter);
  return found ? decode_parameter(found->text) : std::string();
}

std::string unescape_text(std::string_view value) {
  std::string out(value);
  std::size_t from = value.find('\\');
  std::size_t to = from;
  while (from != std::string_view::npos && from + 1 < value.size()) {
    const char c = value[from + 1];
    const bool line_break = c == 'n' || c == 'N';
    const bool escaped = c == '\\' || c == ';' || c == ',' || c == ':' || c == '"';
    if (!line_break && !escaped) out[to++] = '\\';
    out[to++] = line_break ? '\n' : c;
    from += 2;
    const std::size_t next = std::min(value.find('\\', from), value.size());
    std::copy(value.begin() + static_cast<std::ptrdiff_t>(from), value.begin() + static_cast<std::ptrdiff_t>(next),
              out.begin() + static_cast<std::ptrdiff_t>(to));
    to += next - from;
    from = next;
  }
  if (from == std::string_view::npos) return out;
  if (from < value.size()) out[to++] = '\\';
  out.resize(to);
  return out;
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
  if (text.find('"') == std::string_view::npos && text.find('^') == std::string_view::npos) return std::string(text);
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
