#pragma once
// Character encodings that calendars come in besides UTF-8: UTF-16, bytes of Windows-1252 (which covers Latin-1) among
// UTF-8, and the quoted-printable values of vCalendar 1.0. Bytes and characters only; text.hpp knows what lines are.
#include <optional>
#include <string>
#include <string_view>

namespace fasti {
inline namespace v1 {
namespace ical {

enum class Encoding { utf8, utf16_le, utf16_be };
/// By the byte order mark, or by the zero beside the first character.
Encoding detect_encoding(std::string_view bytes);
/// UTF-8, a byte order mark kept. nullopt: half a character somewhere, so that writing back could not be exact.
std::optional<std::string> decode_utf16(std::string_view bytes, Encoding encoding);
std::string encode_utf16(std::string_view text, Encoding encoding);

/// UTF-8 without control characters other than tab, CR and LF.
bool is_clean(std::string_view text);
bool is_utf8(std::string_view text);
bool is_ascii(std::string_view text);
/// Sequences that are UTF-8 as such, every other byte as Windows-1252; control characters are left out, a CR alone
/// becomes a space.
std::string to_clean_utf8(std::string_view bytes);
/// nullopt: a character that Windows-1252 lacks.
std::optional<std::string> encode_windows_1252(std::string_view text);

/// The bytes that a quoted-printable text stands for; what is no code stays as it is.
std::string decode_quoted_printable(std::string_view text);

}  // namespace ical
}  // namespace v1
}  // namespace fasti
