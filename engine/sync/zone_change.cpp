#include "engine/sync/zone_change.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "engine/base/try.hpp"
#include "engine/merge/timing.hpp"
#include "engine/time/series.hpp"
#include "engine/time/zone.hpp"
#include "engine/time/zone_data.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

using std::chrono::sys_seconds;

const char* const kMarkKey = "zone_data";
const char* const kOffsetsKey = "zone_offsets";

/// What the store says about the zone data that it was last used with; one short line for each.
struct Mark {
  std::string hash;
  std::string stamp;
  std::int64_t changed = 0;  ///< milliseconds; 0: never
  std::uint64_t moved = 0;

  std::string text() const {
    return hash + "\n" + stamp + "\n" + std::to_string(changed) + "\n" + std::to_string(moved);
  }
  static Mark parse(const std::string& text) {
    Mark mark;
    std::istringstream in(text);
    std::getline(in, mark.hash);
    std::getline(in, mark.stamp);
    in >> mark.changed >> mark.moved;
    return mark;
  }
};

std::string remembered_offsets(const Run& run) {
  return ZoneOffsets::text_at(std::chrono::floor<std::chrono::seconds>(run.now()));
}

Span in_utc(sys_seconds start, sys_seconds end) {
  return {SpanKind::zoned, LocalSeconds(start.time_since_epoch()), LocalSeconds(end.time_since_epoch()), "UTC"};
}

/// The instants of a span, by the data of then and by the present one.
struct Instants {
  Span then;
  Span now;
};

class ZoneChange {
 public:
  ZoneChange(Run& run, const ZoneOffsets& then)
      : run_(run), then_(then), changed_(then.changed()), now_(std::chrono::floor<std::chrono::seconds>(run.now())) {}

  /// The number of records that moved.
  Result<std::uint64_t> follow();

 private:
  using Moved = std::map<std::string, Instants>;  ///< by path

  bool concerns(const Span& span) const { return span.kind == SpanKind::zoned && changed_.count(span.zone) != 0; }
  std::optional<Instants> instants_of(const Span& span) const;
  std::optional<Instants> moved(const Span& span) const;
  std::optional<Instants> moved(const Series& series, const std::string& zone) const;
  Moved moved(const Kind& kind, const Record& record) const;
  Status note_record(const Kind& kind, const std::string& id, const Moved& paths);
  Status follow_links(const TargetRun& target);
  bool re_read(bool instants, store::Link& link) const;
  bool re_read(bool instants, store::Link& link, const std::string& path) const;

  Run& run_;
  const ZoneOffsets& then_;
  std::map<std::string, std::vector<TimeRange>> changed_;
  sys_seconds now_;
  std::set<std::pair<std::string, std::string>> waiting_;  ///< on the work list already: somebody's edit is on its way
};

std::optional<Instants> ZoneChange::instants_of(const Span& span) const {
  auto now = span.kind == SpanKind::zoned ? in_zone(span, "UTC") : Result<Span>(Error{});
  if (!now) return std::nullopt;
  if (!concerns(span)) return Instants{*now, *now};
  const auto start = then_.to_utc(span.start, span.zone);
  const auto end = then_.to_utc(span.end, span.zone);
  if (!start || !end) return std::nullopt;
  return Instants{in_utc(*start, *end), std::move(*now)};
}

/// nullopt: it did not move, or it is over.
std::optional<Instants> ZoneChange::moved(const Span& span) const {
  auto instants = instants_of(span);
  if (!instants || instants->then == instants->now) return std::nullopt;
  const LocalSeconds now(now_.time_since_epoch());
  if (std::max(instants->then.end, instants->now.end) < now) return std::nullopt;
  return instants;
}

/// The first future occurrence that moved.
std::optional<Instants> ZoneChange::moved(const Series& series, const std::string& zone) const {
  constexpr std::chrono::days kSlack{1};
  constexpr int kOccurrencesMax = 2000;
  Window limits;
  limits.steps = 100'000;
  for (const TimeRange& range : changed_.at(zone)) {
    sys_seconds at = std::max(range.from, now_) - kSlack;
    for (int i = 0; i < kOccurrencesMax && at < range.to + kSlack; ++i) {
      const auto found = series.next(at, limits);
      if (!found || !found->occurrence) break;
      if (auto instants = moved(series.span_of(*found->occurrence))) return instants;
      at = found->occurrence->utc_start;
    }
  }
  return std::nullopt;
}

