#include "connectors/notion/series_text.hpp"

#include "engine/model/value_json.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

constexpr std::string_view kIn = " in ";

}  // namespace

std::string series_text(const SeriesText& series) {
  const Recurrence& rule = series.recurrence;
  const bool plain = rule.rules.size() == 1 && rule.exrules.empty() && rule.rdates.empty() && rule.exdates.empty();
  const std::string text = plain ? rule.rules.front() : plain_json(Value(rule));
  return series.zone.empty() ? text : text + std::string(kIn) + series.zone;
}

std::optional<SeriesText> read_series_text(const std::string& text) {
  SeriesText out;
  std::string rule = text;
  if (const auto at = text.rfind(kIn); at != std::string::npos) {
    const auto zone = resolve_zone(text.substr(at + kIn.size()));
    if (!zone) return std::nullopt;
    out.zone = *zone;
    rule = text.substr(0, at);
  }
  FieldDef field;
  field.type = FieldType::recurrence;
  auto value = read_plain(field, rule);
  if (!value) {
    std::string quoted;
    append_json_string(quoted, rule);
    value = read_plain(field, quoted);
  }
  const auto* recurrence = value ? std::get_if<Recurrence>(&*value) : nullptr;
  if (!recurrence) return std::nullopt;
  out.recurrence = *recurrence;
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
