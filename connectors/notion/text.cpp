#include "connectors/notion/text.hpp"

#include <algorithm>

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

std::size_t sequence_length(unsigned char lead) {
  if (lead >= 0xF0) return 4;
  if (lead >= 0xE0) return 3;
  if (lead >= 0xC0) return 2;
  return 1;
}

}  // namespace

std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::vector<std::string> split_text(std::string_view text, std::size_t units) {
  std::vector<std::string> out;
  std::size_t start = 0;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = std::min(sequence_length(lead), text.size() - at);
    const std::size_t wide = lead >= 0xF0 ? 2 : 1;
    if (used + wide > units) {
      out.emplace_back(text.substr(start, at - start));
      start = at;
      used = 0;
    }
    used += wide;
    at += length;
  }
  if (start < text.size()) out.emplace_back(text.substr(start));
  return out;
}

std::string plain_text(const std::vector<Json>& items) {
  std::string out;
  for (const Json& item : items) {
    const std::string plain = item.text("plain_text");
    const auto text = item.find("text");
    out += !plain.empty() || !text ? plain : text->text("content");
  }
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
