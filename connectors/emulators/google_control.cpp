// What a test may do to the stand-in for Google from outside, besides what control.cpp does for all.
#include "connectors/emulators/google_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

http::Response Google::control(const ControlCall& call) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (auto answer = control_answer(call, state_->faults, state_->traffic)) return *answer;
    if (const auto calendar = call.parameter("calendar"); !calendar.empty() && state_->calendars.count(calendar) == 0)
      return control_refused("no calendar has the id " + calendar);
  }
  if (call.is("POST", {"expire", "tokens"}))
    expire_access_tokens();
  else if (call.is("POST", {"expire", "cursors"}))
    expire_sync_tokens(call.parameter("calendar"));
  else if (call.is("POST", {"users"}))
    add_user(call.parameter("email"), call.parameter("zone"));
  else if (call.is("POST", {"tokens"}))
    add_token(call.parameter("token"), call.parameter("email"), call.parameter("scope"));
  else if (call.is("POST", {"service-accounts"}))
    add_service_account(call.parameter("email"), call.body, call.parameter("delegated") == "true");
  else if (call.is("POST", {"clients"}))
    add_client(call.parameter("id"), call.parameter("secret"));
  else if (call.is("POST", {"roles"}))
    share(call.parameter("calendar"), call.parameter("email"), call.parameter("role"));
  else
    return control_refused("not one of /sandbox's: " + call.method);
  return control_done();
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
