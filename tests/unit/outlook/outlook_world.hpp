#pragma once
// The connector and its stand-in in one process, under a clock and a seed, with a network that can lose things.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "connectors/emulators/in_process.hpp"
#include "connectors/outlook/outlook.hpp"
#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/outlook_person.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

struct Pulled {
  PullResult result;
  std::vector<RemoteChange> changes;
  const RemoteChange* find(const std::string& id) const {
    const auto at = std::find_if(changes.rbegin(), changes.rend(), [&](const auto& c) { return c.object.id == id; });
    return at == changes.rend() ? nullptr : &*at;
  }
};

inline Span berlin(const std::string& start, const std::string& end) {
  return Span{SpanKind::zoned, *parse_time(start), *parse_time(end), "Europe/Berlin"};
}

struct World {
  explicit World(std::uint64_t seed = 1, emulators::OutlookOptions options = {})
      : random(seed),
        server(clock, random, options),
        services{system_files(),
                 clock,
                 random,
                 emulators::in_process({{{"graph.microsoft.com", &server}},
                                        [this](const http::Request& request) {
                                          return network ? network(request) : emulators::NetworkFault::none;
                                        }}),
                 {}},
        person(server),
        settings(support::outlook_settings(server)),
        calendar(server.add_calendar("Games")) {
    connect();
  }
  void connect() { connector = make_connector(services, settings); }

  Pulled pull(const std::string& cursor = {}, const std::map<std::string, std::string>& known = {}) {
    PullRequest request;
    request.collection = calendar;
    request.cursor = cursor;
    request.known_version = [&](const std::string& id) -> std::optional<std::string> {
      const auto found = known.find(id);
      return found == known.end() ? std::nullopt : std::optional(found->second);
    };
    Pulled out;
    auto result = connector->pull_changes(request, [&](std::vector<RemoteChange>&& page) {
      for (auto& change : page) out.changes.push_back(std::move(change));
      return Status();
    });
    EXPECT_TRUE(result.ok()) << result.error().text();
    if (result) out.result = *result;
    return out;
  }
  static std::map<std::string, std::string> versions(const Pulled& pulled) {
    std::map<std::string, std::string> out;
    for (const auto& change : pulled.changes) out[change.object.id] = change.object.version;
    return out;
  }

  WriteRequest create(const std::string& record, Properties set) const {
    WriteRequest request;
    request.collection = calendar;
    request.key = "key-" + record;
    request.set = std::move(set);
    request.marker = {"store-1", record, true, request.key};
    return request;
  }
  WriteRequest update(const RemoteObject& object, Properties set, const std::string& key = "change") const {
    WriteRequest request;
    request.op = WriteOp::update;
    request.collection = calendar;
    request.key = key;
    request.id = object.id;
    request.version = object.version;
    request.shadow = object.shadow;
    request.set = std::move(set);
    request.marker = {"store-1", object.marker ? object.marker->record : "r", true, key};
    return request;
  }
  WriteRequest removal(const RemoteObject& object) const {
    WriteRequest request = update(object, {});
    request.op = WriteOp::remove;
    return request;
  }
  RemoteObject fetch(const std::string& id) {
    const std::vector<std::string> ids = {id};
    auto replies = connector->fetch(calendar, ids);
    EXPECT_TRUE(replies.at(0).ok()) << replies.at(0).error().text();
    return replies.at(0) ? *replies.at(0) : RemoteObject{};
  }
  std::string weekly(const std::string& subject) {
    return person.creates(
        calendar, subject,
        R"("start":{"dateTime":"2026-10-08T18:00:00","timeZone":"W. Europe Standard Time"},"end":{"dateTime":"2026-10-08T20:00:00","timeZone":"W. Europe Standard Time"},"recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["thursday"],"firstDayOfWeek":"monday"},"range":{"type":"numbered","startDate":"2026-10-08","numberOfOccurrences":6}})");
  }

  support::VirtualClock clock{*parse_instant("2026-06-01T12:00:00Z")};
  support::SeededRandom random;
  emulators::Outlook server;
  std::function<emulators::NetworkFault(const http::Request&)> network;
  Services services;
  support::OutlookPerson person;
  Settings settings;
  std::string calendar;
  std::shared_ptr<Connector> connector;
};

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
