// One entry forward: fields of one part -> the entry's properties.
#include <algorithm>

#include "engine/mapping/entry.hpp"
#include "engine/mapping/text_codec.hpp"
#include "engine/mapping/zone_source.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace {

const Value* find(const Fields& view, const std::string& field) {
  const auto it = view.find(field);
  return it != view.end() && it->second ? &*it->second : nullptr;
}

// The text that names a record; nullopt: it is not known (yet).
std::optional<std::string> printed(const Entry& entry, const Reference& reference, const ReferenceView& references) {
  if (entry.lookup == "id") return reference.id;
  const auto value = references.field(reference.kind, reference.id, entry.lookup);
  return value ? value_to_text(*value) : std::nullopt;
}

void encode_text(const Entry& entry, std::optional<std::string> text, EncodedEntry& out) {
  if (!text) {
    out.problems.push_back("\"" + entry.property + "\" cannot hold this value");
    return;
  }
  out.properties[entry.property] = entry.html ? text_to_html(*text) : *std::move(text);
}

std::optional<std::string> mapped(const Entry& entry, const std::string& ours, EncodedEntry& out) {
  if (entry.values.empty()) return ours;
  for (const auto& pair : entry.values) {
    if (pair.first == ours) return pair.second;
  }
  out.problems.push_back("\"" + ours + "\" has no value for \"" + entry.property + '"');
  return std::nullopt;
}

void encode_relation(const Entry& entry, const Value& value, const ReferenceView& references, EncodedEntry& out) {
  References remote;
  const auto add = [&](const Reference& reference) {
    const auto id = references.remote_id(reference.kind, reference.id);
    if (id) remote.insert({reference.kind, *id});
    out.owed = out.owed || !id;
  };
  if (const auto* one = std::get_if<Reference>(&value)) add(*one);
  if (const auto* many = std::get_if<References>(&value)) std::for_each(many->begin(), many->end(), add);
  if (out.owed || remote.empty()) return;
  if (entry.property_type == FieldType::references) {
    out.properties[entry.property] = std::move(remote);
  } else if (remote.size() == 1) {
    out.properties[entry.property] = *remote.begin();
  } else {
    out.problems.push_back("\"" + entry.property + "\" holds one record only");
  }
}

void encode_reference(const Entry& entry, const Fields& view, const ReferenceView& references, EncodedEntry& out) {
  if (!entry.text_field.empty()) {
    const auto* text = find(view, entry.text_field);
    if (text && !std::get<std::string>(*text).empty()) {
      return encode_text(entry, std::get<std::string>(*text), out);
    }
  }
  const auto* value = find(view, entry.field.name);
  if (!value) return;
  if (entry.lookup.empty()) return encode_relation(entry, *value, references, out);
  std::vector<std::string> texts;
  const auto add = [&](const Reference& reference) {
    auto text = printed(entry, reference, references);
    out.owed = out.owed || !text;
    if (text) texts.push_back(*std::move(text));
  };
  if (const auto* one = std::get_if<Reference>(value)) add(*one);
  if (const auto* many = std::get_if<References>(value)) std::for_each(many->begin(), many->end(), add);
  if (out.owed || texts.empty()) return;
  encode_text(entry, entry.split.empty() ? texts.front() : join_items(texts, entry.split), out);
}

void encode_pieces(const Entry& entry, const Fields& view, const ReferenceView& references, Span span,
                   EncodedEntry& out) {
  const auto zone = zone_from(entry.zone, view, references);
  if (span.kind == SpanKind::zoned && entry.zone_property.empty() && !zone.empty() && zone != span.zone) {
    auto there = in_zone(span, zone);
    if (!there) {
      out.problems.push_back("\"" + entry.start + "\" cannot hold this time: " + there.error().message);
      return;
    }
    span = *std::move(there);
  }
  const auto text = [&span](LocalSeconds time) {
    return span.kind == SpanKind::all_day ? iso_date(std::chrono::floor<std::chrono::days>(time)) : iso_time(time);
  };
  out.properties[entry.start] = text(span.start);
  if (!entry.end.empty()) out.properties[entry.end] = text(span.end);
  if (!entry.zone_property.empty() && span.kind == SpanKind::zoned) out.properties[entry.zone_property] = span.zone;
}

