// The lens laws, tried on generated values and on real records: what `fasti check` proves before anything is sent.
#include <algorithm>
#include <set>

#include "engine/mapping/mapping.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace {

constexpr int kSamples = 100;

// SplitMix64: small, seeded, the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return (z ^ (z >> 31)) % bound;
  }
  template <class Items>
  const auto& one_of(const Items& items) {
    return items[below(std::size(items))];
  }

 private:
  std::uint64_t state_;
};

std::string any_text(Dice& dice) {
  static const std::vector<std::string> pieces = {"Final", "é",   "京", "a b",        "x,y",
                                                  "p;q",   "<b>", "&",  "two\nlines", "7"};
  std::string text = dice.one_of(pieces);
  if (dice.below(2)) text += dice.one_of(pieces);
  return text;
}

Span any_span(Dice& dice) {
  static const std::vector<std::string> zones = {"UTC", "Europe/Berlin", "America/Mexico_City"};
  Span span;
  span.kind = static_cast<SpanKind>(dice.below(3));
  span.start = LocalSeconds{std::chrono::hours{24} * static_cast<int>(20000 + dice.below(2000))};
  if (span.kind == SpanKind::all_day) {
    span.end = span.start + std::chrono::days{1 + static_cast<int>(dice.below(3))};
    return span;
  }
  span.start += std::chrono::minutes{static_cast<int>(dice.below(1440))};
  span.end = span.start + std::chrono::minutes{static_cast<int>(dice.below(600))};
  if (span.kind == SpanKind::zoned) span.zone = dice.one_of(zones);
  return span;
}

// References are left out: which records there are only the caller knows.
std::optional<Value> any_value(const FieldDef& field, Dice& dice) {
  const auto option = [&] { return field.options.empty() ? any_text(dice) : dice.one_of(field.options); };
  switch (field.type) {
    case FieldType::integer:
      return Value(static_cast<std::int64_t>(dice.below(1000)));
    case FieldType::decimal:
      return Value(Decimal{std::to_string(dice.below(1000)) + ".5"});
    case FieldType::boolean:
      return Value(dice.below(2) == 1);
    case FieldType::date:
      return Value(std::chrono::year_month_day{LocalDays{std::chrono::days{static_cast<int>(dice.below(30000))}}});
    case FieldType::span:
      return Value(any_span(dice));
    case FieldType::duration:
      return Value(std::chrono::seconds{60 * static_cast<int>(dice.below(3000))});
    case FieldType::choices:
      return Value(Choices{option(), option()});
    case FieldType::people:
      return Value(People{{"a@example.org", "A", "required"}});
    case FieldType::reminders:
      return Value(Reminders{{std::chrono::minutes{15}, "popup"}});
    case FieldType::recurrence:
      return Value(Recurrence{{"FREQ=WEEKLY;BYDAY=MO"}, {}, {}, {}});
    case FieldType::geo:
      return Value(Geo{static_cast<double>(dice.below(90)), static_cast<double>(dice.below(180))});
    case FieldType::opaque:
      return Value(Opaque{"icalendar", "X-A:" + std::to_string(dice.below(9)) + "\n"});
    case FieldType::reference:
    case FieldType::references:
      return std::nullopt;
    default:
      return Value(option());
  }
}

Record any_record(const Kind& kind, Dice& dice) {
  Record record;
  record.kind = kind.name;
  record.id = "generated";
  for (const auto& field : kind.fields) {
    if (!field.required && dice.below(4) == 0) continue;
    if (auto value = any_value(field, dice)) record.fields[field.name] = std::move(value);
  }
  return record;
}

class Prover {
 public:
  Prover(const Mapping& mapping, const ReferenceView& references) : mapping_(mapping), references_(references) {
    // What is only read is never written, so nothing of it can come back.
    for (const Lens& lens : mapping.lenses()) {
      if (lens.direction == Direction::from_remote) only_read_.insert(lens.fields.begin(), lens.fields.end());
    }
  }

  void prove(const Record& record, const std::string& who) {
    const auto encoded = mapping_.encode(record, references_);
    // What the provider cannot hold is told when it is written; the laws are about the rest.
    std::set<std::string> excused;
    for (const auto& problem : encoded.problems) excused.insert(problem.path);
    const auto decoded = mapping_.decode(encoded.properties, &record, references_, true);
    for (const auto& [path, value] : decoded.fields) {
      if (excused.contains(path) || only_read_.contains(path_name(path))) continue;
      const auto before = record.fields.find(path);
      const auto expected = before == record.fields.end() ? std::optional<Value>() : before->second;
      if (value != expected) {
        breach(path, who + ": " + display_text(expected) + " comes back as " + display_text(value));
      }
    }
    prove_settles(record, encoded.properties, who);
  }

  std::vector<MappingProblem> take() { return std::move(breaches_); }

 private:
  // Without a complement, too, one round trip later nothing may move any more: else each run would write again.
  void prove_settles(const Record& record, const Properties& written, const std::string& who) {
    Record first = record;
    first.fields = mapping_.decode(written, nullptr, references_, true).fields;
    const auto again = mapping_.encode(first, references_).properties;
    Record second = record;
    second.fields = mapping_.decode(again, nullptr, references_, true).fields;
    const auto settled = mapping_.encode(second, references_).properties;
    for (const auto& [path, value] : again) {
      const auto it = settled.find(path);
      if (it == settled.end() || it->second != value) {
        breach(path, who + ": written again it becomes " +
                         (it == settled.end() ? std::string("nothing") : display_text(it->second)));
      }
    }
  }

  void breach(const std::string& path, std::string message) {
    if (told_.insert(path).second) breaches_.push_back({path, std::move(message), false});
  }

  const Mapping& mapping_;
  const ReferenceView& references_;
  std::set<std::string> only_read_;
  std::set<std::string> told_;
  std::vector<MappingProblem> breaches_;
};

}  // namespace

std::vector<MappingProblem> check_laws(const Mapping& mapping, const Kind& kind, const std::vector<Record>& records,
                                       const ReferenceView& references, std::uint64_t seed) {
  Dice dice(seed);
  Prover prover(mapping, references);
  for (int i = 0; i < kSamples; ++i) prover.prove(any_record(kind, dice), "a generated record");
  for (const auto& record : records) prover.prove(record, "record " + record.id);
  return prover.take();
}

}  // namespace v1
}  // namespace fasti
