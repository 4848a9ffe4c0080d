#include "engine/base/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace fasti {
inline namespace v1 {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Optimal string alignment: a swap of two neighbours, the most common slip, counts as one edit.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view wanted, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 64;
  if (wanted.empty() || wanted.size() > kLongest) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_edits = wanted.size() < 4 ? 1 : 1 + wanted.size() / 4;
  for (const auto& name : known) {
    if (name.size() > kLongest) continue;
    const auto count = edits(wanted, name);
    if (count >= name.size() || count > best_edits || (best && count == best_edits)) continue;
    best = name;
    best_edits = count;
  }
  return best;
}

std::string nearest_hint(std::string_view wanted, const std::vector<std::string>& known) {
  constexpr std::size_t kFew = 24;
  if (auto name = nearest_name(wanted, known)) return "did you mean \"" + *name + "\"?";
  if (known.empty() || known.size() > kFew) return {};
  std::string hint = "known: ";
  for (const auto& name : known) hint += (&name == &known.front() ? "" : ", ") + name;
  return hint;
}

}  // namespace v1
}  // namespace fasti
