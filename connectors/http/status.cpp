#include "connectors/http/status.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace fasti {
inline namespace v1 {
namespace http {
namespace {

struct Row {
  int status;
  ErrorKind kind;
  const char* name;
};

constexpr std::array kTable = {
    Row{400, ErrorKind::rejected, "Bad Request"},
    Row{401, ErrorKind::unauthenticated, "Unauthorized"},
    Row{402, ErrorKind::forbidden, "Payment Required"},
    Row{403, ErrorKind::forbidden, "Forbidden"},
    Row{404, ErrorKind::not_found, "Not Found"},
    Row{405, ErrorKind::unsupported, "Method Not Allowed"},
    Row{406, ErrorKind::unsupported, "Not Acceptable"},
    Row{407, ErrorKind::unauthenticated, "Proxy Authentication Required"},
    Row{408, ErrorKind::transient, "Request Timeout"},
    Row{409, ErrorKind::precondition_failed, "Conflict"},
    Row{410, ErrorKind::not_found, "Gone"},
    Row{411, ErrorKind::rejected, "Length Required"},
    Row{412, ErrorKind::precondition_failed, "Precondition Failed"},
    Row{413, ErrorKind::rejected, "Content Too Large"},
    Row{414, ErrorKind::rejected, "URI Too Long"},
    Row{415, ErrorKind::rejected, "Unsupported Media Type"},
    Row{422, ErrorKind::rejected, "Unprocessable Content"},
    Row{423, ErrorKind::transient, "Locked"},
    Row{424, ErrorKind::rejected, "Failed Dependency"},
    Row{425, ErrorKind::transient, "Too Early"},
    Row{428, ErrorKind::rejected, "Precondition Required"},
    Row{429, ErrorKind::rate_limited, "Too Many Requests"},
    Row{500, ErrorKind::transient, "Internal Server Error"},
    Row{501, ErrorKind::unsupported, "Not Implemented"},
    Row{502, ErrorKind::transient, "Bad Gateway"},
    Row{503, ErrorKind::transient, "Service Unavailable"},
    Row{504, ErrorKind::transient, "Gateway Timeout"},
    Row{505, ErrorKind::unsupported, "HTTP Version Not Supported"},
    Row{507, ErrorKind::transient, "Insufficient Storage"},
    Row{529, ErrorKind::rate_limited, "Overloaded"},
};

const Row* find_row(int status) {
  const auto* row = std::find_if(kTable.begin(), kTable.end(), [&](const Row& r) { return r.status == status; });
  return row == kTable.end() ? nullptr : row;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", the only form that servers may send.
std::optional<std::chrono::sys_seconds> http_date(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(25) != " GMT" || text[19] != ':' || text[22] != ':') return std::nullopt;
  const auto month = kMonths.find(text.substr(8, 3));
  const auto day = number(text.substr(5, 2));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute || !second)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
         std::chrono::seconds{*second};
}

std::string hint_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unauthenticated:
      return "check username, password or token of this connection, then: fasti check --online";
    case ErrorKind::forbidden:
      return "ask for access to this collection, or use another account";
    default:
      return "";
  }
}

}  // namespace

bool is_success(int status) { return status >= 200 && status < 300; }

ErrorKind kind_of_status(int status) {
  if (const Row* row = find_row(status)) return row->kind;
  if (status >= 500) return ErrorKind::transient;
  if (status >= 400) return ErrorKind::rejected;
  return ErrorKind::bad_reply;
}

std::string status_text(int status) {
  const Row* row = find_row(status);
  return std::to_string(status) + (row ? std::string(" ") + row->name : std::string());
}

std::optional<std::chrono::seconds> retry_after(const Headers& headers, Instant now) {
  const auto value = header(headers, "Retry-After");
  if (!value) return std::nullopt;
  if (const auto seconds = number(*value)) return std::chrono::seconds{std::max(*seconds, 0)};
  const auto date = http_date(*value);
  if (!date) return std::nullopt;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*date - now);
  return std::max(wait, std::chrono::seconds{0});
}

Error status_error(const Response& response, const std::string& what, Instant now) {
  Error error;
  error.kind = kind_of_status(response.status);
  error.message = what + ": " + status_text(response.status);
  error.retry_after = retry_after(response.headers, now);
  if (response.status == 503 && error.retry_after) error.kind = ErrorKind::rate_limited;
  error.hint = hint_for(error.kind);
  return error;
}

}  // namespace http
}  // namespace v1
}  // namespace fasti
