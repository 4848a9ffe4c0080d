#pragma once
// A small language for stories: world.side("alpha").set("r1", "title", "Final (moved)"); world.sync(); and what every
// side holds afterwards. Records are called by their "code", which never changes; times pass between the deeds.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/stage.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

using FieldValues = std::map<std::string, Value>;

/// "2026-06-11T13:00:30" and an hour (or as long as said), in a zone.
Span span_at(const std::string& start, const std::string& zone, std::chrono::seconds length = std::chrono::hours(1));

/// A provider's collection as people see it.
class Side {
 public:
  Side(Stage& stage, std::string target) : stage_(&stage), target_(std::move(target)) {}

  std::string create(const std::string& code, FieldValues fields, const std::string& uid = {});
  void set(const std::string& code, const std::string& field, const std::optional<Value>& value);
  void remove(const std::string& code);
  /// A duplicate with another code, marker and all.
  void copy(const std::string& code, const std::string& new_code);
  void move(const std::string& code, const Side& to);
  void restore(const std::string& code);
  void set_unreadable(const std::string& code, bool unreadable);

  /// The value as text; "(none)" without one, "(no object)" without the object.
  std::string get(const std::string& code, const std::string& field) const;
  bool has(const std::string& code) const { return count(code) > 0; }
  std::size_t count(const std::string& code) const;
  std::size_t size() const;
  const FakeObject* object(const std::string& code) const;
  /// Writes that the engine made here so far.
  std::size_t writes() const;
  FakeProvider& provider() { return *stage_->place(target_).provider; }
  WatchedConnector& connector() { return *stage_->place(target_).connector; }
  const std::string& target() const { return target_; }

 private:
  std::string id_of(const std::string& code) const;
  Stage* stage_;
  std::string target_;
};

class Scenario {
 public:
  explicit Scenario(KindPolicy policy = {});
  /// A target of its own connection; its name is the target's.
  Side& add(const std::string& name, Nature nature, std::vector<std::string> match = {});
  /// Another collection of a connection that is there.
  Side& add_beside(const std::string& name, const std::string& connection, std::vector<std::string> match = {});
  Side& side(const std::string& name) { return sides_.at(name); }
  Stage& stage() { return stage_; }

  // The app.
  void put(const std::string& code, const FieldValues& fields);
  void set(const std::string& code, const std::string& field, const std::optional<Value>& value);
  void remove(const std::string& code);
  std::string get(const std::string& code, const std::string& field);
  bool has(const std::string& code);
  std::size_t size();
  std::string record_id(const std::string& code);

  // Runs. A failing one fails the test.
  RunReport sync(std::vector<std::string> only = {});
  RunReport resync();
  RunReport plan();
  RunReport approve(const RunReport& held);
  RunReport rollback(const std::string& run, bool origin = false);
  Result<RunReport> apply(const std::vector<Step>& steps);
  /// The process ends at the n-th commit or provider call of the next run, counted from 1.
  void crash_at_commit(int number);
  void crash_at_call(int number);
  /// Runs until nothing is left to do; the number of runs it took. Held targets are approved.
  int settle();

  std::vector<ConflictInfo> conflicts(bool open_only = true);
  Status resolve(const ConflictInfo& conflict, const std::string& take);
  void wait(std::chrono::seconds time) { stage_.clock().advance(time); }
  std::size_t writes() const { return stage_.engine_writes(); }

 private:
  RunReport run(const std::string& what, const std::function<Result<RunReport>(sync::Engine&)>& act);
  std::optional<Record> find(const std::string& code);
  void arm();

  Stage stage_;
  std::map<std::string, Side> sides_;
  int crash_commit_ = 0;
  int crash_call_ = 0;
};

/// One line for each step: "alpha: update Final [title] because edit".
std::string plan_text(const RunReport& report);
const TargetReport& report_of(const RunReport& report, const std::string& target);

}  // namespace support
}  // namespace v1
}  // namespace fasti
