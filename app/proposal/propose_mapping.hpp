#pragma once
// A mapping that a person can start from: a kind's fields paired with what a collection has, by type and by the names
// that people give such things. Pure.
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

struct ProposedField {
  std::string field;
  std::string property;
  bool read_only = false;
  std::vector<std::pair<std::string, std::string>> values;  ///< ours, theirs
  std::vector<std::string> unmatched;                       ///< of theirs, that no value of ours means
};

struct Proposal {
  std::vector<ProposedField> fields;  ///< in the order of the kind
  std::vector<PropertyInfo> left;     ///< properties that no field is for
};
Proposal pair_fields(const Kind& kind, const std::vector<PropertyInfo>& properties);

/// The mapping file.
std::string mapping_text(const Kind& kind, const std::string& provider, const Proposal& proposal,
                         const std::string& source);

}  // namespace app
}  // namespace v1
}  // namespace fasti
