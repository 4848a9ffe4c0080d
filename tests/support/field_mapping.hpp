#pragma once
// A mapping made in code: each field to one property, as it is; times may be declared to be whole minutes only, a
// reference becomes the id of the other record's object. Occurrences inherit from their series.
#include <string>
#include <vector>

#include "engine/mapping/mapping.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

struct FieldPair {
  std::string field;
  std::string property;
  Direction direction = Direction::both;
};

class FieldMapping final : public Mapping {
 public:
  enum class Times { exact, minutes };
  FieldMapping(std::string provider, std::string kind, std::vector<FieldPair> pairs, Times times,
               std::vector<std::string> match = {});

  const std::string& name() const override { return name_; }
  const std::string& kind() const override { return kind_; }
  const std::string& provider() const override { return provider_; }
  const std::vector<Lens>& lenses() const override { return lenses_; }
  const std::vector<std::string>& match() const override { return match_; }
  const std::string& hash() const override { return hash_; }

  Encoded encode(const Record& record, const ReferenceView& references) const override;
  Decoded decode(const Properties& properties, const Record* current, const ReferenceView& references,
                 bool every_direction) const override;

 private:
  struct Parts;
  Value encoded(const Value& value) const;
  std::optional<Value> encoded(const Value& value, const std::string& path, const ReferenceView& references,
                               Encoded& out) const;
  static std::optional<Value> decoded(const Value& value, const ReferenceView& references);

  std::string name_;
  std::string kind_;
  std::string provider_;
  std::string hash_;
  std::vector<FieldPair> pairs_;
  Times times_;
  std::vector<Lens> lenses_;
  std::vector<std::string> match_;
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