ZoneChange::Moved ZoneChange::moved(const Kind& kind, const Record& record) const {
  Moved out;
  const merge::Timing timing = merge::timing_of(kind, record.fields);
  for (const auto& [path, value] : record.fields) {
    const Span* span = value ? std::get_if<Span>(&*value) : nullptr;
    if (!span || !concerns(*span)) continue;
    auto instants = moved(*span);
    const bool leads = timing.recurrence && timing.when && path_part(path).empty() && *span == *timing.when;
    if (!instants && leads) {
      const auto series = Series::make({*span, *timing.recurrence, {}, SeriesLength::exact});
      if (series) instants = moved(*series, span->zone);
    }
    if (instants) out.emplace(path, std::move(*instants));
  }
  return out;
}

Status ZoneChange::note_record(const Kind& kind, const std::string& id, const Moved& paths) {
  store::Store& store = run_.engine.store;
  FASTI_CHECK(store.add_work(kind.name, id));
  for (const auto& [path, instants] : paths) {
    JournalEntry entry;
    entry.run = run_.id;
    entry.at = run_.now();
    entry.origin = entry.cause = kZoneDataCause;
    entry.type = EntryType::observed;
    entry.side = "local";
    entry.kind = kind.name;
    entry.record = id;
    entry.field = path;
    entry.before = instants.then;
    entry.after = instants.now;
    FASTI_CHECK(store.append_journal(entry));
  }
  if (waiting_.count({kind.name, id})) return {};
  FASTI_TRY(auto row, store.load_record(kind.name, id));
  if (!row) return {};
  for (const auto& [path, instants] : paths) {
    if (!row->stamps.count(path)) row->stamps[path].origin = "local";
    for (auto& [stamped, stamp] : row->stamps) {
      const bool same_unit = kind.group_of(path_name(stamped)) == kind.group_of(path_name(path));
      if (!stamped.empty() && same_unit && path_part(stamped) == path_part(path)) stamp.re_anchored = true;
    }
  }
  auto saved = store.save_record(*row, row->record.revision);
  return saved ? Status{} : Status{saved.error()};
}

/// True if the link now says something else. `instants`: what the provider shows is read from instants.
bool ZoneChange::re_read(bool instants, store::Link& link, const std::string& path) const {
  auto span_at = [&](Properties& properties) -> Span* {
    auto it = properties.find(path);
    Span* span = it == properties.end() ? nullptr : std::get_if<Span>(&it->second);
    return span && span->kind == SpanKind::zoned ? span : nullptr;
  };
  Span* const sent = span_at(link.sent);
  Span* const stored = span_at(link.stored);
  Span* const seen = span_at(link.seen);
  const auto meant = sent ? instants_of(*sent) : std::nullopt;
  const auto kept = stored ? instants_of(*stored) : std::nullopt;
  bool changed = false;
  auto write = [&](Span& span, const Span& utc) {
    auto there = in_zone(utc, span.zone);
    if (!there || *there == span) return;
    span = std::move(*there);
    changed = true;
  };
  // What was sent becomes what the object means now, in our words: where that is not what the record says, it is
  // written again. What is over stays as it is.
  const bool over = kept && std::max(kept->then.end, kept->now.end) < LocalSeconds(now_.time_since_epoch());
  if (meant && kept && !over && (instants || sent->zone != stored->zone)) {
    const Span& object = instants ? kept->then : kept->now;
    Span utc = meant->then;
    utc.start += object.start - kept->then.start;
    utc.end += object.end - kept->then.end;
    write(*sent, utc);
  }
  for (Span* shown : {stored, seen}) {
    const auto was = instants && shown ? instants_of(*shown) : std::nullopt;
    if (was) write(*shown, was->then);
  }
  return changed;
}

bool ZoneChange::re_read(bool instants, store::Link& link) const {
  std::set<std::string> paths;
  for (const Properties* properties : {&link.sent, &link.stored, &link.seen}) {
    for (const auto& [path, value] : *properties) {
      const Span* span = std::get_if<Span>(&value);
      if (span && concerns(*span)) paths.insert(path);
    }
  }
  bool changed = false;
  for (const std::string& path : paths) changed |= re_read(instants, link, path);
  return changed;
}

