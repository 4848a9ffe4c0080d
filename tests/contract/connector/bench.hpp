#pragma once
// What the connector contract needs to know of a provider: the connector under test and what people can do behind its
// back. Each connector adds one subclass and one line in benches().
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

namespace fasti {
inline namespace v1 {
namespace contract {

class Bench {
 public:
  virtual ~Bench() = default;
  virtual Connector& connector() = 0;
  /// A fresh collection without objects; its id.
  virtual std::string empty_collection() = 0;
  virtual void drop_collection(const std::string& collection) = 0;

  virtual std::string person_creates(const std::string& collection, const std::string& title) = 0;
  virtual void person_renames(const std::string& collection, const std::string& id, const std::string& title) = 0;
  virtual void person_deletes(const std::string& collection, const std::string& id) = 0;
  /// The title as people see it; nullopt when the object is not there.
  virtual std::optional<std::string> person_sees(const std::string& collection, const std::string& id) = 0;
  /// Makes an object that cannot be read. False where that cannot happen.
  virtual bool person_breaks(const std::string& collection, const std::string& id) = 0;

  virtual std::string title_property() const = 0;
  /// All properties of a new object.
  virtual Properties event(const std::string& title) const = 0;
  /// Gives the second occurrence of a weekly series a title of its own, in `set`; its part. Empty where a provider
  /// has no series.
  virtual std::string add_override(Properties& set, const std::string& title) const = 0;
  /// Lets the provider's visibility lag pass.
  virtual void wait() {}
};

struct Candidate {
  std::string name;
  std::function<std::unique_ptr<Bench>()> make;  ///< nullptr: not available here
};

std::vector<Candidate> benches();

}  // namespace contract
}  // namespace v1
}  // namespace fasti
