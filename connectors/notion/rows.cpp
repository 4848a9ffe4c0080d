#include "connectors/notion/rows.hpp"

#include <algorithm>

#include "connectors/notion/errors.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"
#include "engine/time/series.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

constexpr std::string_view kHead = "row:";
constexpr std::size_t kPrintLength = 6;

/// As Notion holds it, whatever we sent: instants to the minute.
Value as_held(const Value& value) {
  const auto* span = std::get_if<Span>(&value);
  if (!span || span->kind == SpanKind::all_day) return value;
  Span out = *span;
  if (out.kind == SpanKind::floating) out = {SpanKind::zoned, span->start, span->end, "UTC"};
  if (auto utc = in_zone(out, "UTC")) out = *std::move(utc);
  out.start = std::chrono::floor<std::chrono::minutes>(out.start);
  out.end = std::chrono::floor<std::chrono::minutes>(out.end);
  return out;
}

std::string print_of(const Properties& properties, const std::string& property) {
  const auto found = properties.find(property);
  if (found == properties.end()) return "-";
  return short_hash(tagged_json(as_held(found->second))).substr(0, kPrintLength);
}

/// Everything that is written but the rule.
std::vector<const Bound*> copied(const Binding& binding) {
  std::vector<const Bound*> out;
  for (const Bound& bound : binding.bounds)
    if (bound.written && &bound != binding.rule()) out.push_back(&bound);
  return out;
}

SeriesPaths paths_of(const Binding& binding) {
  SeriesPaths paths;
  paths.span = binding.span() ? binding.span()->property : "";
  paths.recurrence = binding.rule() ? binding.rule()->property : "";
  paths.status = paths.range = "\n";  // a cancelled occurrence is an EXDATE here, and a status is a cell like others
  return paths;
}

std::string key_text(const Occurrence& occurrence) {
  if (occurrence.kind == SpanKind::all_day) return iso_date(std::chrono::floor<std::chrono::days>(occurrence.key));
  return iso_time(occurrence.key);
}

/// What an occurrence is when nothing is its own.
Properties inherited(const Binding& binding, const Properties& master, const std::string& key) {
  Properties out;
  for (const Bound* bound : copied(binding)) {
    const auto found = master.find(bound->property);
    if (found != master.end()) out.insert(*found);
  }
  const auto at = binding.span() ? out.find(binding.span()->property) : out.end();
  auto* span = at == out.end() ? nullptr : std::get_if<Span>(&at->second);
  const auto day = parse_date(key);
  const auto start = day ? std::optional<LocalSeconds>(*day) : parse_time(key);
  if (!span || !start) return out;
  const auto length = span->end - span->start;
  span->start = *start;
  span->end = *start + length;
  return out;
}

Properties part_of(const Properties& properties, const std::string& part) {
  Properties out;
  for (const auto& [path, value] : properties)
    if (path_part(path) == part) out.emplace(path_name(path), value);
  return out;
}

/// The properties of the occurrence that differ from the row's prints are a person's.
bool is_edited(const Bound& bound, const Row& row) {
  const auto print = row.mark.prints.find(bound.column.id);
  return print == row.mark.prints.end() ? false : print->second != print_of(row.properties, bound.property);
}

/// A row forgets the zone as every time in Notion does; its series knows it.
Row in_zone_of(const Binding& binding, const Properties& master, Row row) {
  const Bound* bound = binding.span();
  const auto ours = bound ? master.find(bound->property) : master.end();
  const auto theirs = bound ? row.properties.find(bound->property) : row.properties.end();
  if (!bound || ours == master.end() || theirs == row.properties.end()) return row;
  const auto* series = std::get_if<Span>(&ours->second);
  const auto* time = std::get_if<Span>(&theirs->second);
  if (!series || !time || series->kind != SpanKind::zoned || time->kind != SpanKind::zoned) return row;
  if (auto there = in_zone(*time, series->zone)) theirs->second = *std::move(there);
  return row;
}

Result<Series> series_of(const Binding& binding, const Properties& properties) {
  FASTI_TRY(auto input, series_input(properties, paths_of(binding)));
  return Series::make(std::move(input));
}

void add_step(const Binding& binding, const RowMark& mark, const Properties& wanted, const Row* row,
              std::vector<RowStep>& out) {
  if (!row) {
    out.push_back({RowStep::Op::create, "", mark, wanted, {}});
    return;
  }
  RowStep step{RowStep::Op::update, row->page, mark, {}, {}};
  for (const Bound* bound : copied(binding)) {
    std::string& print = step.mark.prints[bound->column.id];
    const std::string shown = print_of(row->properties, bound->property);
    const auto value = wanted.find(bound->property);
    const bool never_empty = bound->column.type == ColumnType::status || bound->column.type == ColumnType::checkbox;
    if (value == wanted.end() && never_empty) print = shown;
    if (shown == print) continue;
    if (value == wanted.end())
      step.clear.push_back(bound->property);
    else
      step.properties.insert(*value);
  }
  if (step.properties.empty() && step.clear.empty() && row->mark == step.mark) return;
  out.push_back(std::move(step));
}

}  // namespace

std::map<std::string, std::string> prints_of(const Binding& binding, const Properties& properties) {
  std::map<std::string, std::string> out;
  for (const Bound* bound : copied(binding)) out[bound->column.id] = print_of(properties, bound->property);
  return out;
}

