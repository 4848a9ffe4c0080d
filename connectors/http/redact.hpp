#pragma once
// Keeps secrets out of log lines and messages. What is cut is replaced by "***".
#include <string>
#include <string_view>

namespace fasti {
inline namespace v1 {
namespace http {

/// Without userinfo, and without the values of query parameters that look like secrets.
std::string redact_url(std::string_view url);
/// The value to show for a header: "***" for those that carry credentials.
std::string redact_header(std::string_view name, std::string_view value);
/// Free text (a library's message, a server's answer): URLs as above, "Bearer x", "Basic x", "password=x" and the like.
std::string redact_text(std::string_view text);

}  // namespace http
}  // namespace v1
}  // namespace fasti
