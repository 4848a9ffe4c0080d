// What a store remembers of the zone data.
#include <algorithm>
#include <charconv>
#include <mutex>

#include "engine/time/zone_data.hpp"
#include "engine/time/zone_table.hpp"

namespace fasti {
inline namespace v1 {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr std::int64_t kDay = 24 * 3600;

sys_seconds utc_at(std::int64_t count) { return sys_seconds(seconds(count)); }
std::int64_t count_of(sys_seconds at) { return at.time_since_epoch().count(); }

/// Two years before the present one, and twenty after it.
TimeRange years_around(sys_seconds now) {
  using namespace std::chrono;
  const year this_year = year_month_day(floor<days>(now)).year();
  return {sys_days((this_year - years(2)) / 1 / 1), sys_days((this_year + years(20)) / 1 / 1)};
}

/// Takes a number and the character behind it.
std::optional<std::int64_t> take(std::string_view& text, char& behind) {
  std::int64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc() || result.ptr == text.data() + text.size()) return std::nullopt;
  behind = *result.ptr;
  text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()) + 1);
  return number;
}

}  // namespace

ZoneOffsets ZoneOffsets::now_known(const TimeRange& years) {
  ZoneOffsets out;
  out.years_ = years;
  std::map<std::string, std::size_t> known;
  for (std::string_view name : zone_names()) {
    const Zone& zone = *find_zone(name);
    Steps steps;
    std::string key;
    for (sys_seconds at = years.from; at < years.to;) {
      const ZonePeriod period = period_at(zone, at);
      if (steps.empty() || steps.back().offset != period.offset.count()) {
        steps.push_back({count_of(at), period.offset.count()});
        key += std::to_string(steps.back().at) + ":" + std::to_string(steps.back().offset) + " ";
      }
      at = period.end;
    }
    const auto [entry, fresh] = known.try_emplace(key, out.steps_.size());
    if (fresh) out.steps_.push_back(std::move(steps));
    out.zones_.emplace(name, entry->second);
  }
  return out;
}

std::string ZoneOffsets::text() const {
  std::vector<std::string> names(steps_.size());
  for (const auto& [name, index] : zones_) names[index] += name + " ";
  std::string out = std::to_string(count_of(years_.from)) + " " + std::to_string(count_of(years_.to)) + "\n";
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    for (const Step& step : steps_[i])
      out += std::to_string(step.at) + ":" + std::to_string(step.offset) + (&step == &steps_[i].back() ? "=" : " ");
    out += names[i] + "\n";
  }
  return out;
}

std::string ZoneOffsets::text_at(sys_seconds now) {
  struct Known {
    std::uint64_t number = 0;
    TimeRange years;
    std::string text;
  };
  static std::mutex mutex;
  static Known known;
  const TimeRange years = years_around(now);
  const std::lock_guard lock(mutex);
  if (known.text.empty() || known.number != zone_data_number() || known.years.from != years.from)
    known = {zone_data_number(), years, now_known(years).text()};
  return known.text;
}

std::optional<ZoneOffsets> ZoneOffsets::parse(std::string_view text) {
  ZoneOffsets out;
  char behind = 0;
  const auto from = take(text, behind);
  const auto to = from && behind == ' ' ? take(text, behind) : std::nullopt;
  if (!to || behind != '\n' || *from >= *to) return std::nullopt;
  out.years_ = {utc_at(*from), utc_at(*to)};
  while (!text.empty()) {
    Steps steps;
    for (behind = ' '; behind == ' ';) {
      const auto at = take(text, behind);
      const auto offset = at && behind == ':' ? take(text, behind) : std::nullopt;
      if (!offset || (!steps.empty() && steps.back().at >= *at)) return std::nullopt;
      steps.push_back({*at, *offset});
    }
    const std::size_t end = text.find('\n');
    if (behind != '=' || end == std::string_view::npos) return std::nullopt;
    for (std::string_view names = text.substr(0, end); !names.empty();) {
      const std::size_t space = std::min(names.find(' '), names.size());
      out.zones_.emplace(names.substr(0, space), out.steps_.size());
      names.remove_prefix(std::min(space + 1, names.size()));
    }
    text.remove_prefix(end + 1);
    out.steps_.push_back(std::move(steps));
  }
  return out;
}

std::optional<sys_seconds> ZoneOffsets::to_utc(LocalSeconds wall, const std::string& zone) const {
  const auto known = zones_.find(zone);
  if (known == zones_.end()) return std::nullopt;
  const Steps& steps = steps_[known->second];
  const std::int64_t at = wall.time_since_epoch().count();
  std::int64_t offset = steps.front().offset;
  // In a gap the offset before it, in a fold the first one.
  for (std::size_t i = 1; i < steps.size(); ++i)
    if (at >= steps[i].at + std::max(steps[i - 1].offset, steps[i].offset)) offset = steps[i].offset;
  const sys_seconds utc = utc_at(at - offset);
  if (utc < years_.from + seconds(kDay) || utc >= years_.to - seconds(kDay)) return std::nullopt;
  return utc;
}

std::map<std::string, std::vector<TimeRange>> ZoneOffsets::changed() const {
  const ZoneOffsets now = now_known(years_);
  std::map<std::string, std::vector<TimeRange>> out;
  for (const auto& [name, index] : zones_) {
    const auto other = now.zones_.find(name);
    if (other == now.zones_.end() || steps_[index] == now.steps_[other->second]) continue;
    const Steps& then = steps_[index];
    const Steps& is = now.steps_[other->second];
    std::vector<TimeRange> ranges;
    std::size_t a = 0;
    std::size_t b = 0;
    for (std::int64_t at = count_of(years_.from); at < count_of(years_.to);) {
      while (a + 1 < then.size() && then[a + 1].at <= at) ++a;
      while (b + 1 < is.size() && is[b + 1].at <= at) ++b;
      std::int64_t end = count_of(years_.to);
      if (a + 1 < then.size()) end = std::min(end, then[a + 1].at);
      if (b + 1 < is.size()) end = std::min(end, is[b + 1].at);
      if (then[a].offset != is[b].offset) {
        if (!ranges.empty() && ranges.back().to == utc_at(at))
          ranges.back().to = utc_at(end);
        else
          ranges.push_back({utc_at(at), utc_at(end)});
      }
      at = end;
    }
    if (!ranges.empty()) out.emplace(name, std::move(ranges));
  }
  return out;
}

}  // namespace v1
}  // namespace fasti
