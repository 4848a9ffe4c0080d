#include "tests/support/field_mapping.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

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

Mapping::Encoded FieldMapping::encode(const Record& record, const ReferenceView&) const {
  Encoded out;
  for (const auto& pair : pairs_) {
    if (pair.direction == Direction::from_remote) continue;
    for (const auto& [path, value] : record.fields) {
      if (value && path_name(path) == pair.field) {
        out.properties[make_path(pair.property, path_part(path))] = encoded(*value);
      }
    }
  }
  return out;
}

Mapping::Decoded FieldMapping::decode(const Properties& properties, const Record* current, const ReferenceView&,
                                      bool every_direction) const {
  Decoded out;
  for (const auto& pair : pairs_) {
    if (pair.direction == Direction::to_remote && !every_direction) continue;
    out.fields[pair.field] = std::nullopt;
    for (const auto& [path, value] : properties) {
      if (path_name(path) != pair.property) continue;
      const std::string field = make_path(pair.field, path_part(path));
      const Value* complement = current ? current->find(field) : nullptr;
      out.fields[field] = complement && encoded(*complement) == value ? *complement : value;
    }
  }
  return out;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
