#include "engine/time/zone_table.hpp"

#include <date/tz.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <unordered_map>

#include "engine/base/nearest.hpp"

namespace fasti {
inline namespace v1 {

using std::chrono::seconds;
using std::chrono::sys_seconds;

/// One zone of the database, with the years that the date library does not know added on first use.
class Zone {
 public:
  explicit Zone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone& zone() const { return *zone_; }
  /// nullptr unless a yearly rule goes on after the last transition.
  const PosixTail* tail() const {
    load_tail();
    return tail_ ? &*tail_ : nullptr;
  }
  sys_seconds last() const {
    load_tail();
    return last_;
  }

 private:
  void load_tail() const {
    std::call_once(*loaded_, [this] {
      last_ = zone_->get_info(sys_seconds(std::chrono::sys_days(std::chrono::year(9000) / 1 / 1))).begin;
      std::string bytes = zone_file(zone_->name());
      if (bytes.size() < 2 || bytes.back() != '\n') return;
      bytes.pop_back();
      tail_ = PosixTail::parse(std::string_view(bytes).substr(bytes.rfind('\n') + 1));
    });
  }
  const date::time_zone* zone_;
  std::unique_ptr<std::once_flag> loaded_ = std::make_unique<std::once_flag>();
  mutable std::optional<PosixTail> tail_;
  mutable sys_seconds last_{};
};

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Files in the zone folder that are a machine's setting or a placeholder, not a place.
bool is_place(const std::string& name) { return name != "localtime" && name != "posixrules" && name != "Factory"; }

struct Table {
  std::vector<Zone> zones;
  std::unordered_map<std::string, const Zone*> by_lower;

  Table() {
    try {
      const auto& database = date::get_tzdb();
      zones.reserve(database.zones.size());
      for (const auto& zone : database.zones)
        if (is_place(zone.name())) zones.emplace_back(&zone);
    } catch (const std::exception&) {
      zones.clear();  // every lookup then answers "unknown zone", whose hint says what to install
    }
    for (const Zone& zone : zones) by_lower.emplace(lower(zone.zone().name()), &zone);
  }
};

const Table& table() {
  static const Table instance;
  return instance;
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Where the date library looks, too.
const std::filesystem::path& zone_folder() {
  static const std::filesystem::path folder =
      std::filesystem::is_directory("/usr/share/zoneinfo") ? "/usr/share/zoneinfo" : "/usr/share/lib/zoneinfo";
  return folder;
}

date::local_seconds to_date(std::chrono::local_seconds wall) { return date::local_seconds(wall.time_since_epoch()); }

std::chrono::year year_of(seconds since_epoch) {
  const sys_seconds time(since_epoch);
  return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(time)).year();
}

ZonePeriod period_in_tail(const PosixTail& tail, sys_seconds last, sys_seconds utc) {
  const auto changes = tail.changes_around(year_of(utc.time_since_epoch()));
  std::size_t i = 0;
  while (i + 1 < changes.size() && changes[i + 1].at <= utc) ++i;
  const OffsetChange& change = changes[i];
  const sys_seconds end = i + 1 < changes.size() ? changes[i + 1].at : sys_seconds::max();
  return {std::max(change.at, last), end, change.after, change.daylight, change.name};
}

}  // namespace

const Zone* find_zone_any_case(std::string_view name) {
  const auto& zones = table().by_lower;
  auto it = zones.find(lower(name));
  return it == zones.end() ? nullptr : it->second;
}

const Zone* find_zone(std::string_view name) {
  thread_local const Zone* last_found = nullptr;
  if (last_found && last_found->zone().name() == name) return last_found;
  const Zone* zone = find_zone_any_case(name);
  if (!zone || zone->zone().name() != name) return nullptr;
  return last_found = zone;
}

const std::string& zone_name(const Zone& zone) { return zone.zone().name(); }

std::vector<std::string_view> zone_names() {
  std::vector<std::string_view> names;
  for (const Zone& zone : table().zones) names.push_back(zone.zone().name());
  return names;
}

Error unknown_zone(std::string_view name) {
  Error error;
  error.kind = ErrorKind::bad_input;
  error.message = "unknown zone \"" + std::string(name) + "\"";
  error.hint = table().zones.empty() ? "this machine has no time zone database: install the package tzdata"
                                     : "use a name like \"Europe/Berlin\" (https://www.iana.org/time-zones)";
  const auto names = zone_names();
  if (const auto near = nearest_name(name, {names.begin(), names.end()}))
    error.hint = "did you mean \"" + *near + "\"?";
  return error;
}

ZonePeriod period_at(const Zone& zone, sys_seconds utc) {
  if (zone.tail() && utc >= zone.last()) return period_in_tail(*zone.tail(), zone.last(), utc);
  const date::sys_info info = zone.zone().get_info(utc);
  ZonePeriod period{info.begin, info.end, info.offset, info.save != std::chrono::minutes(0), info.abbrev};
  if (zone.tail() && info.begin == zone.last()) period.end = period_in_tail(*zone.tail(), zone.last(), info.begin).end;
  return period;
}

seconds offset_of_wall(const Zone& zone, std::chrono::local_seconds wall) {
  const sys_seconds as_utc(wall.time_since_epoch());
  if (!zone.tail() || as_utc < zone.last() + std::chrono::days(2))
    return zone.zone().get_info(to_date(wall)).first.offset;
  const auto changes = zone.tail()->changes_around(year_of(wall.time_since_epoch()));
  seconds offset = changes.front().before;
  for (const OffsetChange& change : changes)
    if (as_utc >= change.at + std::max(change.before, change.after)) offset = change.after;
  return offset;
}

std::string zone_file(std::string_view name) { return read_bytes(zone_folder() / name); }
std::string database_file(std::string_view name) { return read_bytes(zone_folder() / name); }

}  // namespace v1
}  // namespace fasti