std::vector<std::string> list_items(const Entry& entry, const Value& value, EncodedEntry& out) {
  std::vector<std::string> items;
  if (const auto* choices = std::get_if<Choices>(&value)) {
    for (const auto& one : *choices) {
      if (auto text = mapped(entry, one, out)) items.push_back(*std::move(text));
    }
  } else if (const auto* people = std::get_if<People>(&value)) {
    for (const auto& one : *people) items.push_back(one.email);
  } else if (const auto* reminders = std::get_if<Reminders>(&value)) {
    for (const auto& one : *reminders) items.push_back(iso_duration(one.before));
  }
  return items;
}

void encode_value(const Entry& entry, const Value& value, EncodedEntry& out) {
  if (!entry.split.empty()) {
    const auto items = list_items(entry, value, out);
    if (!items.empty()) encode_text(entry, join_items(items, entry.split), out);
    return;
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (auto theirs = mapped(entry, *text, out)) encode_text(entry, std::move(theirs), out);
    return;
  }
  if (const auto* choices = std::get_if<Choices>(&value); choices && !entry.values.empty()) {
    const auto items = list_items(entry, value, out);
    if (!items.empty()) out.properties[entry.property] = Choices(items.begin(), items.end());
    return;
  }
  const bool as_text = entry.property_type == FieldType::text && entry.field.type != FieldType::text;
  if (as_text) return encode_text(entry, value_to_text(value), out);
  out.properties[entry.property] = value;
}

std::string rendered(const Entry& entry, const Fields& view, const ReferenceView& references) {
  std::string text;
  std::size_t at = 0;
  while (at < entry.pattern.size()) {
    const auto open = entry.pattern.find('{', at);
    text += entry.pattern.substr(at, open - at);
    if (open == std::string::npos) break;
    const auto close = entry.pattern.find('}', open);
    const auto path = entry.pattern.substr(open + 1, close - open - 1);
    const auto dot = path.find('.');
    at = close + 1;
    const auto* value = find(view, path.substr(0, dot));
    if (!value) continue;
    const auto* reference = std::get_if<Reference>(value);
    text += dot != std::string::npos && reference
                ? display_text(references.field(reference->kind, reference->id, path.substr(dot + 1)))
                : display_text(*value);
  }
  return text;
}

}  // namespace

std::string zone_from(const ZoneSource& source, const Fields& view, const ReferenceView& references) {
  if (!source.fixed.empty()) return source.fixed;
  const auto* value = source.reference.empty() ? nullptr : find(view, source.reference);
  const auto* reference = value ? std::get_if<Reference>(value) : nullptr;
  if (!reference) return {};
  const auto zone = references.field(source.to, reference->id, source.field);
  const auto* text = zone ? std::get_if<std::string>(&*zone) : nullptr;
  return text && is_zone(*text) ? *text : std::string();
}

EncodedEntry encode_entry(const Entry& entry, const Fields& view, const ReferenceView& references) {
  EncodedEntry out;
  if (entry.constant) {
    if (!entry.property.empty()) out.properties[entry.property] = *entry.constant;
    return out;
  }
  if (!entry.pattern.empty()) {
    auto text = rendered(entry, view, references);
    if (!text.empty()) out.properties[entry.property] = std::move(text);
    return out;
  }
  if (entry.field.type == FieldType::reference || entry.field.type == FieldType::references) {
    encode_reference(entry, view, references, out);
    return out;
  }
  const auto* value = find(view, entry.field.name);
  if (!value) return out;
  if (entry.in_pieces()) {
    encode_pieces(entry, view, references, std::get<Span>(*value), out);
  } else {
    encode_value(entry, *value, out);
  }
  return out;
}

}  // namespace v1
}  // namespace fasti
