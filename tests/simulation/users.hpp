#pragma once
// The people of a simulated world: they type into the app and at the providers, and every write is told to the oracle.
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "tests/simulation/oracle.hpp"
#include "tests/support/stage.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {

class Users {
 public:
  using Place = support::Stage::Place;
  using Tell = std::function<void(const std::string&)>;
  Users(support::Stage& stage, Oracle& oracle, Tell tell) : stage_(stage), oracle_(oracle), tell_(std::move(tell)) {}

  void edit_anywhere(support::SeededRandom& random);
  void edit_local(support::SeededRandom& random);
  void create_local(support::SeededRandom& random);
  void delete_local(support::SeededRandom& random);
  /// `id` empty: any object.
  void edit_remote(Place& place, support::SeededRandom& random, const std::string& id = {});
  /// Types into the object that a write is on its way to, at a provider that cannot protect it (rule 23).
  void edit_before_write(Place& place, support::SeededRandom& random, const WriteRequest& request);
  void create_remote(Place& place, support::SeededRandom& random);
  void delete_remote(Place& place, support::SeededRandom& random);
  void copy_remote(Place& place, support::SeededRandom& random);
  void mass_delete(Place& place, support::SeededRandom& random);
  /// An object that Fasti cannot read for a while; nobody types into it then.
  void break_remote(Place& place, support::SeededRandom& random);
  void mend_remote(Place& place, support::SeededRandom& random);
  /// The codes of what cannot be read now.
  std::set<std::string> broken() const;
  void mend_all();
  /// Answers one open conflict; false when there is none.
  bool resolve_one(support::SeededRandom& random);

  /// The app's process ended: it connects again when it is next needed.
  void restart() { app_.reset(); }
  /// True while a user's own write goes on: no crash is wanted then.
  bool busy() const { return busy_; }
  /// Between a re-read and its write a provider without preconditions cannot protect anybody (rule 23): there only
  /// edit_before_write types, which knows what is overwritten.
  void keep_out_of(const support::FakeProvider* provider) { closed_ = provider; }
  std::size_t deeds() const { return deeds_; }

 private:
  sync::Engine& app();
  std::vector<const support::FakeObject*> editable(const Place& place) const;
  std::string fresh_code() { return "r" + std::to_string(++codes_); }
  void erase_remote(Place& place, const support::FakeObject& object);
  struct Typed {
    std::string code;
    std::string field;
    WriteId write = 0;
  };
  Typed type_into(Place& place, const support::FakeObject& object, support::SeededRandom& random);
  Value begin(const std::string& code, const std::string& field, const Place* place, support::SeededRandom& random);
  bool in_doubt(const Place& place, const std::string& id) const;

  support::Stage& stage_;
  Oracle& oracle_;
  Tell tell_;
  support::SeededRandom app_random_{99};
  std::unique_ptr<sync::Engine> app_;
  const support::FakeProvider* closed_ = nullptr;
  bool busy_ = false;
  int codes_ = 0;
  std::size_t deeds_ = 0;
};

/// Fields of a record, or properties of an object, that have a value: by field name.
std::map<std::string, Value> shown_fields(const Fields& fields);
std::map<std::string, Value> shown_fields(const Properties& properties);
std::string property_of(const std::string& field);
std::string code_in(const std::map<std::string, Value>& shown);

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
