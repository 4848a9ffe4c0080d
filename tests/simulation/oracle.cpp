#include "tests/simulation/oracle.hpp"

#include <algorithm>

#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {
namespace {

using support::text_of;

// A span carries its write as the minute of its start: whole minutes survive every provider.
const LocalSeconds kFirstMinute{std::chrono::seconds(1780300800)};

void add_number(const std::string& text, WriteIds& out) {
  if (text.size() < 2 || text[0] != 'w') return;
  WriteId number = 0;
  for (std::size_t i = 1; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
    number = number * 10 + text[i] - '0';
  if (number > 0) out.insert(number);
}

WriteIds numbers_in(const Value& value) {
  WriteIds out;
  if (const auto* text = std::get_if<std::string>(&value)) add_number(*text, out);
  if (const auto* choices = std::get_if<Choices>(&value)) {
    for (const auto& choice : *choices) add_number(choice, out);
  }
  if (const auto* span = std::get_if<Span>(&value)) {
    out.insert(static_cast<WriteId>((span->start - kFirstMinute) / std::chrono::minutes(1)));
  }
  return out;
}

std::string list(const WriteIds& writes) {
  std::string out;
  for (WriteId write : writes) out += (out.empty() ? "w" : ", w") + std::to_string(write);
  return out;
}

std::optional<Value> value_of(const std::map<std::string, Value>& object, const std::string& field) {
  auto found = object.find(field);
  return found == object.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

const std::vector<std::string>& written_fields() {
  static const std::vector<std::string> fields = {"title", "notes", "when", "status", "tags"};
  return fields;
}

Value make_value(const std::string& field, WriteId write, const std::optional<Value>& current,
                 support::SeededRandom& random) {
  const std::string number = "w" + std::to_string(write);
  if (field == "when") {
    static const char* const kZones[] = {"Europe/Berlin", "America/Mexico_City", "UTC"};
    Span span{SpanKind::zoned,
              kFirstMinute + std::chrono::minutes(write) + std::chrono::seconds(random.below(60)),
              {},
              kZones[random.below(3)]};
    span.end = span.start + std::chrono::hours(1);
    return span;
  }
  if (field == "tags") {
    Choices tags;
    if (const auto* old = current ? std::get_if<Choices>(&*current) : nullptr) {
      for (const auto& tag : *old) {
        if (random.chance(0.7)) tags.insert(tag);
      }
    }
    tags.insert(number);
    return tags;
  }
  if (field == "notes") {
    static const char* const kTails[] = {"", " bring flags", "\nGate 3", " gate 3  ", "\nGate 3\n"};
    return number + kTails[random.below(5)];
  }
  return number;
}

WriteIds Oracle::in(const History& history, const std::string&, const std::optional<Value>& value) const {
  return value ? numbers_in(*value) : history.clears;
}

WriteIds Oracle::closure(const History& history, const WriteIds& writes) const {
  WriteIds out = writes;
  for (WriteId write : writes) {
    auto found = history.seen.find(write);
    if (found != history.seen.end()) out.insert(found->second.begin(), found->second.end());
  }
  return out;
}

WriteId Oracle::write(const std::string& code, const std::string& field, const std::optional<Value>& current) {
  auto& history = records_[code].fields[field];
  history.seen[++last_] = closure(history, in(history, field, current));
  if (!current) history.on_nothing.insert(last_);
  return last_;
}

WriteId Oracle::begin(const std::string& code, const std::string& field) {
  records_[code].fields[field].seen[++last_];
  return last_;
}

void Oracle::typed(const std::string& code, const std::string& field, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) records_[code].fields[field].typed.insert(*text);
}

void Oracle::overwritten(const std::string& code, const std::string& field, WriteId write) {
  records_[code].fields[field].unprotected.insert(write);
}

bool Oracle::takes_back(const std::string& code, const std::string& field, const std::optional<Value>& before,
                        const std::optional<Value>& after) const {
  auto record = records_.find(code);
  if (record == records_.end() || !before || !after) return false;
  auto history = record->second.fields.find(field);
  if (history == record->second.fields.end()) return false;
  const auto newer = numbers_in(*before);
  const auto older = numbers_in(*after);
  const auto below = closure(history->second, newer);
  // Typed in the window of a provider without preconditions: nothing could have protected it (rule 23).
  const auto& unprotected = history->second.unprotected;
  if (std::includes(unprotected.begin(), unprotected.end(), newer.begin(), newer.end())) return false;
  return !older.empty() && older != newer && std::includes(below.begin(), below.end(), older.begin(), older.end()) &&
         !std::includes(older.begin(), older.end(), newer.begin(), newer.end());
}

void Oracle::erase(const std::string& code, const std::map<std::string, Value>& shown, Awareness awareness) {
  auto& record = records_[code];
  auto& deletion = record.deletions.emplace_back();
  deletion.awareness = awareness;
  for (const auto& [field, history] : record.fields) {
    deletion.known[field] = closure(history, in(history, field, value_of(shown, field)));
  }
  for (const auto& field : written_fields()) {
    if (!value_of(shown, field)) deletion.empty.insert(field);
  }
}

/// What was overwritten where nothing could protect it, with all it was made on top of; and an emptied field where a
/// value that somebody else put into the empty field stays: values decide what a write was made on (rule 6), and empty
/// equals empty.
WriteIds Oracle::excused(const History& history, const WriteIds& safe) const {
  WriteIds out = closure(history, history.unprotected);
  for (WriteId clear : history.clears) {
    const auto below = closure(history, {clear});
    const bool equal = std::any_of(history.on_nothing.begin(), history.on_nothing.end(),
                                   [&](WriteId write) { return safe.count(write) > 0 && below.count(write) == 0; });
    if (equal) out.insert(below.begin(), below.end());
  }
  return out;
}

std::map<std::string, WriteIds> Oracle::logged(const std::string& code, const std::vector<Logged>& log,
                                               bool& about_record) const {
  std::map<std::string, WriteIds> out;
  const auto& record = records_.at(code);
  for (const auto& entry : log) {
    if (entry.code != code) continue;
    about_record = about_record || entry.field.empty();
    for (const auto& [field, history] : record.fields) {
      if (!entry.field.empty() && entry.field != field) continue;
      for (const auto& value : entry.values) {
        const auto known = closure(history, in(history, field, value));
        out[field].insert(known.begin(), known.end());
      }
    }
  }
  return out;
}

bool Oracle::must_live(const RecordHistory& record, const std::map<std::string, WriteIds>& log) const {
  if (record.deletions.empty()) return true;
  return std::any_of(record.fields.begin(), record.fields.end(), [&](const auto& entry) {
    const auto& [field, history] = entry;
    WriteIds safe;
    if (auto lost = log.find(field); lost != log.end()) safe = lost->second;
    for (const auto& deletion : record.deletions) {
      if (auto known = deletion.known.find(field); known != deletion.known.end()) {
        safe.insert(known->second.begin(), known->second.end());
      }
      // Emptied later is what the deleter saw: empty equals empty.
      if (deletion.empty.count(field) == 0) continue;
      const auto emptied = closure(history, history.clears);
      safe.insert(emptied.begin(), emptied.end());
    }
    const auto undecidable = excused(history, safe);
    return std::any_of(history.seen.begin(), history.seen.end(), [&](const auto& write) {
      return safe.count(write.first) == 0 && undecidable.count(write.first) == 0;
    });
  });
}

bool Oracle::must_be_gone(const RecordHistory& record) const {
  return std::any_of(record.deletions.begin(), record.deletions.end(), [&](const auto& deletion) {
    if (deletion.awareness == Awareness::in_doubt) return false;
    return std::all_of(record.fields.begin(), record.fields.end(), [&](const auto& field) {
      auto known = deletion.known.find(field.first);
      return std::all_of(field.second.seen.begin(), field.second.seen.end(), [&](const auto& write) {
        return known != deletion.known.end() && known->second.count(write.first) > 0;
      });
    });
  });
}

void Oracle::judge_values(const std::string& code, const RecordHistory& record, const std::vector<Side>& sides,
                          const std::map<std::string, WriteIds>& log, std::vector<std::string>& problems) const {
  const auto& local = sides.front().objects.find(code)->second;
  for (const auto& side : sides) {
    const auto& there = side.objects.find(code)->second;
    for (const auto& field : written_fields()) {
      const auto wanted = value_of(local, field);
      const auto found = value_of(there, field);
      const auto expected = wanted ? std::optional(side.form(*wanted)) : std::nullopt;
      if (!(found == expected)) {
        problems.push_back("L1 " + code + "." + field + ": " + side.name + " holds " + text_of(found) +
                           " where local holds " + text_of(wanted));
      }
    }
  }
  for (const auto& [field, history] : record.fields) {
    auto safe = closure(history, in(history, field, value_of(local, field)));
    if (auto lost = log.find(field); lost != log.end()) safe.insert(lost->second.begin(), lost->second.end());
    for (const auto& deletion : record.deletions) {
      if (auto known = deletion.known.find(field); known != deletion.known.end()) {
        safe.insert(known->second.begin(), known->second.end());
      }
    }
    const auto undecidable = excused(history, safe);
    safe.insert(undecidable.begin(), undecidable.end());
    WriteIds lost;
    for (const auto& entry : history.seen) {
      if (safe.count(entry.first) == 0) lost.insert(entry.first);
    }
    if (!lost.empty()) {
      problems.push_back("S1 " + code + "." + field + ": " + list(lost) + " lost without a trace, all hold " +
                         text_of(value_of(local, field)));
    }
  }
}

bool Oracle::typed_anywhere(const RecordHistory& record, const std::string& field, const std::string& text) const {
  for (const RecordHistory* at = &record; at;) {
    auto history = at->fields.find(field);
    if (history != at->fields.end() && history->second.typed.count(text) > 0) return true;
    auto original = records_.find(at->copy_of);
    at = original == records_.end() ? nullptr : &original->second;
  }
  return false;
}

void Oracle::judge_echoes(const std::string& code, const RecordHistory& record, const Side& local,
                          std::vector<std::string>& problems) const {
  if (record.doubted) return;
  const auto& shown = local.objects.find(code)->second;
  for (const auto& field : written_fields()) {
    const auto value = value_of(shown, field);
    const auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
    if (text && !typed_anywhere(record, field, *text)) {
      problems.push_back("S5 " + code + "." + field + ": local holds " + text_of(value) + ", which nobody typed");
    }
  }
}

void Oracle::judge_gone(const std::string& code, const RecordHistory& record,
                        const std::map<std::string, WriteIds>& log, bool excused,
                        std::vector<std::string>& problems) const {
  if (record.deletions.empty()) {
    problems.push_back("S4 " + code + " is gone and nobody deleted it");
  } else if (!excused && must_live(record, log)) {
    problems.push_back("S1 " + code + " is gone with an edit that no deleter had seen");
  }
}

void Oracle::judge_record(const std::string& code, const RecordHistory& record, const std::vector<Side>& sides,
                          const std::vector<Logged>& log, Deletions deletions,
                          std::vector<std::string>& problems) const {
  bool about_record = false;
  const auto lost = logged(code, log, about_record);
  std::string there;
  std::string missing;
  for (const auto& side : sides) {
    const auto copies = side.objects.count(code);
    if (copies > 1) problems.push_back("S2 " + code + " is " + std::to_string(copies) + " times in " + side.name);
    (copies > 0 ? there : missing) += " " + side.name;
  }
  if (there.empty()) {
    const bool excused = deletions == Deletions::delete_wins || (deletions == Deletions::ask && about_record);
    judge_gone(code, record, lost, excused, problems);
    return;
  }
  if (must_be_gone(record) && deletions != Deletions::ask) {
    problems.push_back("S3 " + code + " was deleted with everything known and is in" + there);
  }
  if (!missing.empty()) {
    problems.push_back("L1 " + code + " is in" + there + " and not in" + missing);
    return;
  }
  judge_values(code, record, sides, lost, problems);
  judge_echoes(code, record, sides.front(), problems);
}

std::vector<std::string> Oracle::judge(const std::vector<Side>& sides, const std::vector<Logged>& log,
                                       Deletions deletions, const std::set<std::string>& without) const {
  std::vector<std::string> problems;
  for (const auto& [code, record] : records_) {
    if (without.count(code) == 0) judge_record(code, record, sides, log, deletions, problems);
  }
  for (const auto& side : sides) {
    for (const auto& object : side.objects) {
      if (records_.count(object.first) == 0) {
        problems.push_back("S2 " + side.name + " holds \"" + object.first + "\", which nobody made");
      }
    }
  }
  return problems;
}

std::size_t Oracle::needless(const std::vector<Logged>& log) const {
  std::size_t count = 0;
  for (const auto& entry : log) {
    auto record = records_.find(entry.code);
    if (record == records_.end() || entry.field.empty()) continue;
    auto history = record->second.fields.find(entry.field);
    if (history == record->second.fields.end()) continue;
    bool found = false;
    for (const auto& one : entry.values) {
      for (const auto& other : entry.values) {
        if (!one || !other || *one == *other) continue;
        const auto below = numbers_in(*one);
        const auto above = closure(history->second, numbers_in(*other));
        found = found || std::includes(above.begin(), above.end(), below.begin(), below.end());
      }
    }
    count += found ? 1 : 0;
  }
  return count;
}

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
