#pragma once
// A whole installation in one process: a store in memory, providers, targets and an Engine that can be killed and
// started again. Scenarios and the simulation are played on it.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/sync/engine.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/field_mapping.hpp"
#include "tests/support/watched_connector.hpp"
#include "tests/support/watched_store.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

class Stage {
 public:
  /// A target and what stands behind it.
  struct Place {
    std::string target;
    std::string connection;
    std::string collection;
    std::shared_ptr<FakeProvider> provider;
    std::shared_ptr<WatchedConnector> connector;
  };

  explicit Stage(std::uint64_t seed);
  ~Stage();

  void add_kind(Kind kind, KindPolicy policy);
  std::shared_ptr<FakeProvider> add_provider(const std::string& connection, Nature nature);
  /// A target on one collection of a connection; the collection is made.
  Place& add_target(const std::string& name, const std::string& connection, const std::string& collection,
                    std::shared_ptr<const Mapping> mapping);
  sync::Target& settings_of(const std::string& target);

  /// The engine, started when it is first asked for.
  sync::Engine& engine();
  /// As after a crash: what was in memory is gone, the store and the providers are as they are.
  void kill_engine() { engine_.reset(); }

  Place& place(const std::string& target);
  std::vector<Place>& places() { return places_; }
  VirtualClock& clock() { return clock_; }
  Chaos& chaos() { return chaos_; }
  WatchedStore& store() { return *store_; }
  sync::Settings& settings() { return settings_; }
  std::uint64_t engine_writes() const;

 private:
  VirtualClock clock_;
  SeededRandom random_;
  Chaos chaos_;
  std::unique_ptr<WatchedStore> store_;
  struct Connection {
    std::shared_ptr<FakeProvider> provider;
    std::shared_ptr<WatchedConnector> connector;
  };
  std::map<std::string, Connection> connections_;
  std::vector<Place> places_;
  sync::Settings settings_;
  std::unique_ptr<sync::Engine> engine_;
};

/// A booking as the tests know it: code, title, notes, when (with recurrence), status, tags, venue.
Kind booking_kind();
std::vector<FieldPair> booking_pairs();
std::shared_ptr<const Mapping> booking_mapping(const Nature& nature, std::vector<std::string> match = {});

}  // namespace support
}  // namespace v1
}  // namespace fasti
