#pragma once
// What a run would do, each step with its cause and a why. A plan is a claim to compare with, never executed (rule 25).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fasti {
inline namespace v1 {

struct Step {
  std::string target;  ///< a target's name, or "local"
  std::string record;
  std::string kind;
  std::string label;                ///< what people call the record
  std::string op;                   ///< create | update | delete | adopt
  std::vector<std::string> fields;  ///< paths, sorted; all of them for a create
  std::string cause;                ///< edit | delete | first_contact | remap | resolve | rollback | owed
  std::string why;                  ///< one sentence: who changed what where, by which rule it is carried
  std::string digest;               ///< of what would be written: two plans agree on a step iff all members agree
  bool unprotected = false;         ///< the provider has no precondition (rule 23)
  bool operator==(const Step&) const = default;
};

}  // namespace v1
}  // namespace fasti
