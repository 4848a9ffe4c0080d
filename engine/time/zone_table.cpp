#include "engine/time/zone_table.hpp"

#include <date/tz.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <unordered_map>

#include "engine/base/hash.hpp"
#include "engine/base/nearest.hpp"
#include "engine/time/zone_data.hpp"

namespace fasti {
inline namespace v1 {

using std::chrono::seconds;
using std::chrono::sys_seconds;

/// One zone of the database, with the years that the date library does not know added on first use.
class Zone {
 public:
  explicit Zone(const date::time_zone* zone) : zone_(zone), name_(zone->name()) {}
  /// Follows the rule at all times.
  Zone(std::string name, PosixTail tail) : name_(std::move(name)), tail_(std::move(tail)), last_(sys_seconds::min()) {
    std::call_once(*loaded_, [] {});
  }
  const std::string& name() const { return name_; }
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
      std::string bytes = zone_file(name_);
      if (bytes.size() < 2 || bytes.back() != '\n') return;
      bytes.pop_back();
      tail_ = PosixTail::parse(std::string_view(bytes).substr(bytes.rfind('\n') + 1));
    });
  }
  const date::time_zone* zone_ = nullptr;
  std::string name_;
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

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = in ? std::streamoff(in.tellg()) : 0;
  if (size <= 0) return "";
  std::string bytes(static_cast<std::size_t>(size), '\0');
  in.seekg(0).read(bytes.data(), size);
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

/// Where the date library looks, too.
const std::filesystem::path& zone_folder() {
  static const std::filesystem::path folder =
      std::filesystem::is_directory("/usr/share/zoneinfo") ? "/usr/share/zoneinfo" : "/usr/share/lib/zoneinfo";
  return folder;
}

/// "mtime size inode" of a file or folder; empty: not there.
std::string stat_text(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return "";
  return std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec) + " " +
         std::to_string(info.st_size) + " " + std::to_string(info.st_ino);
}

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
    for (const Zone& zone : zones) by_lower.emplace(lower(zone.name()), &zone);
  }
};

/// Made when the first zone is asked for: whoever only asks for the stamp does not pay for it.
const Table& table() {
  static const Table instance;
  return instance;
}

class MachineZoneData final : public ZoneData {
 public:
  /// A package replaces its files by renaming, which shows in the folder as well.
  std::string stamp() const override {
    return stat_text(zone_folder()) + ", " + stat_text(zone_folder() / "tzdata.zi");
  }

  const std::string& hash() const override {
    static const std::string hash = [] {
      // tzdata.zi is the text that the binary files were compiled from: one read instead of six hundred.
      std::string bytes = read_bytes(zone_folder() / "tzdata.zi");
      if (bytes.empty())
        for (const Zone& zone : table().zones) bytes.append(zone.name()).append("\n").append(zone_file(zone.name()));
      return short_hash(bytes);
    }();
    return hash;
  }

  const Zone* find(const std::string& lower_name) const override {
    const auto it = table().by_lower.find(lower_name);
    return it == table().by_lower.end() ? nullptr : it->second;
  }

  std::vector<std::string_view> names() const override {
    std::vector<std::string_view> names;
    for (const Zone& zone : table().zones) names.push_back(zone.name());
    return names;
  }
};

const MachineZoneData& machine() {
  static const MachineZoneData instance;
  return instance;
}

std::atomic<const ZoneData*> amended_data{nullptr};
std::atomic<std::uint64_t> data_number{0};

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

class AmendedZoneData::Amended final : public ZoneData {
 public:
  explicit Amended(const std::map<std::string, std::string>& zones) {
    std::string text = machine().hash();
    for (const auto& [name, posix] : zones) {
      auto tail = PosixTail::parse(posix);
      if (!tail) continue;
      zones_.emplace(lower(name), Zone(name, std::move(*tail)));
      text += "\n" + name + " " + posix;
    }
    hash_ = short_hash(text);
  }
  std::string stamp() const override { return hash_; }
  const std::string& hash() const override { return hash_; }
  const Zone* find(const std::string& lower_name) const override {
    const auto it = zones_.find(lower_name);
    return it == zones_.end() ? machine().find(lower_name) : &it->second;
  }
  std::vector<std::string_view> names() const override { return machine().names(); }

 private:
  std::map<std::string, Zone> zones_;
  std::string hash_;
};

AmendedZoneData::AmendedZoneData(const std::map<std::string, std::string>& zones)
    : amended_(std::make_unique<Amended>(zones)) {
  amended_data = amended_.get();
  ++data_number;
}

AmendedZoneData::~AmendedZoneData() {
  amended_data = nullptr;
  ++data_number;
}

const ZoneData& zone_data() {
  const ZoneData* amended = amended_data.load(std::memory_order_acquire);
  return amended ? *amended : machine();
}

std::uint64_t zone_data_number() { return data_number.load(std::memory_order_acquire); }

const Zone* find_zone_any_case(std::string_view name) { return zone_data().find(lower(name)); }

const Zone* find_zone(std::string_view name) {
  thread_local const Zone* last_found = nullptr;
  thread_local std::uint64_t found_in = 0;
  const std::uint64_t number = zone_data_number();
  if (last_found && found_in == number && last_found->name() == name) return last_found;
  const Zone* zone = find_zone_any_case(name);
  if (!zone || zone->name() != name) return nullptr;
  found_in = number;
  return last_found = zone;
}

const std::string& zone_name(const Zone& zone) { return zone.name(); }

std::vector<std::string_view> zone_names() { return zone_data().names(); }

namespace {

std::string hint_for(const std::string& name) {
  const auto names = zone_names();
  if (names.empty()) return "this machine has no time zone database: install the package tzdata";
  if (const auto near = nearest_name(name, {names.begin(), names.end()})) return "did you mean \"" + *near + "\"?";
  return "use a name like \"Europe/Berlin\" (https://www.iana.org/time-zones)";
}

}  // namespace

Error unknown_zone(std::string_view name) {
  // A feed asks for the same name with each of its events, and the nearest of six hundred takes a millisecond.
  constexpr std::size_t kHintsMax = 200;
  thread_local std::unordered_map<std::string, std::string> hints;
  Error error;
  error.kind = ErrorKind::bad_input;
  error.message = "unknown zone \"" + std::string(name) + "\"";
  if (hints.size() >= kHintsMax) hints.clear();
  const auto [hint, fresh] = hints.try_emplace(std::string(name));
  if (fresh) hint->second = hint_for(hint->first);
  error.hint = hint->second;
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

}  // namespace v1
}  // namespace fasti
