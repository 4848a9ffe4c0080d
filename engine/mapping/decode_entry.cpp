// One entry backward: the entry's properties -> fields of one part, with the current record as complement (rule 2).
#include <algorithm>

#include "engine/mapping/entry.hpp"
#include "engine/mapping/text_codec.hpp"
#include "engine/mapping/zone_source.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace {

const Value* find(const Properties& properties, const std::string& name) {
  const auto it = properties.find(name);
  return it != properties.end() ? &it->second : nullptr;
}

const std::string* find_text(const Properties& properties, const std::string& name) {
  const auto* value = name.empty() ? nullptr : find(properties, name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text && !text->empty() ? text : nullptr;
}

void unreadable(DecodedEntry& out, const std::string& what) {
  out.readable = false;
  out.problems.push_back(what);
}

std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

struct Moment {
  SpanKind kind = SpanKind::floating;
  LocalSeconds time{};
};

std::optional<Moment> moment_of(const std::string& text) {
  if (const auto day = parse_date(text)) return Moment{SpanKind::all_day, *day};
  if (const auto wall = parse_time(text)) return Moment{SpanKind::floating, *wall};
  if (const auto instant = parse_instant(text)) {
    return Moment{SpanKind::zoned, LocalSeconds{std::chrono::floor<std::chrono::seconds>(instant->time_since_epoch())}};
  }
  return std::nullopt;
}

std::optional<Span> span_of_pieces(const Entry& entry, const Properties& properties, DecodedEntry& out) {
  const auto* start_text = find_text(properties, entry.start);
  const auto* end_text = find_text(properties, entry.end);
  if (!start_text) {
    if (end_text) unreadable(out, in_quotes(entry.end) + " is there without " + in_quotes(entry.start));
    return std::nullopt;
  }
  const auto start = moment_of(*start_text);
  const auto end = end_text ? moment_of(*end_text) : start;
  if (!start || !end) {
    unreadable(out, in_quotes(!start ? *start_text : *end_text) + " is no date or time");
    return std::nullopt;
  }
  if (start->kind != end->kind || end->time < start->time) {
    unreadable(out, in_quotes(*start_text) + " to " + in_quotes(*end_text) + " is no span");
    return std::nullopt;
  }
  Span span{start->kind, start->time, end->time, start->kind == SpanKind::zoned ? "UTC" : ""};
  if (span.kind == SpanKind::all_day && span.end == span.start) span.end += std::chrono::days{1};
  const auto* zone_text = find_text(properties, entry.zone_property);
  if (!zone_text || span.kind == SpanKind::all_day) return span;
  const auto zone = resolve_zone(*zone_text);
  if (!zone) {
    unreadable(out, in_quotes(*zone_text) + " is no zone");
    return std::nullopt;
  }
  if (span.kind == SpanKind::floating) {
    span.kind = SpanKind::zoned;
    span.zone = *zone;
    return span;
  }
  auto there = in_zone(span, *zone);
  return there ? *std::move(there) : span;
}

const Span* current_span(const Entry& entry, const DecodeContext& context) {
  if (!context.current) return nullptr;
  const auto it = context.current->find(entry.field.name);
  return it != context.current->end() && it->second ? std::get_if<Span>(&*it->second) : nullptr;
}

// Whether a series would have the same instants in both zones: compared over a year, where rules differ they differ.
bool same_rules(Span span, const std::string& zone) {
  constexpr int kFortnights = 26;
  for (int i = 0; i < kFortnights; ++i) {
    Span other = span;
    other.zone = zone;
    if (!same_instants(span, other)) return false;
    span.start += std::chrono::weeks{2};
    span.end += std::chrono::weeks{2};
  }
  return true;
}

Span placed(const Entry& entry, Span span, const DecodeContext& context) {
  if (span.kind == SpanKind::all_day) return span;
  const auto* current = current_span(entry, context);
  const std::string kept = current && current->kind == SpanKind::zoned ? current->zone : "";
  const auto source = zone_from(entry.zone, context.decoded, context.references);
  if (span.kind == SpanKind::floating && (entry.in_pieces() || entry.zone.given())) {
    const auto& zone = source.empty() ? kept : source;
    if (!zone.empty()) {
      span.kind = SpanKind::zoned;
      span.zone = zone;
    }
  }
  const auto& wanted = kept.empty() ? source : kept;
  if (span.kind != SpanKind::zoned || wanted.empty() || wanted == span.zone) return span;
  // A series is bound to the rules of its zone: the same first instant elsewhere is another series.
  if (context.recurring && !same_rules(span, wanted)) return span;
  if (!kept.empty() && same_instants(*current, span)) return *current;
  auto there = in_zone(span, wanted);
  return there ? *std::move(there) : span;
}

void decode_span(const Entry& entry, const Properties& properties, const DecodeContext& context, DecodedEntry& out) {
  std::optional<Span> span;
  if (entry.in_pieces()) {
    span = span_of_pieces(entry, properties, out);
  } else if (const auto* value = find(properties, entry.property)) {
    const auto* remote = std::get_if<Span>(value);
    if (!remote) return unreadable(out, in_quotes(entry.property) + " holds no span");
    span = *remote;
  }
  auto& field = out.fields[entry.field.name];
  if (!span) return;
  if (entry.default_duration && span->kind != SpanKind::all_day && span->end == span->start) {
    span->end += *entry.default_duration;
  }
  // A zone that stands in a property of its own was chosen there; no other one is better.
  const bool chosen = span->kind == SpanKind::zoned && find_text(properties, entry.zone_property);
  field = chosen ? *std::move(span) : placed(entry, *std::move(span), context);
}

std::optional<Reference> looked_up(const Entry& entry, const std::string& text, const ReferenceView& references,
                                   std::size_t& count) {
  if (entry.lookup == "id") {
    count = 1;
    return Reference{entry.field.to, text};
  }
  const auto ids = references.find(entry.field.to, entry.lookup, text);
  count = ids.size();
  if (count != 1) return std::nullopt;
  return Reference{entry.field.to, ids.front()};
}

std::string unknown_record(const Entry& entry, const std::string& text, std::size_t count) {
  if (count > 1) return in_quotes(text) + " is the " + entry.lookup + " of " + std::to_string(count) + " records";
  return in_quotes(text) + " is no " + entry.field.to + "'s " + entry.lookup +
         (entry.on_unknown == Entry::Unknown::ask ? ": which one is it?" : "");
}

void decode_lookup(const Entry& entry, const Properties& properties, const DecodeContext& context, DecodedEntry& out) {
  auto& field = out.fields[entry.field.name];
  if (!entry.text_field.empty()) out.fields[entry.text_field];
  const auto* text = find_text(properties, entry.property);
  if (!text) {
    if (find(properties, entry.property) && !std::holds_alternative<std::string>(*find(properties, entry.property))) {
      unreadable(out, in_quotes(entry.property) + " holds no text");
    }
    return;
  }
  std::size_t count = 0;
  if (!entry.split.empty()) {
    References all;
    for (const auto& item : split_items(*text, entry.split)) {
      const auto one = looked_up(entry, item, context.references, count);
      if (!one) return unreadable(out, unknown_record(entry, item, count));
      all.insert(*one);
    }
    if (!all.empty()) field = std::move(all);
    return;
  }
  if (const auto one = looked_up(entry, *text, context.references, count)) {
    field = *one;
  } else if (!entry.text_field.empty() && entry.on_unknown == Entry::Unknown::keep) {
    out.fields[entry.text_field] = *text;
  } else {
    unreadable(out, unknown_record(entry, *text, count));
  }
}

void decode_relation(const Entry& entry, const Properties& properties, const DecodeContext& context,
                     DecodedEntry& out) {
  auto& field = out.fields[entry.field.name];
  const auto* value = find(properties, entry.property);
  if (!value) return;
  References remote;
  if (const auto* one = std::get_if<Reference>(value)) {
    remote.insert(*one);
  } else if (const auto* many = std::get_if<References>(value)) {
    remote = *many;
  } else {
    return unreadable(out, in_quotes(entry.property) + " holds no relation");
  }
  References ours;
  for (const auto& one : remote) {
    const auto id = context.references.record_of(entry.field.to, one.id);
    if (!id) return unreadable(out, "relates to an object that is no " + entry.field.to + " here");
    ours.insert({entry.field.to, *id});
  }
  if (ours.empty()) return;
  if (entry.field.type == FieldType::references) {
    field = std::move(ours);
  } else if (ours.size() == 1) {
    field = *ours.begin();
  } else {
    unreadable(out, in_quotes(entry.property) + " relates to several records, the field holds one");
  }
}

std::optional<std::string> ours_of(const Entry& entry, const std::string& theirs) {
  if (entry.values.empty()) return theirs;
  for (const auto& pair : entry.values) {
    if (pair.second == theirs) return pair.first;
  }
  return std::nullopt;
}

template <class Items>
void decode_items(const Entry& entry, const Items& items, DecodedEntry& out) {
  Choices choices;
  People people;
  Reminders reminders;
  for (const auto& item : items) {
    if (entry.field.type == FieldType::people) {
      people.insert({item, "", "required"});
    } else if (entry.field.type == FieldType::reminders) {
      const auto before = parse_duration(item);
      if (!before) return unreadable(out, in_quotes(item) + " is no duration");
      reminders.insert({std::chrono::floor<std::chrono::minutes>(*before), "popup"});
    } else {
      auto ours = ours_of(entry, item);
      if (!ours) return unreadable(out, in_quotes(item) + " is not among the values of " + in_quotes(entry.property));
      choices.insert(*std::move(ours));
    }
  }
  auto& field = out.fields[entry.field.name];
  if (!choices.empty()) field = std::move(choices);
  if (!people.empty()) field = std::move(people);
  if (!reminders.empty()) field = std::move(reminders);
}

void decode_text(const Entry& entry, const std::string& raw, DecodedEntry& out) {
  if (!entry.split.empty()) return decode_items(entry, split_items(raw, entry.split), out);
  const auto text = entry.html ? html_to_text(raw) : raw;
  const auto ours = ours_of(entry, text);
  if (!ours) return unreadable(out, in_quotes(text) + " is not among the values of " + in_quotes(entry.property));
  auto value = text_to_value(entry.field.type, *ours);
  if (!value) return unreadable(out, in_quotes(text) + " is no " + name(entry.field.type));
  const auto& options = entry.field.options;
  if (!options.empty() && std::find(options.begin(), options.end(), *ours) == options.end()) {
    return unreadable(out, in_quotes(text) + " is not an option of field " + in_quotes(entry.field.name));
  }
  out.fields[entry.field.name] = std::move(value);
}

void decode_value(const Entry& entry, const Properties& properties, DecodedEntry& out) {
  out.fields[entry.field.name] = entry.fallback;
  const auto* value = find(properties, entry.property);
  if (!value) return;
  if (const auto* text = std::get_if<std::string>(value)) {
    // An empty cell of a table is no text.
    if (text->empty() && entry.field.type != FieldType::text) return;
    return decode_text(entry, *text, out);
  }
  if (const auto* choices = std::get_if<Choices>(value); choices && !entry.values.empty()) {
    return decode_items(entry, *choices, out);
  }
  if (!holds_type(entry.field.type, *value)) {
    return unreadable(out, in_quotes(entry.property) + " holds no " + name(entry.field.type));
  }
  out.fields[entry.field.name] = *value;
}

}  // namespace

DecodedEntry decode_entry(const Entry& entry, const Properties& properties, const DecodeContext& context) {
  DecodedEntry out;
  if (entry.constant) {
    if (entry.property.empty()) out.fields[entry.field.name] = *entry.constant;
    return out;
  }
  if (entry.field.type == FieldType::span) {
    decode_span(entry, properties, context, out);
  } else if (!entry.lookup.empty()) {
    decode_lookup(entry, properties, context, out);
  } else if (entry.field.type == FieldType::reference || entry.field.type == FieldType::references) {
    decode_relation(entry, properties, context, out);
  } else {
    decode_value(entry, properties, out);
  }
  return out;
}

}  // namespace v1
}  // namespace fasti
