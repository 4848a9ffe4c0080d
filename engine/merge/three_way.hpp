#pragma once
// The three-way merge of one record with all of its remote objects: who changed what since the base, what the record
// becomes, which conflicts that settles or leaves open. Pure: values in, values out; no store, clock, log or connector.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fasti/connector.hpp>
#include <fasti/record.hpp>
#include <fasti/strategy.hpp>

#include "engine/model/kind.hpp"
#include "engine/model/policy.hpp"

namespace fasti {
inline namespace v1 {
namespace merge {

/// Fields that merge as one: a group of a kind, in one part of a series. `field` is the group's name.
struct Unit {
  std::string field;
  std::string part;
  auto operator<=>(const Unit&) const = default;
  std::string path() const { return make_path(field, part); }
};

/// The fields and properties that one lens joins, with the direction that counts in this target.
struct Pairing {
  std::vector<std::string> fields;
  std::vector<std::string> properties;
  Direction direction = Direction::both;
};

/// One link as the merge sees it. Changes are decided in the provider's form only (rule 2).
struct Remote {
  std::string target;
  std::string sync;
  bool base_present = false;
  bool seen_present = false;
  bool created = false;    ///< by us: without a base it is a write of ours whose reply was lost, not an edit
  bool may_delete = true;  ///< false where edits only flow out: a vanished object is put back
  Properties sent;
  Properties stored;
  Properties seen;
  Properties encoded;  ///< encode(local)
  Fields decoded;      ///< decode(seen) with local as the complement
  /// decode(stored) with local as the complement: what conflicts show as the base. Asked for by the first conflict.
  std::function<Fields()> read_base;
  std::vector<Pairing> pairings;
  std::function<Properties(const Record&)> encode;
  const KindPolicy* policy = nullptr;  ///< the sync's own, narrower one (rule 7)
  Instant seen_after{};
  Instant seen_until{};
};

struct LocalStamp {
  std::string origin;  ///< "local" or the name of a target
  std::string sync;    ///< of that target; "local" otherwise
  Instant after{};
  Instant until{};
  bool derived = false;
  bool re_anchored = false;  ///< the value is as it was; a change of the zone data moved its instants
};

struct Input {
  const Kind* kind = nullptr;
  const KindPolicy* policy = nullptr;
  const std::map<std::string, Strategy>* strategies = nullptr;
  Record local;
  std::map<std::string, LocalStamp> stamps;  ///< by path
  std::vector<Remote> remotes;               ///< in the order of fasti.toml
  std::set<std::string> frozen;              ///< unit paths (and "" for existence) that wait for an answer
  bool missing = false;                      ///< some target that should have the record has no object of it
};

/// What became of a contest. Existence is the empty field.
struct Conflict {
  Unit unit;
  std::string field;  ///< the one field of the unit that differs, else the unit's
  std::optional<Value> base;
  std::optional<Value> local;
  std::map<std::string, std::optional<Value>> remotes;  ///< contenders only
  std::string strategy;
  std::string winner;               ///< side; empty: left open
  std::vector<std::string> losers;  ///< sides whose value did not win
};

/// A copy of the record that `keep_both` makes: the loser's values over the winner's (rule 12).
struct Copy {
  std::string of_side;
  std::set<Unit> units;
  Record record;  ///< id is empty: the engine derives it from the conflict
};

struct Output {
  Record merged;                       ///< merged.deleted: gone everywhere
  bool frozen_existence = false;       ///< nothing of this record moves
  std::set<Unit> frozen;               ///< units left open
  std::vector<std::set<Unit>> agreed;  ///< per remote: units whose seen value is what won; re-based without a write
  std::vector<Conflict> conflicts;
  std::vector<Copy> copies;
  std::map<std::string, std::size_t> taken_from;  ///< changed local path -> index of the remote it came from
  std::optional<std::size_t> deleted_by;          ///< the remote whose deletion won
  bool revived = false;                           ///< a tombstone came back to life
};

Output merge_record(const Input& input);

}  // namespace merge
}  // namespace v1
}  // namespace fasti
