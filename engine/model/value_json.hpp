#pragma once
// Values and records as JSON: the plain form of design.md section 5 for people and scripts, and the tagged form for
// the store, which needs no kind to be read back. Both are canonical: equal values give equal bytes.
#include <optional>
#include <string>
#include <string_view>

#include <fasti/connector.hpp>
#include <fasti/record.hpp>
#include <fasti/value.hpp>

#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {

/// Plain. Text, url, email, phone, choice, reference, decimal, date and duration ("PT1H30M") are strings; choices,
/// references, people and reminders arrays; a span {"start","end"[,"zone"]} (all-day: dates); recurrence
/// {"rrule":[],"rdate":[],"exdate":[]} (empty ones left out); geo {"lat","lon"}; opaque {"format","text"}.
void append_plain(std::string& out, const Value& value);
std::string plain_json(const std::optional<Value>& value);  ///< nullopt: null
/// Text for a terminal: no quotes, a span as "2026-06-11 13:00–15:00 America/Mexico_City".
std::string display_text(const std::optional<Value>& value);

/// Reads the plain form as a field of that type. bad_input says what was expected. A span may also be given without
/// end (timed: zero length; all-day: one day) and with times in Z (zone "UTC"); a recurrence as one rule text.
Result<Value> read_plain(const FieldDef& field, std::string_view json);

/// {"kind","id","fields":{…}} and, when there are any, "overrides":{"<occurrence>":{"<field>":…}}.
std::string record_json(const Record& record);
/// Reads such an object, or just the fields' object when `kind` is given and there is no "fields" member.
Result<Record> read_record(const Kind& kind, std::string_view json);

/// Tagged: "text", true, 12 as they are; everything else {"t":"span",…}.
void append_tagged(std::string& out, const Value& value);
std::string tagged_json(const Value& value);
Result<Value> read_tagged(std::string_view json);

std::string tagged_json(const Properties& properties);
Result<Properties> read_properties(std::string_view json);
std::string tagged_json(const Fields& fields);  ///< cleared fields are null
Result<Fields> read_fields(std::string_view json);

/// Appends a JSON string with quotes and escapes; bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace v1
}  // namespace fasti
