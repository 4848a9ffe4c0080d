#include "tests/support/field_mapping.hpp"

#include <set>

#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace support {
namespace {

/// What an occurrence shows of a field that it does not have of its own.
Value inherited(const Value& series, const std::string& part) {
  const auto* span = std::get_if<Span>(&series);
  if (!span) return series;
  Span out = *span;
  if (auto time = parse_time(part)) {
    out.start = *time;
  } else if (auto day = parse_date(part)) {
    out.start = LocalSeconds(*day);
  }
  out.end = out.start + (span->end - span->start);
  return out;
}

std::set<std::string> parts_of(const std::set<std::string>& paths) {
  std::set<std::string> out;
  for (const auto& path : paths) {
    if (auto part = path_part(path); !part.empty()) out.insert(part);
  }
  return out;
}

template <class Map>
std::set<std::string> parts_in(const Map& map) {
  std::set<std::string> paths;
  for (const auto& entry : map) paths.insert(entry.first);
  return parts_of(paths);
}

bool of_series_only(const Value& value) { return std::holds_alternative<Recurrence>(value); }

}  // namespace

FieldMapping::FieldMapping(std::string provider, std::string kind, std::vector<FieldPair> pairs, Times times,
                           std::vector<std::string> match)
    : name_(provider + "-" + kind),
      kind_(std::move(kind)),
      provider_(std::move(provider)),
      pairs_(std::move(pairs)),
      times_(times),
      match_(std::move(match)) {
  hash_ = name_ + (times_ == Times::minutes ? " in minutes" : "");
  for (const auto& pair : pairs_) {
    hash_ += " " + pair.field + ">" + pair.property + std::to_string(static_cast<int>(pair.direction));
    lenses_.push_back({{pair.field}, {pair.property}, pair.direction});
  }
}

Value FieldMapping::encoded(const Value& value) const {
  const auto* span = std::get_if<Span>(&value);
  if (!span || times_ == Times::exact || span->kind == SpanKind::all_day) return value;
  Span out = *span;
  out.start = std::chrono::floor<std::chrono::minutes>(span->start);
  out.end = std::chrono::floor<std::chrono::minutes>(span->end);
  return out;
}

std::optional<Value> FieldMapping::encoded(const Value& value, const std::string& path, const ReferenceView& references,
                                           Encoded& out) const {
  const auto* reference = std::get_if<Reference>(&value);
  if (!reference) return encoded(value);
  if (auto id = references.remote_id(reference->kind, reference->id)) return Value(Reference{reference->kind, *id});
  out.owed.push_back(path);
  return std::nullopt;
}

std::optional<Value> FieldMapping::decoded(const Value& value, const ReferenceView& references) {
  const auto* reference = std::get_if<Reference>(&value);
  if (!reference) return value;
  auto record = references.record_of(reference->kind, reference->id);
  if (!record) return std::nullopt;
  return Value(Reference{reference->kind, *record});
}

Mapping::Encoded FieldMapping::encode(const Record& record, const ReferenceView& references) const {
  Encoded out;
  const auto parts = parts_in(record.fields);
  const auto add = [&](const std::string& path, const Value& value) {
    if (auto property = encoded(value, path, references, out)) out.properties[path] = *property;
  };
  for (const auto& pair : pairs_) {
    if (pair.direction == Direction::from_remote) continue;
    const Value* series = record.find(pair.field);
    if (series) add(pair.property, *series);
    for (const auto& part : parts) {
      const std::string path = make_path(pair.field, part);
      const Value* own = record.find(path);
      if (own) {
        add(make_path(pair.property, part), *own);
      } else if (series && record.fields.count(path) == 0 && !of_series_only(*series)) {
        add(make_path(pair.property, part), inherited(*series, part));
      }
    }
  }
  return out;
}

Mapping::Decoded FieldMapping::decode(const Properties& properties, const Record* current,
                                      const ReferenceView& references, bool every_direction) const {
  Decoded out;
  const auto parts = parts_in(properties);
  const auto read = [&](const std::string& field, const Value& value) -> std::optional<Value> {
    const Value* complement = current ? current->find(field) : nullptr;
    return complement && encoded(*complement) == value ? *complement : decoded(value, references);
  };
  for (const auto& pair : pairs_) {
    if (pair.direction == Direction::to_remote && !every_direction) continue;
    const auto series = properties.find(pair.property);
    out.fields[pair.field] = series == properties.end() ? std::nullopt : read(pair.field, series->second);
    for (const auto& part : parts) {
      const auto own = properties.find(make_path(pair.property, part));
      const std::string path = make_path(pair.field, part);
      if (own == properties.end()) {
        if (series != properties.end() && !of_series_only(series->second)) out.fields[path] = std::nullopt;
      } else if (series == properties.end() || !(inherited(series->second, part) == own->second)) {
        out.fields[path] = read(path, own->second);
      }
    }
  }
  return out;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
