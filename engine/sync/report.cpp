#include <fasti/report.hpp>

namespace fasti {
inline namespace v1 {

const char* name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::waiting:
      return "waiting";
    case Outcome::held:
      return "held";
    case Outcome::partial:
      return "partial";
    case Outcome::failed:
      return "failed";
  }
  return "failed";
}

int RunReport::exit_code() const noexcept {
  switch (outcome) {
    case Outcome::ok:
      return 0;
    case Outcome::waiting:
      return 3;
    case Outcome::held:
      return 4;
    case Outcome::partial:
      return 5;
    case Outcome::failed:
      return 1;
  }
  return 1;
}

}  // namespace v1
}  // namespace fasti