Status ZoneChange::follow_links(const TargetRun& target) {
  store::Store& store = run_.engine.store;
  std::vector<std::int64_t> ids;
  FASTI_CHECK(store.each_link(target.target->name, [&](store::Link&& link) {
    if (re_read(target.caps.instants, link)) ids.push_back(link.id);
    return Status{};
  }));
  for (std::int64_t id : ids) {
    FASTI_TRY(auto link, store.link(id));
    if (!link || !re_read(target.caps.instants, *link)) continue;
    FASTI_TRY(id, store.save_link(*link));
    if (!link->record.empty()) FASTI_CHECK(store.add_work(link->kind, link->record));
  }
  return {};
}

Result<std::uint64_t> ZoneChange::follow() {
  if (changed_.empty()) return std::uint64_t{0};
  store::Store& store = run_.engine.store;
  FASTI_TRY(const auto work, store.work());
  waiting_.insert(work.begin(), work.end());
  std::uint64_t count = 0;
  for (const auto& [name, kind] : run_.engine.settings.kinds) {
    std::vector<std::pair<std::string, Moved>> found;
    FASTI_CHECK(store.each_record(name, false, [&, &kind = kind](store::RecordRow&& row) {
      Moved paths = moved(kind, row.record);
      if (!paths.empty()) found.emplace_back(row.record.id, std::move(paths));
      return Status{};
    }));
    for (const auto& [id, paths] : found) FASTI_CHECK(note_record(kind, id, paths));
    count += found.size();
  }
  for (const TargetRun& target : run_.targets) FASTI_CHECK(follow_links(target));
  return count;
}

void tell(Run& run, const std::string& was, const std::string& is, std::uint64_t moved) {
  constexpr std::size_t kShort = 8;
  const std::string line = "the zone data changed (" + was.substr(0, kShort) + " → " + is.substr(0, kShort) +
                           "): the instants of " + std::to_string(moved) + " future record" + (moved == 1 ? "" : "s") +
                           " moved; times of day stay as they are";
  run.engine.log(LogLevel::info, line);
  run.report.notes.push_back(line);
}

}  // namespace

Status follow_zone_data(Run& run) {
  store::Store& store = run.engine.store;
  FASTI_TRY(const auto text, store.fact(kMarkKey));
  const ZoneData& data = zone_data();
  Mark mark = text ? Mark::parse(*text) : Mark{};
  if (text && mark.stamp == data.stamp()) return {};
  const std::string was = mark.hash;
  mark.hash = data.hash();
  mark.stamp = data.stamp();
  std::optional<ZoneOffsets> then;
  if (text && was != mark.hash) {
    FASTI_TRY(const auto offsets, store.fact(kOffsetsKey));
    if (offsets) then = ZoneOffsets::parse(*offsets);
  }
  if (!then) {
    // The first run, or nothing but the files' dates is another: it can be written down with the run.
    run.facts[kMarkKey] = mark.text();
    if (was != mark.hash) run.facts[kOffsetsKey] = remembered_offsets(run);
    return {};
  }
  FASTI_TRY(auto transaction, store.begin());
  ZoneChange change(run, *then);
  FASTI_TRY(mark.moved, change.follow());
  mark.changed = run.now().time_since_epoch().count();
  FASTI_CHECK(store.set_fact(kMarkKey, mark.text()));
  FASTI_CHECK(store.set_fact(kOffsetsKey, remembered_offsets(run)));
  FASTI_CHECK(transaction->commit());
  tell(run, was, mark.hash, mark.moved);
  return {};
}

Result<ZoneDataStatus> zone_data_status(store::Store& store) {
  FASTI_TRY(const auto text, store.fact(kMarkKey));
  if (!text) return ZoneDataStatus{};
  const Mark mark = Mark::parse(*text);
  ZoneDataStatus status{mark.hash, std::nullopt, mark.moved};
  if (mark.changed != 0) status.changed = Instant(std::chrono::milliseconds(mark.changed));
  return status;
}

}  // namespace sync
}  // namespace v1
}  // namespace fasti
