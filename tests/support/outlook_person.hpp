#pragma once
// A person at Outlook: plain HTTP against the stand-in, sharing nothing with the connector. No fault strikes them.
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "connectors/emulators/outlook.hpp"
#include "connectors/http/token_source.hpp"
#include "connectors/http/url.hpp"
#include "connectors/outlook/settings.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

/// A fresh token whenever the last one was refused.
class OutlookTokens final : public http::TokenSource {
 public:
  explicit OutlookTokens(emulators::Outlook& server) : server_(server) {}
  Result<Secret> token(const Secret& refused, std::stop_token) override {
    if (token_.empty() || token_ == refused.reveal()) token_ = server_.issue_token();
    return Secret(token_);
  }

 private:
  emulators::Outlook& server_;
  std::string token_;
};

inline outlook::Settings outlook_settings(emulators::Outlook& server) {
  outlook::Settings out;
  out.session.url = http::parse_url("https://graph.microsoft.com/v1.0/").value();
  out.session.past = std::chrono::days(60);
  out.session.future = std::chrono::days(400);
  out.client.name = "office";
  out.client.retry.base = std::chrono::milliseconds(1);
  out.client.tokens = std::make_shared<OutlookTokens>(server);
  return out;
}

class OutlookPerson {
 public:
  explicit OutlookPerson(emulators::Outlook& server) : server_(server) {}

  http::Response asks(const std::string& method, const std::string& path, const std::string& body = {},
                      const http::Headers& headers = {}) {
    server_.faults().set_quiet(true);
    http::Request request;
    request.method = method;
    request.url = "https://graph.microsoft.com/v1.0" + path;
    request.headers = {{"Authorization", "Bearer " + server_.issue_token()},
                       {"Content-Type", "application/json"},
                       {"Prefer", "IdType=\"ImmutableId\", outlook.body-content-type=\"text\""}};
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    request.body = body;
    auto out = server_.handle(request);
    server_.faults().set_quiet(false);
    return out;
  }
  std::string must(const std::string& method, const std::string& path, const std::string& body = {}) {
    const auto reply = asks(method, path, body);
    if (reply.status >= 300) std::abort();
    return reply.body;
  }

  std::string creates(const std::string& calendar, const std::string& subject, const std::string& more = {}) {
    return field(
        must(
            "POST", "/me/calendars/" + calendar + "/events",
            "{\"subject\":\"" + subject +
                "\",\"body\":{\"contentType\":\"html\",\"content\":\"<p>bring <b>flags</b></p>\"}," +
                (more.empty()
                     ? R"("start":{"dateTime":"2026-06-11T18:00:00","timeZone":"W. Europe Standard Time"},"end":{"dateTime":"2026-06-11T20:00:00","timeZone":"W. Europe Standard Time"})"
                     : more) +
                "}"),
        "id");
  }
  void patches(const std::string& id, const std::string& body) { must("PATCH", "/me/events/" + id, body); }
  void deletes(const std::string& id) { must("DELETE", "/me/events/" + id); }
  /// A text member of the event; nullopt: no such event.
  std::optional<std::string> text(const std::string& id, const std::string& name) {
    const auto reply = asks("GET", "/me/events/" + id);
    if (reply.status == 404) return std::nullopt;
    return field(reply.body, name);
  }
  /// The occurrence of this day ("2026-06-18T16:00:00" in UTC, or only its beginning).
  std::string occurrence(const std::string& series, const std::string& start) {
    const std::string page = must(
        "GET",
        "/me/events/" + series +
            "/instances?startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-12-31T00:00:00Z&$top=500&$select=start");
    const auto at = page.find("\"dateTime\":\"" + start);
    if (at == std::string::npos) std::abort();
    // Members are in the order of their names: "id" stands before "start".
    const auto id = page.rfind("\"id\":\"", at) + 6;
    return page.substr(id, page.find('"', id) - id);
  }

  /// The first member of that name whose value is a text.
  static std::string field(const std::string& json, const std::string& name) {
    const std::string head = "\"" + name + "\":\"";
    const auto at = json.find(head);
    if (at == std::string::npos) return {};
    const auto from = at + head.size();
    return json.substr(from, json.find('"', from) - from);
  }

 private:
  emulators::Outlook& server_;
};

}  // namespace support
}  // namespace v1
}  // namespace fasti
