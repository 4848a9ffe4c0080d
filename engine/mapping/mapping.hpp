#pragma once
// A mapping: lenses between a kind's fields and a provider's properties, read from a TOML file. Pure: no store, clock
// or network. decode(encode(x), x) = x for every value the provider can hold.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>
#include <fasti/record.hpp>

#include "engine/model/kind.hpp"
#include "engine/model/policy.hpp"

namespace fasti {
inline namespace v1 {

/// What references need to know about the other records. A view of values; the engine fills it from the store.
class ReferenceView {
 public:
  virtual ~ReferenceView() = default;
  /// Ids of the living records of a kind whose field has exactly this text.
  virtual std::vector<std::string> find(const std::string& kind, const std::string& field,
                                        const std::string& text) const = 0;
  virtual std::optional<Value> field(const std::string& kind, const std::string& id,
                                     const std::string& field) const = 0;
  /// For relations: the record's object on this connection, and back. nullopt: none (yet).
  virtual std::optional<std::string> remote_id(const std::string& kind, const std::string& id) const = 0;
  virtual std::optional<std::string> record_of(const std::string& kind, const std::string& remote_id) const = 0;
};

/// The keys that a provider adds to mapping files: at the root, and in a field's table.
struct ProviderKeys {
  std::vector<std::string> root;
  std::vector<std::string> field;
  std::vector<std::string> texts;  ///< at the root: each names a text field that goes into a property of that name
};

/// Knows nobody: for tests and kinds without references.
const ReferenceView& no_references();

/// One entry of a mapping: the fields and the properties that move together.
struct Lens {
  std::vector<std::string> fields;      ///< names (not paths); usually one; [venue, location] for LOCATION
  std::vector<std::string> properties;  ///< names; usually one
  Direction direction = Direction::both;
};

struct MappingProblem {
  std::string path;  ///< of the field or property
  std::string message;
  bool fatal = false;  ///< the object cannot be used: park it
};

class Mapping {
 public:
  struct Encoded {
    Properties properties;          ///< every mapped property that has a value, also for each occurrence (with what
                                    ///< it inherits: an unmoved occurrence's span is its key + the series' length)
    std::vector<std::string> owed;  ///< property paths left out because a referenced record has no object there yet
    std::vector<MappingProblem> problems;
  };
  struct Decoded {
    Fields fields;  ///< every mapped field, nullopt where the object has none; occurrences only where they differ
    std::vector<MappingProblem> problems;
  };

  virtual ~Mapping() = default;
  virtual const std::string& name() const = 0;
  virtual const std::string& kind() const = 0;
  virtual const std::string& provider() const = 0;
  virtual const std::vector<Lens>& lenses() const = 0;
  /// Fields of first-contact matching: "title", "when.start" (rule 17). Empty: no matching.
  virtual const std::vector<std::string>& match() const = 0;
  /// Changes whenever a change of the file could change what encode or decode give (rule 28).
  virtual const std::string& hash() const = 0;

  /// The properties as a provider has to know them (Connector::prepare).
  virtual std::vector<PropertyUse> uses() const { return {}; }
  /// Keys at its root that only its provider knows, as text.
  virtual const std::map<std::string, std::string>& options() const;

  /// to_remote and both lenses only. A value the provider cannot hold at all is a problem, not a silent loss.
  virtual Encoded encode(const Record& record, const ReferenceView& references) const = 0;
  /// `current` is the complement: what the provider cannot hold (zone, seconds, …) comes from there (rule 2).
  /// from_remote and both lenses only, unless `every_direction`.
  virtual Decoded decode(const Properties& properties, const Record* current, const ReferenceView& references,
                         bool every_direction = false) const = 0;
};

/// Reads mapping text; `parent` is what `extends` names. Errors carry "file:line:column".
Result<std::shared_ptr<const Mapping>> parse_mapping(const std::string& file, const std::string& text, const Kind& kind,
                                                     const std::vector<PropertyInfo>& provider_properties,
                                                     const std::string* parent_text);

/// The laws on generated values and on the given records: one line for each breach (`fasti check`).
std::vector<MappingProblem> check_laws(const Mapping& mapping, const Kind& kind, const std::vector<Record>& records,
                                       const ReferenceView& references, std::uint64_t seed);

}  // namespace v1
}  // namespace fasti
