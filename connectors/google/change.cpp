#include "connectors/google/change.hpp"

#include <algorithm>

#include "engine/base/try.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

const Recurrence* recurrence_in(const Properties& properties) {
  const auto found = properties.find("recurrence");
  return found == properties.end() ? nullptr : std::get_if<Recurrence>(&found->second);
}

const Span* span_in(const Properties& properties) {
  const auto found = properties.find("start");
  return found == properties.end() ? nullptr : std::get_if<Span>(&found->second);
}

std::vector<std::string> without(const std::vector<std::string>& all, const std::vector<std::string>& taken) {
  std::vector<std::string> out;
  for (const auto& one : all)
    if (std::find(taken.begin(), taken.end(), one) == taken.end()) out.push_back(one);
  return out;
}

bool same_rules(const Recurrence& a, const Recurrence& b) {
  return a.rules == b.rules && a.exrules == b.exrules && a.rdates == b.rdates;
}

/// The parts that are cancelled occurrences of their own, not EXDATEs.
Result<std::vector<std::string>> cancelled_parts(const Series& series, const Span& span) {
  std::vector<std::string> out;
  for (const Item& one : series.exceptions) {
    if (!one.cancelled) continue;
    FASTI_TRY(auto part, part_of(one, span));
    out.push_back(std::move(part));
  }
  return out;
}

void take_parts(const WriteRequest& request, SeriesChange& out) {
  for (const auto& [path, value] : request.set) {
    const auto part = path_part(path);
    if (part.empty()) {
      out.set[path] = &value;
      continue;
    }
    auto& occurrence = out.occurrences[part];
    occurrence.set[path_name(path)] = value;
    if (path_name(path) == "status" && value == Value(std::string("cancelled")))
      occurrence.type = OccurrenceChange::Type::cancel;
  }
  for (const auto& path : request.clear) {
    const auto part = path_part(path);
    if (part.empty())
      out.clear.insert(path);
    else
      out.occurrences[part].clear.insert(path_name(path));
  }
  for (const auto& part : request.remove_parts) {
    OccurrenceChange reset;
    reset.type = OccurrenceChange::Type::reset;
    out.occurrences[part] = std::move(reset);
  }
}

/// What the request says of occurrences stands over what they had.
void keep_occurrences(const Properties& before, SeriesChange& out) {
  for (const auto& [path, value] : before) {
    const auto part = path_part(path);
    if (part.empty()) continue;
    auto [entry, fresh] = out.occurrences.try_emplace(part);
    if (fresh) entry->second.asked = false;
    auto& occurrence = entry->second;
    const auto name = path_name(path);
    if (occurrence.type != OccurrenceChange::Type::edit || occurrence.clear.count(name) != 0) continue;
    occurrence.set.emplace(name, value);
  }
}

/// The same rules with other exceptions: occurrences are cancelled and restored one by one, and the series stays.
Status change_exdates(const Recurrence& old, const Recurrence& wanted, const Series& before, const Span& span,
                      SeriesChange& out) {
  FASTI_TRY(const auto cancelled, cancelled_parts(before, span));
  FASTI_TRY(const auto bare, read_object(before.master, {}));
  const auto in_lines =
      recurrence_in(bare.properties) ? recurrence_in(bare.properties)->exdates : std::vector<std::string>();
  const auto left = without(in_lines, without(in_lines, wanted.exdates));
  if (left != in_lines) {
    Recurrence lines = wanted;
    lines.exdates = left;
    FASTI_TRY(out.lines, recurrence_lines(lines, span, lines_of(before.master)));
  }
  for (const auto& part : without(wanted.exdates, old.exdates)) {
    auto& occurrence = out.occurrences[part];
    occurrence = {};
    occurrence.type = OccurrenceChange::Type::cancel;
  }
  for (const auto& part : without(cancelled, wanted.exdates)) {
    auto& occurrence = out.occurrences[part];
    if (occurrence.type == OccurrenceChange::Type::edit) occurrence.type = OccurrenceChange::Type::restore;
  }
  return {};
}

Status plan_recurrence(const WriteRequest& request, const Series* before, const Properties& old, SeriesChange& out) {
  const auto set = out.set.find("recurrence");
  const Recurrence* wanted = set == out.set.end() ? nullptr : std::get_if<Recurrence>(set->second);
  if (set != out.set.end() && !wanted)
    return Error{ErrorKind::bad_input, "recurrence takes a recurrence", "", "", std::nullopt};
  if (out.clear.count("recurrence") != 0 && !wanted) {
    out.lines.emplace();
    for (const auto& part : request.remove_parts) out.occurrences.erase(part);
    return {};
  }
  const Recurrence* was = recurrence_in(old);
  const auto start = out.set.find("start");
  const Span* old_span = span_in(old);
  const Span* span = start == out.set.end() ? old_span : std::get_if<Span>(start->second);
  if (!span) return wanted ? Error{ErrorKind::bad_input, "a series needs a start", "", "", std::nullopt} : Status();
  const bool moved = old_span && !(*span == *old_span);
  if (!wanted) wanted = was;
  if (!wanted) return {};
  out.retimed = was && (moved || !same_rules(*was, *wanted));
  if (was && before && !out.retimed) {
    if (*was == *wanted) return {};
    return change_exdates(*was, *wanted, *before, *span, out);
  }
  FASTI_TRY(auto lines,
            recurrence_lines(*wanted, *span, before ? lines_of(before->master) : std::vector<std::string>()));
  // An end alone that moves leaves the dates as they are.
  if (set != out.set.end() || !before || lines != lines_of(before->master)) out.lines = std::move(lines);
  return {};
}

}  // namespace

Result<SeriesChange> plan_change(const WriteRequest& request, const Series* before) {
  SeriesChange out;
  take_parts(request, out);
  Properties old;
  if (before) {
    FASTI_TRY(auto object, read_object(before->master, before->exceptions));
    old = std::move(object.properties);
  }
  FASTI_CHECK(plan_recurrence(request, before, old, out));
  if (out.retimed) keep_occurrences(old, out);
  // A change of what only a series has needs no series to be there any more.
  const bool recurs = out.lines ? !out.lines->empty() : recurrence_in(old) != nullptr;
  if (!recurs) out.occurrences.clear();
  return out;
}

std::map<std::string, OccurrenceChange> left_to_do(const SeriesChange& change, const Properties& now) {
  std::map<std::string, OccurrenceChange> out;
  const Span* span = span_in(now);
  for (const auto& [part, wanted] : change.occurrences) {
    OccurrenceChange left = wanted;
    if (wanted.type == OccurrenceChange::Type::edit && span) {
      const bool own =
          std::any_of(now.begin(), now.end(), [&, key = part](const auto& one) { return path_part(one.first) == key; });
      for (const auto& [name, value] : wanted.set) {
        const auto there = now.find(own ? make_path(name, part) : name);
        bool same = there != now.end() && there->second == value;
        if (!own && name == "start") {
          const auto* moved = std::get_if<Span>(&value);
          same = moved && span_key(*moved) == part && moved->kind == span->kind && moved->zone == span->zone &&
                 moved->end - moved->start == span->end - span->start;
        }
        if (same) left.set.erase(name);
      }
      for (const auto& name : wanted.clear)
        if (now.count(own ? make_path(name, part) : name) == 0) left.clear.erase(name);
      if (left.set.empty() && left.clear.empty()) continue;
    }
    out.emplace(part, std::move(left));
  }
  return out;
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
