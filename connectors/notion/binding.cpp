#include "connectors/notion/binding.hpp"

#include <algorithm>

#include "connectors/notion/errors.hpp"
#include "engine/base/nearest.hpp"
#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {
namespace {

std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

std::string option(const PropertyUse& use, const std::string& key) {
  const auto found = use.options.find(key);
  return found == use.options.end() ? "" : found->second;
}

struct Found {
  const Column* column = nullptr;
  std::optional<Error> problem;
  bool missing = false;  ///< there never was one
};

Error bad_property(const std::string& place, std::string message, std::string hint) {
  return make_error(ErrorKind::bad_config, place, std::move(message), std::move(hint));
}

Found find_column(const Schema& schema, const std::string& name, const std::string& pinned, const Names& remembered,
                  const std::string& place) {
  if (!pinned.empty()) {
    if (const Column* column = schema.find_id(pinned)) return {column, {}, false};
    return {nullptr, bad_property(place, "no property has the id " + in_quotes(pinned), "see: fasti check --online"),
            false};
  }
  const Column* by_name = schema.find_name(name);
  const auto known = remembered.find(name);
  if (known == remembered.end()) {
    if (by_name) return {by_name, {}, false};
    std::vector<std::string> names;
    for (const Column& column : schema.columns) names.push_back(column.name);
    const std::string near = nearest_hint(name, names);
    return {nullptr,
            bad_property(place, "there is no property " + in_quotes(name) + " in " + in_quotes(schema.name),
                         (near.empty() ? "" : near + ", or ") + "make it: fasti check --online --create-missing"),
            true};
  }
  if (const Column* column = schema.find_id(known->second)) return {column, {}, false};
  if (by_name)
    return {
        nullptr,
        bad_property(place, "property " + in_quotes(name) + " was deleted in Notion, and another one has its name now",
                     "to go on with the new one, write id = " + in_quotes(by_name->id) +
                         " beside property = " + in_quotes(name) + " in the mapping"),
        false};
  return {nullptr,
          bad_property(place, "property " + in_quotes(name) + " was deleted in Notion; nothing is cleared for that",
                       "bring it back in Notion, or take it out of the mapping; then: fasti sync"),
          false};
}

std::optional<Error> misfit(const Column& column, const PropertyUse& use, bool written, const std::string& place) {
  if (fits(column.type, use.type, written)) return std::nullopt;
  const std::string what = "property " + in_quotes(use.name) + " is of Notion's type " + column_type_name(column.type);
  if (fits(column.type, use.type, false))
    return bad_property(place, what + ", which can only be read",
                        "write direction = \"from_remote\" beside it in the mapping");
  return bad_property(place, what + ", which cannot hold " + name(use.type),
                      "make it " + column_type_name(column_for(use.type)) +
                          " again in Notion, or map another property; nothing is cleared meanwhile");
}

std::optional<std::chrono::days> days_of(const CollectionUse& use, const std::string& key) {
  const auto found = use.options.find(key);
  if (found == use.options.end()) return std::nullopt;
  const std::string& text = found->second;
  const bool number = text.size() > 1 && text.size() < 6 && text.back() == 'd' &&
                      text.find_first_not_of("0123456789") == text.size() - 1;
  return std::chrono::days{number ? std::stoi(text) : -1};
}

/// `rows_ahead = "90d"`, `rows_behind`, `series = "Series"`.
void bind_rows(const Schema& schema, const CollectionUse& use, const Names& remembered, const std::string& place,
               BindingPlan& out) {
  const auto ahead = days_of(use, kRowsAhead);
  if (!ahead) return;
  RowSettings rows;
  rows.ahead = *ahead;
  rows.behind = days_of(use, kRowsBehind).value_or(rows.behind);
  if (rows.ahead.count() < 1 || rows.behind.count() < 0) {
    out.problems.push_back(bad_property(place, "rows_ahead and rows_behind are numbers of days", "write \"90d\""));
    return;
  }
  const auto named = use.options.find(kSeriesKey);
  const std::string name = named == use.options.end() ? "Series" : named->second;
  Found series = find_column(schema, name, "", remembered, place);
  if (series.problem) {
    if (series.missing) out.missing.push_back({name, FieldType::references, use.kind});
    out.problems.push_back(std::move(*series.problem));
  } else if (series.column->type != ColumnType::relation) {
    out.problems.push_back(bad_property(place, "property " + in_quotes(name) + " is no relation",
                                        "make it a relation to this database, or name another: series = \"...\""));
  } else {
    rows.property = name;
    rows.series = *series.column;
    out.binding.rows = std::move(rows);
  }
}

}  // namespace

const Bound* Binding::find(const std::string& property) const {
  const auto found =
      std::find_if(bounds.begin(), bounds.end(), [&](const Bound& one) { return one.property == property; });
  return found == bounds.end() ? nullptr : &*found;
}

const Bound* Binding::rule() const {
  const auto found =
      std::find_if(bounds.begin(), bounds.end(), [](const Bound& one) { return one.as == FieldType::recurrence; });
  return found == bounds.end() ? nullptr : &*found;
}

const Bound* Binding::span() const {
  const auto found = std::find_if(bounds.begin(), bounds.end(), [](const Bound& one) {
    return one.as == FieldType::span && one.column.type == ColumnType::date;
  });
  return found == bounds.end() ? nullptr : &*found;
}

Names Binding::names() const {
  Names out;
  for (const Bound& bound : bounds) out[bound.property] = bound.column.id;
  if (marker) out[kMarkerColumn] = marker->id;
  if (rows) out[rows->property] = rows->series.id;
  return out;
}

BindingPlan bind_columns(const Schema& schema, const CollectionUse& use, const Names& remembered,
                         const std::string& place) {
  BindingPlan out;
  for (const PropertyUse& one : use.properties) {
    if (one.options.count(kBodyKey)) {
      out.binding.body = true;
      continue;
    }
    Found found = find_column(schema, one.name, option(one, "id"), remembered, place);
    const bool written = one.written && use.writes;
    if (found.problem) {
      if (found.missing) out.missing.push_back({one.name, one.type, one.to});
      out.problems.push_back(std::move(*found.problem));
    } else if (auto problem = misfit(*found.column, one, written, place)) {
      out.problems.push_back(std::move(*problem));
    } else {
      out.binding.bounds.push_back(
          {one.name, *found.column, one.type, one.to, written, option(one, "create_options") == "true"});
    }
  }
  bind_rows(schema, use, remembered, place, out);
  Found marker = find_column(schema, kMarkerColumn, "", remembered, place);
  if (marker.column && fits(marker.column->type, FieldType::text, true)) {
    out.binding.marker = *marker.column;
  } else if (use.writes && use.markers) {
    out.problems.push_back(bad_property(
        place, "the text property \"Fasti ID\" is not there, by which a create is found again when its answer is lost",
        "make it: fasti check --online --create-missing"));
    if (!marker.column) out.missing.push_back({kMarkerColumn, FieldType::text, ""});
  }
  return out;
}

Binding bind_all(const Schema& schema) {
  Binding out;
  for (const Column& column : schema.columns) {
    if (column.type == ColumnType::other) continue;
    if (column.name == kMarkerColumn && fits(column.type, FieldType::text, true))
      out.marker = column;
    else
      out.bounds.push_back({column.name, column, natural_type(column.type), "", !is_read_only(column.type), false});
  }
  return out;
}

}  // namespace notion
}  // namespace v1
}  // namespace fasti
