#pragma once
// A Google connector over the stand-in, in one process, and a person at the same calendar who speaks HTTP.
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectors/emulators/google.hpp"
#include "connectors/emulators/in_process.hpp"
#include "connectors/google/google.hpp"
#include "connectors/http/url.hpp"
#include "engine/model/time_text.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

using Keys = std::map<std::string, std::string>;

/// The sequence on the wire, and faults of the network by the number of the request.
struct Wire {
  std::vector<std::string> lines;
  std::function<emulators::NetworkFault(const http::Request&)> fault;
};

struct GoogleWorld {
  using Json = nlohmann::json;
  static constexpr const char* kOwner = "alice@example.org";

  support::VirtualClock clock;
  support::SeededRandom random{1};
  emulators::Google google{clock, random};
  Wire wire;
  std::shared_ptr<http::Transport> transport;
  std::shared_ptr<Connector> connector;
  std::string calendar;

  explicit GoogleWorld(Keys more = {}) {
    google.add_user(kOwner, "Europe/Berlin");
    google.add_token("engine", kOwner);
    google.add_token("person", kOwner);
    emulators::Network network;
    network.hosts["www.googleapis.com"] = &google;
    network.hosts["oauth2.googleapis.com"] = &google;
    network.fault = [this](const http::Request& request) {
      const auto url = http::parse_url(request.url);
      wire.lines.push_back(request.method + " " + (url ? url->path + url->query : request.url));
      return wire.fault ? wire.fault(request) : emulators::NetworkFault::none;
    };
    transport = emulators::in_process(std::move(network));
    std::map<std::string, std::string> values = {{"token", "engine"}};
    for (auto& [key, value] : more) values[key] = value;
    if (values["token"].empty()) values.erase("token");
    connector = make(values);
    calendar = ask("POST", "calendars", {{"summary", "League"}})["id"];
    wire.lines.clear();
  }

  std::shared_ptr<Connector> make(const std::map<std::string, std::string>& values) {
    Services services{system_files(), clock, random, transport, {}};
    auto made = google_factory(services).make(support::table(values));
    if (!made) throw std::runtime_error(made.error().text());
    return *made;
  }

  /// A request of the person; `status`: as it was answered.
  Json ask(const std::string& method, const std::string& path, const Json& body = {}, http::Headers headers = {},
           int* status = nullptr) {
    http::Request request;
    request.method = method;
    request.url = "https://www.googleapis.com/calendar/v3/" + path;
    request.headers = std::move(headers);
    request.headers.emplace_back("Authorization", "Bearer person");
    if (!body.is_null()) request.body = body.dump();
    google.faults().set_quiet(true);
    const auto response = google.handle(request);
    google.faults().set_quiet(false);
    if (status)
      *status = response.status;
    else if (response.status >= 300)
      throw std::runtime_error(method + " " + path + ": " + response.body);
    return response.body.empty() ? Json() : Json::parse(response.body);
  }

  std::string events(const std::string& id = {}) const {
    return "calendars/" + encoded(calendar) + "/events" + (id.empty() ? "" : "/" + id);
  }
  static std::string encoded(const std::string& text) { return http::percent_encode_path(text); }

  Json get(const std::string& id) { return ask("GET", events(id)); }
  std::string create(const Json& event) { return ask("POST", events(), event)["id"]; }
  void patch(const std::string& id, const Json& change) { ask("PATCH", events(id), change); }
  void remove(const std::string& id) { ask("DELETE", events(id)); }

  static Json timed(const std::string& title, const std::string& start = "2026-06-11T18:00:00",
                    const std::string& end = "2026-06-11T20:00:00", const std::string& zone = "Europe/Berlin") {
    return {{"summary", title},
            {"start", {{"dateTime", start}, {"timeZone", zone}}},
            {"end", {{"dateTime", end}, {"timeZone", zone}}}};
  }
  static Json weekly(const std::string& title, int count = 4) {
    Json event = timed(title);
    event["recurrence"] = {"RRULE:FREQ=WEEKLY;COUNT=" + std::to_string(count)};
    return event;
  }

  struct Pulled {
    Result<PullResult> result{PullResult{}};
    std::map<std::string, RemoteChange> changes;
    std::size_t delivered = 0;
  };
  std::map<std::string, std::string> known;

  Pulled pull(const std::string& cursor = {}, PullMode mode = PullMode::changes) {
    PullRequest request;
    request.collection = calendar;
    request.cursor = cursor;
    request.mode = mode;
    request.known_version = [this](const std::string& id) {
      const auto it = known.find(id);
      return it == known.end() ? std::nullopt : std::optional(it->second);
    };
    Pulled out;
    out.result = connector->pull_changes(request, [&](std::vector<RemoteChange>&& page) {
      for (auto& change : page) {
        ++out.delivered;
        out.changes[change.object.id] = std::move(change);
      }
      return Status();
    });
    return out;
  }

  RemoteObject fetch(const std::string& id) {
    const std::vector<std::string> ids = {id};
    auto replies = connector->fetch(calendar, ids);
    if (!replies.at(0)) throw std::runtime_error(replies.at(0).error().text());
    return *replies.at(0);
  }

  WriteRequest create_request(const std::string& record, Properties set) {
    WriteRequest out;
    out.op = WriteOp::create;
    out.collection = calendar;
    out.key = "write-" + record;
    out.uid = record;
    out.id = "id of " + record;
    out.id = connector->create_id(out);
    out.set = std::move(set);
    out.marker = {"store-1", record, true, out.key};
    return out;
  }
  WriteRequest update_request(const RemoteObject& object, Properties set, const std::string& key = "change-1") {
    WriteRequest out;
    out.op = WriteOp::update;
    out.collection = calendar;
    out.key = key;
    out.id = object.id;
    out.version = object.version;
    out.shadow = object.shadow;
    out.set = std::move(set);
    out.marker = object.marker.value_or(Marker{"store-1", "r0", false, ""});
    out.marker.stamp = key;
    return out;
  }
  Result<Written> send(const WriteRequest& request) {
    return std::move(connector->send(std::span(&request, 1), {}).at(0));
  }
};

inline Span span_of(const std::string& start, const std::string& end, const std::string& zone = "Europe/Berlin") {
  return {SpanKind::zoned, *parse_time(start), *parse_time(end), zone};
}
inline Span days_of(const std::string& first, const std::string& end) {
  return {SpanKind::all_day, LocalSeconds(*parse_date(first)), LocalSeconds(*parse_date(end)), ""};
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
