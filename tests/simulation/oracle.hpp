#pragma once
// The independent judge of a simulated world, written from the rules and the invariants S1-S4 and L1 alone; it shares
// no code with the engine. Every value a user writes carries the number of its write, and the oracle remembers what
// the writer had in front of him: so it knows for any two values which was made on top of the other.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fasti/record.hpp>

#include "tests/support/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {

using WriteId = int;
using WriteIds = std::set<WriteId>;

/// The fields users write in the simulation; "code" names the record and never changes.
const std::vector<std::string>& written_fields();
Value make_value(const std::string& field, WriteId write, const std::optional<Value>& current,
                 support::SeededRandom& random);

class Oracle {
 public:
  /// A user writes a field while seeing `current`; the number to put into the value.
  WriteId write(const std::string& code, const std::string& field, const std::optional<Value>& current);
  /// The same for a field of something new: nothing was in front of anybody.
  WriteId begin(const std::string& code, const std::string& field);
  /// What the user wrote is nothing: the field was emptied.
  void cleared(const std::string& code, const std::string& field, WriteId write) {
    records_[code].fields[field].clears.insert(write);
  }
  /// A reply about this record was lost: what the provider made of our write may look like an edit from then on.
  void doubt(const std::string& code) { records_[code].doubted = true; }
  void create(const std::string& code) { records_[code]; }
  /// A duplicate carries the marker of its original; where the original is gone, it may be taken for it, moved (rule
  /// 18), and then what was typed there flows into it.
  void copy(const std::string& original, const std::string& code) { records_[code].copy_of = original; }
  /// The text as it was typed, in the form that its side keeps. What no user typed is an echo (S5).
  void typed(const std::string& code, const std::string& field, const Value& value);
  /// Whether the engine can know what the deleter saw: while a write is in doubt (its reply was lost) and its object is
  /// deleted, it looks as if the write had never arrived. A create is made again; an update counts as an edit that the
  /// deleter did not know.
  enum class Awareness { known, in_doubt };
  /// A user deletes the object that shows these values.
  void erase(const std::string& code, const std::map<std::string, Value>& shown, Awareness awareness);
  /// A write between the re-read and the write of a provider without preconditions was overwritten by the engine: no
  /// engine could have seen it (rule 23, `unprotected`).
  void overwritten(const std::string& code, const std::string& field, WriteId write);

  /// `after` holds nothing that `before` was not made on top of: writing it over `before` takes edits back.
  bool takes_back(const std::string& code, const std::string& field, const std::optional<Value>& before,
                  const std::optional<Value>& after) const;

  /// What one side holds in the end. `form` is what it would store for a value of the local record.
  struct Side {
    std::string name;
    std::function<Value(const Value&)> form;
    std::multimap<std::string, std::map<std::string, Value>> objects;  ///< by code
  };
  /// A conflict as the engine logged it; an empty field: about the whole record.
  struct Logged {
    std::string code;
    std::string field;
    std::vector<std::optional<Value>> values;
  };
  enum class Deletions { edit_wins, delete_wins, ask };

  /// One line for each breach. `sides` starts with local; nothing is said about the records in `without`.
  std::vector<std::string> judge(const std::vector<Side>& sides, const std::vector<Logged>& log, Deletions deletions,
                                 const std::set<std::string>& without = {}) const;
  /// Conflicts between a value and one that was made on top of it.
  std::size_t needless(const std::vector<Logged>& log) const;
  std::size_t writes() const { return static_cast<std::size_t>(last_); }

 private:
  struct History {
    std::map<WriteId, WriteIds> seen;  ///< what the writer of each write had in front of him, transitively
    WriteIds clears;
    WriteIds on_nothing;   ///< writes of users who saw the field empty
    WriteIds unprotected;  ///< overwritten where nothing could protect them
    std::set<std::string> typed;
  };
  struct Deletion {
    std::map<std::string, WriteIds> known;  ///< what the deleter knew
    std::set<std::string> empty;            ///< fields without a value there
    Awareness awareness = Awareness::known;
  };
  struct RecordHistory {
    std::map<std::string, History> fields;
    std::vector<Deletion> deletions;
    std::string copy_of;
    bool doubted = false;
  };

  WriteIds in(const History& history, const std::string& field, const std::optional<Value>& value) const;
  WriteIds closure(const History& history, const WriteIds& writes) const;
  std::map<std::string, WriteIds> logged(const std::string& code, const std::vector<Logged>& log,
                                         bool& about_record) const;
  void judge_record(const std::string& code, const RecordHistory& record, const std::vector<Side>& sides,
                    const std::vector<Logged>& log, Deletions deletions, std::vector<std::string>& problems) const;
  bool must_live(const RecordHistory& record, const std::map<std::string, WriteIds>& log) const;
  bool must_be_gone(const RecordHistory& record) const;
  bool typed_anywhere(const RecordHistory& record, const std::string& field, const std::string& text) const;
  WriteIds excused(const History& history, const WriteIds& safe) const;
  void judge_echoes(const std::string& code, const RecordHistory& record, const Side& local,
                    std::vector<std::string>& problems) const;
  void judge_values(const std::string& code, const RecordHistory& record, const std::vector<Side>& sides,
                    const std::map<std::string, WriteIds>& log, std::vector<std::string>& problems) const;
  void judge_gone(const std::string& code, const RecordHistory& record, const std::map<std::string, WriteIds>& log,
                  bool excused, std::vector<std::string>& problems) const;

  std::map<std::string, RecordHistory> records_;
  WriteId last_ = 0;
};

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
