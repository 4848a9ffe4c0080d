#include "connectors/emulators/faults.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

Faults::Faults(Random& random, std::vector<std::string_view> names) : random_(random) {
  for (const auto name : names) faults_.emplace(std::string(name), One{});
}

bool Faults::set(std::string_view name, double probability) {
  const auto found = faults_.find(name);
  if (found == faults_.end()) return false;
  found->second.probability = probability;
  return true;
}

bool Faults::force(std::string_view name, int times) {
  const auto found = faults_.find(name);
  if (found == faults_.end()) return false;
  found->second.forced += times;
  return true;
}

std::vector<std::string> Faults::names() const {
  std::vector<std::string> out;
  for (const auto& fault : faults_) out.push_back(fault.first);
  return out;
}

bool Faults::strikes(std::string_view name) {
  const auto found = faults_.find(name);
  if (found == faults_.end() || quiet_) return false;
  One& fault = found->second;
  if (fault.forced > 0) {
    --fault.forced;
    ++fault.count;
    return true;
  }
  if (fault.probability <= 0) return false;
  if (static_cast<double>(random_.next() >> 11U) * 0x1.0p-53 >= fault.probability) return false;
  ++fault.count;
  return true;
}

std::uint64_t Faults::counted(std::string_view name) const {
  const auto found = faults_.find(name);
  return found == faults_.end() ? 0 : found->second.count;
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
