#include "engine/model/policy.hpp"

namespace fasti {
inline namespace v1 {

std::string describe(const Policy& policy) {
  switch (policy.type) {
    case Policy::Type::latest:
      return "latest";
    case Policy::Type::ask:
      return "ask";
    case Policy::Type::keep_both:
      return "keep_both";
    case Policy::Type::prefer:
      return "prefer " + policy.prefer;
    case Policy::Type::set_union:
      return "union";
    case Policy::Type::custom:
      return "custom " + policy.custom;
    case Policy::Type::priority:
      break;
  }
  std::string text = "priority ";
  for (std::size_t i = 0; i < policy.priority.size(); ++i) text += (i ? ", " : "") + policy.priority[i];
  return text;
}

}  // namespace v1
}  // namespace fasti
