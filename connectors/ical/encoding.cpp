#include "connectors/ical/encoding.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t i) { return static_cast<std::uint8_t>(text[i]); }

/// The length of the UTF-8 sequence at `i`, or 0 where there is none (RFC 3629: shortest form, no surrogates).
std::size_t sequence_at(std::string_view text, std::size_t i) {
  const std::uint8_t lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || i + length > text.size()) return 0;
  for (std::size_t n = 1; n < length; ++n)
    if ((byte_at(text, i + n) & 0xC0) != 0x80) return 0;
  const std::uint8_t second = byte_at(text, i + 1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || beyond ? 0 : length;
}

char32_t character_at(std::string_view text, std::size_t i, std::size_t length) {
  const std::uint8_t lead = byte_at(text, i);
  char32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t n = 1; n < length; ++n) code = code << 6 | (byte_at(text, i + n) & 0x3Fu);
  return code;
}

void append_utf8(std::string& out, char32_t code) {
  auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// 0x80 to 0x9F of Windows-1252; the five that it leaves open are the control characters of Latin-1.
constexpr char32_t kUpper[] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
                               0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                               0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

char32_t from_windows_1252(std::uint8_t byte) { return byte >= 0x80 && byte < 0xA0 ? kUpper[byte - 0x80] : byte; }

bool is_control(std::uint8_t byte) { return byte < 0x20 || byte == 0x7F; }

}  // namespace

Encoding detect_encoding(std::string_view bytes) {
  if (bytes.size() < 2) return Encoding::utf8;
  const std::uint8_t first = byte_at(bytes, 0);
  const std::uint8_t second = byte_at(bytes, 1);
  if ((first == 0xFF && second == 0xFE) || (first == 'B' && second == 0)) return Encoding::utf16_le;
  if ((first == 0xFE && second == 0xFF) || (first == 0 && second == 'B')) return Encoding::utf16_be;
  return Encoding::utf8;
}

std::optional<std::string> decode_utf16(std::string_view bytes, Encoding encoding) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  auto unit = [&](std::size_t i) -> char32_t {
    const char32_t a = byte_at(bytes, i);
    const char32_t b = byte_at(bytes, i + 1);
    return encoding == Encoding::utf16_le ? b << 8 | a : a << 8 | b;
  };
  std::string out;
  out.reserve(bytes.size() / 2 + 16);
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    char32_t code = unit(i);
    if (code >= 0xDC00 && code < 0xE000) return std::nullopt;
    if (code >= 0xD800 && code < 0xDC00) {
      i += 2;
      const char32_t low = i < bytes.size() ? unit(i) : 0;
      if (low < 0xDC00 || low >= 0xE000) return std::nullopt;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, code);
  }
  return out;
}

std::string encode_utf16(std::string_view text, Encoding encoding) {
  std::string out;
  out.reserve(text.size() * 2);
  auto put = [&](char32_t unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    out += encoding == Encoding::utf16_le ? low : high;
    out += encoding == Encoding::utf16_le ? high : low;
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_at(text, i);
    const char32_t code = length == 0 ? from_windows_1252(byte_at(text, i)) : character_at(text, i, length);
    i += std::max<std::size_t>(length, 1);
    if (code < 0x10000) {
      put(code);
    } else {
      put(0xD800 + ((code - 0x10000) >> 10));
      put(0xDC00 + ((code - 0x10000) & 0x3FF));
    }
  }
  return out;
}

namespace {

/// Whether all of eight bytes are printable ASCII.
bool is_plain(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kTops = 0x8080808080808080;
  std::uint64_t x = 0;
  std::memcpy(&x, bytes, sizeof x);
  const std::uint64_t below_blank = (x - 0x20 * kOnes) & ~x;
  return ((x | (x + kOnes) | below_blank) & kTops) == 0;
}

}  // namespace

namespace {

/// The length of the clean ASCII text, in whole blocks, that `text` begins with; its last byte is not looked at. Plain
/// enough for a compiler to do many bytes at once.
std::size_t clean_ascii_blocks(std::string_view text) {
  constexpr std::size_t kBlock = 64;
  std::size_t at = 0;
  for (; at + kBlock < text.size(); at += kBlock) {
    const char* bytes = text.data() + at;
    std::uint8_t bad = 0;  // a byte, as what it sums up: no widening
    for (std::size_t i = 0; i < kBlock; ++i) {
      const auto byte = static_cast<std::int8_t>(bytes[i]);
      const auto next = static_cast<std::int8_t>(bytes[i + 1]);
      const bool printable = (byte > 0x1F) & (byte != 0x7F);
      const bool lone_cr = (byte == '\r') & (next != '\n') & (next != '\r');
      bad |= static_cast<std::uint8_t>(!(printable | (byte == '\t') | (byte == '\n') | (byte == '\r')) | lone_cr);
    }
    if (bad != 0) break;
  }
  return at;
}

}  // namespace

bool is_clean(std::string_view text) {
  for (std::size_t i = clean_ascii_blocks(text); i < text.size();) {
    while (i + 8 <= text.size() && is_plain(text.data() + i)) i += 8;
    if (i == text.size()) break;
    const std::uint8_t byte = byte_at(text, i);
    if (byte >= 0x20 && byte < 0x7F) {
      ++i;
    } else if (byte < 0x80) {
      const bool lone_cr = byte == '\r' && !(i + 1 < text.size() && (text[i + 1] == '\n' || text[i + 1] == '\r'));
      if ((byte != '\t' && byte != '\n' && byte != '\r') || lone_cr) return false;
      ++i;
    } else {
      const std::size_t length = sequence_at(text, i);
      if (length == 0) return false;
      i += length;
    }
  }
  return true;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_at(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<std::uint8_t>(c) >= 0x80; });
}

std::string to_clean_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + 16);
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = sequence_at(bytes, i);
    if (length == 0)
      append_utf8(out, from_windows_1252(byte_at(bytes, i)));
    else if (length > 1 || !is_control(byte_at(bytes, i)) || bytes[i] == '\t')
      out.append(bytes.substr(i, length));
    else if (bytes[i] == '\r')
      out += ' ';
    i += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::optional<std::string> encode_windows_1252(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_at(text, i);
    if (length == 0) return std::nullopt;
    const char32_t code = character_at(text, i, length);
    i += length;
    const auto* upper = std::find(std::begin(kUpper), std::end(kUpper), code);
    if (upper != std::end(kUpper))
      out += static_cast<char>(0x80 + (upper - std::begin(kUpper)));
    else if (code < 0x80 || (code >= 0xA0 && code < 0x100))
      out += static_cast<char>(code);
    else
      return std::nullopt;
  }
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
