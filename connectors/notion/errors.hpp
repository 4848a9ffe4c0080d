#pragma once
// What an answer of Notion that is no success means to the engine: by the code in its body. Pure.
#include <string>

#include <fasti/error.hpp>

#include "connectors/http/transport.hpp"
#include "engine/base/clock.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

struct Refusal {
  std::string code;  ///< "validation_error"; empty when the body is none of Notion's
  std::string message;
  std::string reason;     ///< additional_data.rate_limit_reason
  std::string committed;  ///< additional_data.committed_resource_id: the write has happened all the same
  bool do_not_repeat = false;
};
Refusal read_refusal(const http::Response& response);

Error make_error(ErrorKind kind, std::string place, std::string message, std::string hint = "");
/// bad_reply: an answer of another shape than the documented one.
Error bad_shape(const std::string& why);
/// For an answer that is no success, or a success of the wrong shape.
Error answer_error(const http::Response& response, const std::string& what, const std::string& place, Instant now);
/// The page is in the trash, says the refusal of a write.
bool says_trashed(const Refusal& refusal);
/// A page cursor that Notion no longer knows.
bool says_stale_cursor(const Refusal& refusal);

/// Sending it again would repeat what may have been done, or what is refused for good, whatever the status says.
bool is_final(const http::Request& request, const http::Response& response);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
