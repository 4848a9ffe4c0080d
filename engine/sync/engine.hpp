#pragma once
// The engine over values and interfaces: everything a Hub does, without files, locks and configuration text, so that
// a whole world runs in one process under a seed. One Engine is used by one thread at a time; several engines may
// share one Store.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fasti/connector.hpp>
#include <fasti/hub.hpp>

#include "engine/base/clock.hpp"
#include "engine/mapping/mapping.hpp"
#include "engine/model/kind.hpp"
#include "engine/model/policy.hpp"
#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// One sync and one of its collections.
struct Target {
  std::string name;  ///< unique; the sync's name
  std::string sync;
  std::string connection;  ///< targets of one connection share their connector
  std::string provider;
  std::shared_ptr<Connector> connector;
  std::string collection;  ///< as written: id, URL, path or display name
  bool create = false;     ///< make the collection when it is missing
  std::string kind;
  std::shared_ptr<const Mapping> mapping;
  Direction direction = Direction::both;
  bool enabled = true;
  bool marker = true;
  std::optional<DeleteLimit> max_delete;
  std::chrono::seconds sweep{7 * 24 * 3600};
  std::optional<KindPolicy> policy;
  std::optional<Error> unusable;  ///< why there is no connector (a secret that cannot be read, …): this target only
};

struct Settings {
  std::vector<Target> targets;  ///< in the order of fasti.toml
  std::map<std::string, Kind> kinds;
  std::map<std::string, KindPolicy> policies;  ///< by kind
  std::map<std::string, Strategy> strategies;
  LogSink log;
  /// A run that looks at more records than these keeps no more of them in memory; what it does is the same.
  std::size_t cases_in_memory = 1000;
};

class Engine {
 public:
  Engine(store::Store& store, Clock& clock, Random& random, Settings settings);
  ~Engine();
  Settings& settings();

  Result<Record> put(const Record& record, PutMode mode, const std::string& origin = "local");
  Result<RunReport> import(const std::vector<Record>& records);
  Result<Record> get(const std::string& kind, const std::string& id);
  Result<std::vector<Record>> list(const std::string& kind);
  Status remove(const std::string& kind, const std::string& id);

  enum class Mode { sync, resync, plan };
  Result<RunReport> run(Mode mode, const RunOptions& options);
  Result<RunReport> apply(const std::vector<Step>& plan, const RunOptions& options);
  Result<RunReport> apply(const std::string& run, const RunOptions& options);
  Result<RunReport> rollback(const std::string& run, const RollbackOptions& options);

  Status resolve(const std::string& conflict, std::int64_t revision, const std::string& take,
                 const std::optional<Value>& value);
  Result<std::vector<TargetStatus>> status();
  Result<std::vector<Error>> check_online(bool create_missing = false);
  Status set_paused(const std::string& name, bool paused);
  Status relink(const std::string& name);
  Result<PurgeReport> purge(const std::string& name);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace sync
}  // namespace v1
}  // namespace fasti
