#pragma once
// A CalDAV connector whose server is a table of canned answers, and the words those answers are made of.
#include <gmock/gmock.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/caldav/caldav.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

/// The answers wait by "METHOD /path"; the last one of a queue stays.
struct DavWorld {
  support::VirtualClock clock;
  support::SeededRandom random{1};
  std::map<std::string, std::deque<http::Reply>> answers;
  std::shared_ptr<support::ScriptedTransport> transport;
  std::shared_ptr<Connector> connector;
  std::map<std::string, std::string> known;
  std::vector<RemoteChange> changes;

  explicit DavWorld(std::map<std::string, std::string> more = {}) {
    transport = std::make_shared<support::ScriptedTransport>([this](const http::Request& r) { return reply(r); });
    std::map<std::string, std::string> values = {
        {"url", "https://dav.example.org/"}, {"username", "alice"}, {"password", "s3cret"}};
    for (auto& [key, value] : more) values[key] = value;
    Services services{system_files(), clock, random, transport, {}};
    connector = std::move(*caldav_factory(services).make(support::table(values)));
  }

  DavWorld& on(const std::string& line, http::Reply answer) {
    answers[line].push_back(std::move(answer));
    return *this;
  }

  Result<PullResult> pull(const std::string& cursor = "", PullMode mode = PullMode::changes) {
    changes.clear();
    PullRequest request;
    request.collection = "/cal/";
    request.cursor = cursor;
    request.mode = mode;
    request.known_version = [this](const std::string& id) {
      const auto it = known.find(id);
      return it == known.end() ? std::nullopt : std::optional(it->second);
    };
    return connector->pull_changes(request, [this](std::vector<RemoteChange>&& page) {
      for (auto& change : page) changes.push_back(std::move(change));
      return Status();
    });
  }

  /// "object a.ics "1"" of each change, sorted.
  std::vector<std::string> seen() const {
    static const std::map<RemoteChange::Type, std::string> names = {{RemoteChange::Type::object, "object "},
                                                                    {RemoteChange::Type::listed, "listed "},
                                                                    {RemoteChange::Type::gone, "gone "},
                                                                    {RemoteChange::Type::unreadable, "unreadable "}};
    std::vector<std::string> out;
    for (const auto& change : changes)
      out.push_back(names.at(change.type) + change.object.id +
                    (change.object.version.empty() ? "" : " " + change.object.version));
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  http::Reply reply(const http::Request& request) {
    const auto path = request.url.substr(request.url.find('/', 8));
    auto it = answers.find(request.method + " " + path);
    if (it == answers.end()) {
      ADD_FAILURE() << "nobody expected " << request.method << " " << path;
      return support::answer(404);
    }
    auto answer = it->second.front();
    if (it->second.size() > 1) it->second.pop_front();
    return answer;
  }
};

inline std::string multi(const std::string& rows, const std::string& token = "") {
  return R"(<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" )"
         R"(xmlns:S="http://calendarserver.org/ns/">)" +
         rows + (token.empty() ? "" : "<D:sync-token>" + token + "</D:sync-token>") + "</D:multistatus>";
}
inline std::string row(const std::string& href, const std::string& properties) {
  return "<D:response><D:href>" + href + "</D:href><D:propstat><D:prop>" + properties +
         "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>";
}
inline std::string etag(const std::string& version) { return "<D:getetag>" + version + "</D:getetag>"; }
inline std::string data(const std::string& text) { return "<C:calendar-data>" + text + "</C:calendar-data>"; }
inline std::string missing(const std::string& href, int status = 404) {
  return "<D:response><D:href>" + href + "</D:href><D:status>HTTP/1.1 " + std::to_string(status) +
         " X</D:status></D:response>";
}
inline std::string calendar_row(const std::string& href, const std::string& more = "") {
  return row(href, "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>" + more);
}
inline std::string event(const std::string& uid, const std::string& summary = "Match", const std::string& more = "") {
  return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\nBEGIN:VEVENT\nUID:" + uid +
         "\nDTSTAMP:20260101T000000Z\nDTSTART:20260613T180000Z\nDTEND:20260613T200000Z\nSUMMARY:" + summary + "\n" +
         more + "END:VEVENT\nEND:VCALENDAR\n";
}
inline std::string dav_error(const std::string& condition) {
  return R"(<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">)" + condition +
         "</d:error>";
}
inline http::Reply multistatus(const std::string& body) { return support::answer(207, body); }

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
