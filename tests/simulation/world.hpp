#pragma once
// Plays a script: one store, a few providers that lie, people who type anywhere at any time, crashes. Afterwards the
// faults end, the world must come to rest, and the oracle judges it.
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/script.hpp"
#include "tests/simulation/users.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {

struct Verdict {
  std::vector<std::string> problems;
  std::vector<std::string> story;
  std::string trace;  ///< fingerprint of everything that happened
  std::array<std::uint64_t, support::kFaults> faults{};
  std::size_t needless = 0;
  std::size_t conflicts = 0;
  std::size_t rounds = 0;  ///< runs until the world was at rest
  std::size_t guards = 0;
};

class World {
 public:
  World(const Script& script, bool with_story);
  Verdict play();

 private:
  using Place = support::Stage::Place;
  using SeededRandom = support::SeededRandom;

  void build();
  void add_place(std::size_t number, SeededRandom& random);
  KindPolicy draw_policy(SeededRandom& random);
  void watch(Place& place);
  void arm_crash(SeededRandom& random);
  void count_down(bool commit, const std::string& where);

  void perform(const Op& op);
  void perform_by_users(const Op& op, SeededRandom& random);
  void perform_in_world(const Op& op, SeededRandom& random);
  bool perform_by_engine(const Op& op, SeededRandom& random);

  /// Runs the engine; an approved run may delete what the guard would hold.
  template <class F>
  std::optional<RunReport> run(const std::string& what, bool approved, F act);
  void heed(const std::string& what, const Result<RunReport>& report);
  std::optional<RunReport> sync(const std::vector<std::string>& only = {});
  void plan(bool apply);
  void approve();
  void remember_sizes();
  void check_guard(const std::string& what);
  void note_doubts();
  void judge_write(const Place& place, const WriteRequest& request);

  void come_to_rest();
  /// While some objects cannot be read, the others meet all the same (S14); afterwards they can.
  void judge_isolation();
  Oracle::Deletions deletions() const;
  void judge();
  /// Sync, then roll back that run where its edits were made, too: the state before (S10, rule 30).
  void judge_rollback();
  std::vector<Oracle::Side> sides();
  std::vector<Oracle::Logged> log();
  std::string state_text(bool with_history);

  void tell(const std::string& line);
  void fail(const std::string& problem);

  const Script& script_;
  const bool with_story_;
  support::Stage stage_;
  Oracle oracle_;
  Users users_;
  Verdict verdict_;
  support::Fingerprint trace_;
  DeletePolicy deletions_ = DeletePolicy::edit_wins;
  bool running_ = false;
  bool rolling_back_ = false;
  int crash_in_ = 0;  ///< steps until the process ends; 0: it does not
  bool crash_at_commit_ = false;
  int calls_in_run_ = 0;
  std::string held_run_;
  std::size_t answers_ = 0;
  struct Size {
    std::size_t records = 0;
    std::size_t history = 0;
  };
  std::map<std::string, Size> sizes_;
};

Verdict play(const Script& script, bool with_story);

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
