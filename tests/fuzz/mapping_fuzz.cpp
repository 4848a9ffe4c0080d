// Mapping files: any text gives a mapping that works on an empty record, or an error with its place.
#include <cstdint>
#include <string>

#include "engine/mapping/mapping.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace fasti;

Kind booking() {
  Kind kind;
  kind.name = "booking";
  kind.label = "title";
  auto add = [&](const char* name, FieldType type) {
    FieldDef field;
    field.name = name;
    field.type = type;
    kind.fields.push_back(std::move(field));
  };
  add("title", FieldType::text);
  add("when", FieldType::span);
  add("recurrence", FieldType::recurrence);
  add("status", FieldType::choice);
  add("location", FieldType::text);
  add("venue", FieldType::reference);
  kind.fields.back().to = "venue";
  add("notes", FieldType::text);
  add("categories", FieldType::choices);
  add("length", FieldType::duration);
  add("places", FieldType::integer);
  add("extras", FieldType::opaque);
  return kind;
}

Record sample() {
  Record record;
  record.kind = "booking";
  record.id = "r1";
  record.fields["title"] = Value(std::string("Final, Saturday"));
  record.fields["status"] = Value(std::string("confirmed"));
  record.fields["places"] = Value(std::int64_t(3));
  Span span{SpanKind::zoned, LocalSeconds(std::chrono::hours(490000)), LocalSeconds(std::chrono::hours(490002)),
            "Europe/Berlin"};
  record.fields["when"] = Value(span);
  return record;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Kind kind = booking();
  static const Record record = sample();
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto mapping = parse_mapping("m.toml", text, kind, {}, nullptr);
  if (!mapping) {
    FASTI_FUZZ_CHECK(!mapping.error().message.empty() && !mapping.error().place.empty());
    return 0;
  }
  const auto encoded = (*mapping)->encode(record, no_references());
  const auto decoded = (*mapping)->decode(encoded.properties, &record, no_references());
  Record again = record;
  for (const auto& [path, value] : decoded.fields)
    if (value) again.fields[path] = value;
  (void)(*mapping)->encode(again, no_references());
  return 0;
}
