#pragma once
// iCalendar text without loss: content lines with the exact bytes they stand in, components as a tree over them, and
// the escapes of RFC 5545 and 6868. Knows no property's meaning; event.hpp and the others do. Takes any bytes.
#include <cstddef>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/ical/encoding.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

inline constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// A content line: [begin, end) are its bytes with folds and line end.
struct Line {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t number = 0;    ///< in the file, from 1
  std::string_view content;  ///< unfolded, without line end, as UTF-8 without control characters
};

struct Component {
  std::string name;  ///< upper case
  std::size_t parent = kNone;
  std::size_t first = 0;              ///< its BEGIN line
  std::size_t last = kNone;           ///< its END line; kNone: the text stops before it
  std::vector<std::size_t> lines;     ///< its own properties
  std::vector<std::size_t> children;  ///< components, in order
};

/// Something that is not as RFC 5545 wants it.
struct TextProblem {
  std::size_t line = 0;
  std::string text;
};

/// Views into the given text, which must live as long.
class Document {
 public:
  explicit Document(std::string_view text);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// The given text, as UTF-8 where it is UTF-16.
  std::string_view text() const { return text_; }
  /// An edited text() in the encoding of the given one.
  std::string encoded(std::string text) const;
  /// New content in the form of the lines that are there: Windows-1252 where those are.
  std::string in_form_of_text(std::string content) const;
  /// Set when no byte of it can be trusted; lines() is empty then.
  const std::optional<TextProblem>& unreadable() const { return unreadable_; }
  const std::vector<Line>& lines() const { return lines_; }
  const std::vector<Component>& components() const { return components_; }
  const std::vector<TextProblem>& problems() const { return problems_; }
  /// "\r\n" or "\n": that of the first line.
  std::string_view line_end() const { return line_end_; }
  /// That of one line: some files mix them.
  std::string_view line_end(const Line& line) const;
  /// The bytes of a whole component.
  std::string_view bytes(const Component& component) const;
  std::size_t number(const Component& component) const { return lines_[component.first].number; }
  /// A child of this name, or nullptr.
  const Component* child(const Component& component, std::string_view name) const;

 private:
  void read_lines();
  std::size_t end_of_line(std::size_t at, char stop) const;
  bool continues(std::string_view content, bool quoted_printable) const;
  void clean_lines();
  void read_components();
  void begin_component(std::string_view name, std::size_t line);
  void end_component(std::string_view name, std::size_t line);
  void close_as_broken();

  std::string_view text_;
  Encoding encoding_ = Encoding::utf8;
  std::string decoded_;
  std::optional<TextProblem> unreadable_;
  bool clean_ = true;
  bool windows_1252_ = false;
  std::string_view line_end_ = "\r\n";
  std::vector<Line> lines_;
  std::deque<std::string> unfolded_;
  std::vector<Component> components_;
  std::vector<std::size_t> open_;
  std::vector<TextProblem> problems_;
};

struct Parameter {
  std::string name;       ///< upper case
  std::string_view text;  ///< as it stands, quotes included
  bool bare = false;      ///< without "=": vCalendar 1.0
};

/// A content line taken apart.
struct Property {
  std::string name;  ///< upper case
  std::vector<Parameter> parameters;
  std::string_view value;

  const Parameter* find(std::string_view parameter) const;
  /// Decoded; empty when it is not there.
  std::string get(std::string_view parameter) const;
};
Property parse_property(std::string_view content);
/// Upper case, without taking the rest apart.
std::string property_name(std::string_view content);
bool same_name(std::string_view a, std::string_view b);  ///< without regard to ASCII case
inline bool has_name(std::string_view content, std::string_view upper_name) {
  if (content.size() <= upper_name.size()) return false;
  const char after = content[upper_name.size()];
  return (after == ':' || after == ';') && same_name(content.substr(0, upper_name.size()), upper_name);
}
/// Whether a content line is quoted-printable (vCalendar 1.0) and goes on in the next line.
bool is_soft_broken(std::string_view content);

std::string upper(std::string_view text);

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names);

std::string unescape_text(std::string_view value);
/// Line breaks become \n; control characters that iCalendar cannot hold are dropped.
std::string escape_text(std::string_view text);
/// At commas that are not escaped; the pieces stay escaped.
std::vector<std::string_view> split_list(std::string_view value);
std::string decode_parameter(std::string_view text);
/// Quoted when it must be, RFC 6868 inside.
std::string encode_parameter(std::string_view value);

/// A content line as bytes: folded at 75 octets, never inside a UTF-8 character.
std::string fold(std::string_view content, std::string_view line_end);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
