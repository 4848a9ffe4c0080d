// What a test may do to the stand-in for Outlook from outside, besides what control.cpp does for all.
#include "connectors/emulators/outlook_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

http::Response Outlook::control(const ControlCall& call) {
  {
    const std::lock_guard lock(mutex_);
    if (auto answer = control_answer(call, state_->faults, state_->traffic)) return *answer;
  }
  if (call.is("POST", {"expire", "tokens"}))
    expire_tokens();
  else if (call.is("POST", {"expire", "cursors"}))
    expire_cursors();
  else if (call.is("POST", {"certificate"}))
    set_certificate(call.body);
  else if (call.is("POST", {"device"}))
    answer_device(call.parameter("user_code"), call.parameter("answer") == "yes");
  else
    return control_refused("not one of /sandbox's: " + call.method);
  return control_done();
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
