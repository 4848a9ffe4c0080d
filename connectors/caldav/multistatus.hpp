#pragma once
// What WebDAV servers answer in XML (RFC 4918, 4791, 6578), as plain values. The only reader of XML; namespaces are
// resolved here, since every server has its own prefixes. Not for deciding what an answer means.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/error.hpp>

namespace fasti {
inline namespace v1 {
namespace caldav {

/// A DAV:error element: the violated precondition (local name, "no-uid-conflict"), the href it names, what it says.
struct DavError {
  std::string condition;
  std::string href;
  std::string text;
};

/// One DAV:response. Properties are those that the server answered with 200.
struct DavResponse {
  std::string href;
  int status = 0;  ///< of the response as a whole; 0 when it has propstats
  DavError error;
  int failed_status = 0;  ///< of a propstat that is no success; 0 when there is none
  std::optional<std::string> etag;
  std::optional<std::string> calendar_data;
  std::optional<std::string> ctag;
  std::string display_name;
  std::string principal;           ///< current-user-principal
  std::vector<std::string> homes;  ///< calendar-home-set
  bool collection = false;
  bool calendar = false;
  std::vector<std::string> components;                 ///< supported-calendar-component-set
  std::optional<std::vector<std::string>> privileges;  ///< current-user-privilege-set, local names
};

struct Multistatus {
  std::vector<DavResponse> responses;
  std::string sync_token;
};

/// bad_reply when it is not a whole DAV:multistatus.
Result<Multistatus> parse_multistatus(std::string body);
/// Of an error body; empty when it is none (servers also answer in plain text or HTML).
DavError parse_error(std::string_view body);

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
