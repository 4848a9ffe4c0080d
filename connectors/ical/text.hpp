#pragma once
// iCalendar text without loss: content lines with the exact bytes they stand in, components as a tree over them, and
// the escapes of RFC 5545 and 6868. Knows no property's meaning; event.hpp and the others do. Takes any bytes.
#include <cstddef>
#include <deque>
#include <initializer_list>
#include <optional>
#include <span>
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

/// Its views are into the Document.
struct Component {
  std::string_view name;  ///< upper case
  std::size_t parent = kNone;
  std::size_t first = 0;                  ///< its BEGIN line
  std::size_t last = kNone;               ///< its END line; kNone: the text stops before it
  std::span<const std::size_t> lines;     ///< its own properties
  std::span<const std::size_t> children;  ///< components, in order
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
  std::size_t end_at_cr(std::size_t at, std::size_t end) const;
  void continue_line(std::string_view content, std::size_t end, bool soft, bool again);
  void clean_lines();
  void read_components();
  void begin_component(std::string_view name, std::size_t line);
  void end_component(std::string_view name, std::size_t line);
  void close();
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
  std::vector<std::size_t> own_lines_;     ///< of all components that are closed; never grows beyond what is reserved
  std::vector<std::size_t> own_children_;  ///< the same
  /// A component that has not ended yet.
  struct Open {
    std::size_t index = 0;
    std::vector<std::size_t> lines;
    std::vector<std::size_t> children;
  };
  std::vector<Open> open_;  ///< the first `depth_`; the others are there for their memory
  std::size_t depth_ = 0;
  std::vector<TextProblem> problems_;
};

std::string upper(std::string_view text);
bool same_letters(std::string_view a, std::string_view b);  ///< of one length
/// Without regard to ASCII case.
inline bool same_name(std::string_view a, std::string_view b) {
  // Nearly all comparisons end at the size or the first letter, and nearly all names are upper case.
  return a.size() == b.size() && (a.empty() || (((a[0] ^ b[0]) & ~0x20) == 0 && (a == b || same_letters(a, b))));
}

/// The name of a property or a parameter as it stands in the text, told apart without regard to case.
class Name {
 public:
  Name() = default;
  explicit Name(std::string_view written) : written_(written) {}
  bool empty() const { return written_.empty(); }
  std::string upper() const { return ical::upper(written_); }
  bool is_extension() const { return written_.size() > 2 && same_name(written_.substr(0, 2), "X-"); }
  friend bool operator==(Name name, std::string_view other) { return same_name(name.written_, other); }
  friend bool operator==(Name a, Name b) { return same_name(a.written_, b.written_); }

 private:
  std::string_view written_;
};

struct Parameter {
  Name name;
  std::string_view text;  ///< as it stands, quotes included
  bool bare = false;      ///< without "=": vCalendar 1.0
};

/// What stands between a property's name and its value, taken apart on the way through it.
class Parameters {
 public:
  class Iterator {
   public:
    explicit Iterator(std::string_view rest) : rest_(rest) { ++*this; }
    const Parameter& operator*() const { return parameter_; }
    Iterator& operator++();
    bool operator!=(std::nullptr_t) const { return !at_end_; }

   private:
    std::string_view rest_;
    Parameter parameter_;
    bool at_end_ = false;
  };
  Parameters() = default;
  explicit Parameters(std::string_view text) : text_(text) {}
  bool empty() const { return text_.empty(); }
  Iterator begin() const { return Iterator(text_); }
  std::nullptr_t end() const { return nullptr; }

 private:
  std::string_view text_;  ///< with its first semicolon
};

/// A content line taken apart: views into it.
struct Property {
  Name name;
  Parameters parameters;
  std::string_view value;

  std::optional<Parameter> find(std::string_view parameter) const {
    return parameters.empty() ? std::nullopt : search(parameter);
  }
  /// Decoded; empty when it is not there.
  std::string get(std::string_view parameter) const;

 private:
  std::optional<Parameter> search(std::string_view parameter) const;
};
Property parse_property(std::string_view content);
inline bool has_name(std::string_view content, std::string_view upper_name) {
  if (content.size() <= upper_name.size()) return false;
  const char after = content[upper_name.size()];
  return (after == ':' || after == ';') && same_name(content.substr(0, upper_name.size()), upper_name);
}
bool has_quoted_printable_head(std::string_view content);
/// Whether a content line is quoted-printable (vCalendar 1.0) and goes on in the next line.
inline bool is_soft_broken(std::string_view content) {
  return !content.empty() && content.back() == '=' && has_quoted_printable_head(content);
}

/// A Name or an upper-case text.
template <class N>
bool is_one_of(const N& name, std::initializer_list<std::string_view> names) {
  for (std::string_view one : names)
    if (name == one) return true;
  return false;
}

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