std::string row_text(const RowMark& mark) {
  std::string out = std::string(kHead) + mark.series + (mark.own ? ":o:" : ":c:") + mark.key + ":";
  std::string separator;
  for (const auto& [column, print] : mark.prints) {
    out += separator + column + "=" + print;
    separator = ",";
  }
  return out;
}

std::optional<RowMark> read_row_mark(const std::string& text) {
  if (!text.starts_with(kHead)) return std::nullopt;
  RowMark out;
  const auto how = text.find(':', kHead.size());
  if (how == std::string::npos || how + 3 > text.size() || text[how + 2] != ':') return std::nullopt;
  out.series = text.substr(kHead.size(), how - kHead.size());
  out.own = text[how + 1] == 'o';
  // A key holds colons itself; prints never do.
  const auto end = text.rfind(':');
  if (end <= how + 2) return std::nullopt;
  out.key = text.substr(how + 3, end - how - 3);
  for (std::size_t at = end + 1; at < text.size();) {
    const auto stop = std::min(text.find(',', at), text.size());
    const auto equals = text.find('=', at);
    if (equals == std::string::npos || equals > stop) return std::nullopt;
    out.prints[text.substr(at, equals - at)] = text.substr(equals + 1, stop - equals - 1);
    at = stop + 1;
  }
  return out;
}

bool has_occurrence(const Binding& binding, const Properties& master, const std::string& key) {
  Properties whole = part_of(master, "");
  const auto rule = whole.find(binding.rule() ? binding.rule()->property : "");
  if (rule != whole.end())
    if (auto* recurrence = std::get_if<Recurrence>(&rule->second)) recurrence->exdates.clear();
  const auto series = series_of(binding, whole);
  const Properties at = inherited(binding, whole, key);
  const auto span = binding.span() ? at.find(binding.span()->property) : at.end();
  if (!series || span == at.end()) return false;
  const auto* time = std::get_if<Span>(&span->second);
  if (!time) return false;
  const auto utc = to_utc(time->start, time->kind == SpanKind::zoned ? time->zone : "UTC");
  if (!utc) return false;
  const auto starts = series->starts_at(*utc);
  return starts && *starts;
}

Properties with_rows(const Binding& binding, const SeriesState& state) {
  Properties out = state.master;
  for (const auto& [key, shown] : state.rows) {
    const Row row = in_zone_of(binding, state.master, shown);
    bool own = row.mark.own;
    for (const Bound* bound : copied(binding)) own = own || is_edited(*bound, row);
    if (!own) continue;
    const Properties plain = inherited(binding, state.master, key);
    for (const Bound* bound : copied(binding)) {
      const Properties& from = row.mark.own || is_edited(*bound, row) ? row.properties : plain;
      const auto value = from.find(bound->property);
      if (value != from.end()) out[make_path(bound->property, key)] = value->second;
    }
  }
  const auto rule = binding.rule() ? out.find(binding.rule()->property) : out.end();
  auto* recurrence = rule == out.end() ? nullptr : std::get_if<Recurrence>(&rule->second);
  if (!recurrence) return out;
  for (const std::string& key : state.cancelled) {
    auto& dates = recurrence->exdates;
    if (std::find(dates.begin(), dates.end(), key) == dates.end()) dates.push_back(key);
    std::sort(dates.begin(), dates.end());
  }
  return out;
}

Result<std::vector<RowStep>> row_steps(const Binding& binding, const std::string& series, const Properties& wanted,
                                       const Rows& present, const std::set<std::string>& untouchable,
                                       const RowWindow& window) {
  std::vector<RowStep> out;
  std::set<std::string> kept = untouchable;
  const Properties master = part_of(wanted, "");
  const bool repeats = binding.rule() && master.count(binding.rule()->property) != 0;
  std::vector<Occurrence> shown;
  if (repeats) {
    // Without its changes: a key stays a key wherever its occurrence was moved to.
    FASTI_TRY(const Series plain, series_of(binding, master));
    FASTI_TRY(shown, plain.expand({window.from, window.to}));
    // Somebody put those there that the rule does not make.
    for (const auto& [path, value] : wanted)
      if (const std::string part = path_part(path); present.count(part) != 0 && !has_occurrence(binding, master, part))
        kept.insert(part);
  }
  for (const Occurrence& occurrence : shown) {
    const std::string key = key_text(occurrence);
    if (!kept.insert(key).second) continue;
    Properties part = part_of(wanted, key);
    RowMark mark{series, key, !part.empty(), {}};
    if (part.empty()) part = inherited(binding, master, key);
    mark.prints = prints_of(binding, part);
    const auto row = present.find(key);
    add_step(binding, mark, part, row == present.end() ? nullptr : &row->second, out);
  }
  for (const auto& [key, row] : present) {
    if (kept.count(key)) continue;
    const auto day = parse_date(key);
    const auto start = day ? std::optional<LocalSeconds>(*day) : parse_time(key);
    const auto* span = binding.span() && master.count(binding.span()->property)
                           ? std::get_if<Span>(&master.at(binding.span()->property))
                           : nullptr;
    const auto utc = start ? to_utc(*start, span && span->kind == SpanKind::zoned ? span->zone : "UTC")
                           : Result<std::chrono::sys_seconds>(Error{});
    // What has rolled out of the window, or was made for a wider one, is left to people.
    if (!utc || *utc < window.from || *utc >= window.to) continue;
    out.push_back({RowStep::Op::trash, row.page, row.mark, {}, {}});
  }
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
