#include "app/proposal/propose_mapping.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace fasti {
inline namespace v1 {
namespace app {
namespace {

/// What people call a field, nearest first, as letters and digits in lower case.
const std::map<std::string, std::vector<std::string>>& names_for() {
  static const std::map<std::string, std::vector<std::string>> names = {
      {"title", {"name", "event", "match", "game", "booking", "fixture", "subject"}},
      {"name", {"title"}},
      {"when", {"date", "dates", "time", "datetime", "kickoff", "start", "slot"}},
      {"status", {"state", "stage"}},
      {"venue", {"stadium", "room", "ground", "hall", "place", "pitch"}},
      {"location", {"where", "address", "place"}},
      {"schedule", {"competition", "tournament", "league", "season", "calendar"}},
      {"notes", {"note", "description", "comments", "comment", "remarks", "details", "info"}},
      {"url", {"link", "website", "web", "homepage"}},
      {"categories", {"tags", "tag", "category", "labels", "type", "types"}},
      {"people", {"attendees", "participants", "guests", "who"}},
      {"recurrence", {"repeat", "repeats", "rrule", "rule"}},
      {"code", {"number", "no", "matchno", "ref", "reference", "abbreviation"}},
      {"zone", {"timezone", "tz"}},
      {"geo", {"coordinates", "map"}},
      {"capacity", {"seats", "size"}},
      {"phone", {"telephone", "tel", "mobile"}},
      {"email", {"mail", "emailaddress"}},
      {"start", {"begin", "begins", "from", "startdate"}},
      {"end", {"until", "to", "enddate"}},
      {"confirmed", {"booked", "fixed", "scheduled", "done", "accepted", "complete", "final"}},
      {"tentative", {"hold", "onhold", "pending", "planned", "draft", "option", "notstarted", "todo", "requested"}},
      {"cancelled", {"canceled", "off", "calledoff", "abandoned", "dropped"}},
  };
  return names;
}

std::string plain(const std::string& name) {
  std::string out;
  for (const unsigned char c : name)
    if (std::isalnum(c) || c >= 0x80) out += static_cast<char>(std::tolower(c));
  return out;
}

/// 0: not what people call it. The field's own name is best.
int likeness(const std::string& field, const std::string& name) {
  const std::string wanted = plain(field);
  const std::string found = plain(name);
  if (found == wanted) return 100;
  const auto known = names_for().find(field);
  if (known == names_for().end()) return 0;
  const auto at = std::find(known->second.begin(), known->second.end(), found);
  return at == known->second.end() ? 0 : 90 - static_cast<int>(at - known->second.begin());
}

bool is_texty(FieldType type) {
  return type == FieldType::text || type == FieldType::url || type == FieldType::email || type == FieldType::phone ||
         type == FieldType::choice;
}

bool may_hold(const PropertyInfo& property, const FieldDef& field) {
  if (property.type == field.type) return true;
  switch (field.type) {
    case FieldType::text:
    case FieldType::url:
    case FieldType::email:
    case FieldType::phone:
    case FieldType::choice:
      return is_texty(property.type);
    case FieldType::reference:
      return property.type == FieldType::references;
    case FieldType::integer:
      return property.type == FieldType::decimal;
    case FieldType::date:
      return property.type == FieldType::span;
    case FieldType::references:
      return false;
    default:
      return property.type == FieldType::text;
  }
}

/// Types of which one property is likely to be the one that is meant, whatever its name.
bool speaks_for_itself(FieldType type) {
  static constexpr std::array kTypes = {FieldType::span, FieldType::url, FieldType::email, FieldType::phone,
                                        FieldType::people};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

class Pairing {
 public:
  Pairing(const Kind& kind, const std::vector<PropertyInfo>& properties) : kind_(kind), properties_(properties) {}

  Proposal run() {
    // The first property is what people call the thing, and so is the label.
    if (const FieldDef* label = kind_.find(kind_.label); label && !properties_.empty()) take(*label, 0);
    by_name();
    for (const FieldDef& field : kind_.fields) {
      if (taken_.count(field.name) || !speaks_for_itself(field.type)) continue;
      std::vector<std::size_t> fitting;
      for (std::size_t i = 0; i < properties_.size(); ++i)
        if (!used_.count(i) && properties_[i].type == field.type && !properties_[i].read_only) fitting.push_back(i);
      if (fitting.size() == 1) take(field, fitting.front());
    }
    return result();
  }

 private:
  void by_name() {
    for (;;) {
      int best = 0;
      const FieldDef* field = nullptr;
      std::size_t property = 0;
      for (const FieldDef& one : kind_.fields) {
        if (taken_.count(one.name)) continue;
        for (std::size_t i = 0; i < properties_.size(); ++i) {
          const int alike =
              used_.count(i) || !may_hold(properties_[i], one) ? 0 : likeness(one.name, properties_[i].name);
          if (alike <= best) continue;
          best = alike;
          field = &one;
          property = i;
        }
      }
      if (!field) return;
      take(*field, property);
    }
  }

  void take(const FieldDef& field, std::size_t property) {
    used_.insert(property);
    taken_[field.name] = property;
  }

  ProposedField proposed(const FieldDef& field, const PropertyInfo& property) const {
    ProposedField out{field.name, property.name, property.read_only, {}, property.options};
    if (field.options.empty()) {
      out.unmatched.clear();
      return out;
    }
    for (const std::string& ours : field.options) {
      const auto best = std::max_element(out.unmatched.begin(), out.unmatched.end(), [&](const auto& a, const auto& b) {
        return likeness(ours, a) < likeness(ours, b);
      });
      if (best == out.unmatched.end() || likeness(ours, *best) == 0) continue;
      out.values.emplace_back(ours, *best);
      out.unmatched.erase(best);
    }
    return out;
  }

  Proposal result() const {
    Proposal out;
    for (const FieldDef& field : kind_.fields)
      if (const auto found = taken_.find(field.name); found != taken_.end())
        out.fields.push_back(proposed(field, properties_[found->second]));
    for (std::size_t i = 0; i < properties_.size(); ++i)
      if (!used_.count(i)) out.left.push_back(properties_[i]);
    return out;
  }

  const Kind& kind_;
  const std::vector<PropertyInfo>& properties_;
  std::set<std::size_t> used_;
  std::map<std::string, std::size_t> taken_;
};

/// One line of text: the names are somebody else's.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + '"';
}

std::string comment(const std::string& text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return "# " + out + "\n";
}

}  // namespace

Proposal pair_fields(const Kind& kind, const std::vector<PropertyInfo>& properties) {
  return Pairing(kind, properties).run();
}

std::string mapping_text(const Kind& kind, const std::string& provider, const Proposal& proposal,
                         const std::string& source) {
  const auto has = [&](const std::string& field) {
    return std::any_of(proposal.fields.begin(), proposal.fields.end(),
                       [&](const auto& one) { return one.field == field; });
  };
  std::string out = comment("Proposed for " + source + ": look through it, then: fasti check --online");
  out += "kind     = " + quoted(kind.name) + "\nprovider = " + quoted(provider) + "\n";
  if (has(kind.label))
    out += "match    = [" + quoted(kind.label) + (has("when") ? ", \"when.start\"" : "") +
           "]       # what tells that two are the same, at first contact only\n";
  for (const ProposedField& field : proposal.fields) {
    out += "\n[fields." + field.field + "]\nproperty = " + quoted(field.property) + "\n";
    if (field.read_only) out += "direction = \"from_remote\"\n";
    if (field.values.empty()) continue;
    std::string values;
    for (const auto& [ours, theirs] : field.values)
      values += (values.empty() ? "" : ", ") + ours + " = " + quoted(theirs);
    out += "values   = { " + values + " }\n";
    for (const std::string& theirs : field.unmatched)
      out += comment("not paired yet: " + quoted(theirs) + " (a row with it keeps the value it had)");
  }
  if (!proposal.left.empty()) out += "\n";
  for (const PropertyInfo& property : proposal.left)
    out += comment("not mapped: " + quoted(property.name) + ", " + name(property.type) +
                   (property.read_only ? ", only read" : ""));
  return out;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
