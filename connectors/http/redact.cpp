#include "connectors/http/redact.hpp"

#include <algorithm>
#include <array>

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

constexpr std::string_view kStars = "***";

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool sounds_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "token", "password", "passwd", "secret", "api_key", "apikey", "auth", "cookie", "signature", "credential"};
  const std::string low = lowered(name);
  if (low == "key" || low == "code" || low == "pwd" || low == "sig") return true;
  return std::any_of(kWords.begin(), kWords.end(), [&](auto word) { return low.find(word) != std::string::npos; });
}

bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ',' ||
         c == ';' || c == ')' || c == '}';
}

bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

std::size_t word_end(std::string_view text, std::size_t from) {
  while (from < text.size() && !ends_word(text[from])) ++from;
  return from;
}

/// "Bearer abc" after any scheme name: the length of "Bearer " at `at`, or 0.
std::size_t scheme_at(const std::string& low, std::size_t at) {
  for (const std::string_view scheme : {"bearer ", "basic ", "digest "}) {
    const bool word = at == 0 || !name_char(low[at - 1]);
    if (word && low.compare(at, scheme.size(), scheme) == 0) return scheme.size();
  }
  return 0;
}

/// Cuts the value after "password=", "token: " and the like; `at` is the position of '=' or ':'.
std::size_t cut_value(std::string_view text, std::size_t at, std::string& out) {
  out.push_back(text[at]);
  std::size_t from = at + 1;
  while (from < text.size() && (text[from] == ' ' || text[from] == '"' || text[from] == '\''))
    out.push_back(text[from++]);
  std::size_t end = from;
  while (end < text.size() && !ends_word(text[end]) && text[end] != '&') ++end;
  if (end > from) out += kStars;
  return end;
}

std::size_t name_start(std::string_view text, std::size_t end) {
  while (end > 0 && name_char(text[end - 1])) --end;
  return end;
}

}  // namespace

std::string redact_url(std::string_view url) {
  std::string out(url);
  const auto scheme = out.find("://");
  if (scheme != std::string::npos) {
    const auto begin = scheme + 3;
    const auto end = std::min(out.find_first_of("/?#", begin), out.size());
    const auto at = out.rfind('@', end);
    if (at != std::string::npos && at >= begin && at < end) out.replace(begin, at - begin, kStars);
  }
  auto at = out.find('?');
  while (at != std::string::npos && at + 1 < out.size()) {
    const auto equals = out.find('=', at + 1);
    if (equals == std::string::npos) break;
    const auto end = std::min(out.find_first_of("&#", equals), out.size());
    if (sounds_secret(std::string_view(out).substr(at + 1, equals - at - 1)))
      out.replace(equals + 1, end - equals - 1, kStars);
    at = out.find('&', equals);
  }
  return out;
}

std::string redact_header(std::string_view name, std::string_view value) {
  return sounds_secret(name) ? std::string(kStars) : redact_text(value);
}

std::string redact_text(std::string_view text) {
  const std::string low = lowered(text);
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    if (low.compare(at, 7, "http://") == 0 || low.compare(at, 8, "https://") == 0) {
      const auto end = word_end(text, at);
      out += redact_url(text.substr(at, end - at));
      at = end;
      continue;
    }
    if (const auto length = scheme_at(low, at)) {
      out += text.substr(at, length);
      const auto end = word_end(text, at + length);
      if (end > at + length) out += kStars;
      at = end;
      continue;
    }
    if (text[at] == '=' || text[at] == ':') {
      std::size_t end = at;
      while (end > 0 && (text[end - 1] == '"' || text[end - 1] == '\'')) --end;
      const auto start = name_start(text, end);
      const bool scheme_follows = scheme_at(low, std::min(low.find_first_not_of(' ', at + 1), low.size())) > 0;
      if (end > start && sounds_secret(text.substr(start, end - start)) && !scheme_follows) {
        at = cut_value(text, at, out);
        continue;
      }
    }
    out.push_back(text[at++]);
  }
  return out;
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
