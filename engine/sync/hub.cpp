// The Hub: one fasti.toml, its store, and two engines over it, so that puts never wait for a run.
#include <fasti/hub.hpp>

#include <exception>
#include <mutex>

#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"
#include "engine/config/config.hpp"
#include "engine/store/sqlite/sqlite_store.hpp"
#include "engine/sync/engine.hpp"

namespace fasti {
inline namespace v1 {
namespace {

/// A connector of the application may throw; that is its error, not the end of the process.
template <class F>
auto guarded(F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const std::exception& e) {
    return Error{ErrorKind::internal, std::string("an exception ended the run: ") + e.what(), "", "", {}};
  }
}

}  // namespace

class Hub::Impl {
 public:
  Impl(config::Config config, std::vector<ConnectorFactory> factories, HubOptions options,
       std::unique_ptr<store::Store> store)
      : config_(std::move(config)), options_(std::move(options)), store_(std::move(store)) {
    for (const config::Connection& connection : config_.connections) connect(connection, factories);
    Clock& clock = options_.clock ? *options_.clock : system_clock();
    runs_ = std::make_unique<sync::Engine>(*store_, clock, system_random(), settings());
    puts_ = std::make_unique<sync::Engine>(*store_, clock, system_random(), settings());
  }

  Status add(const std::string& name, std::shared_ptr<Connector> connector) {
    const config::Connection* connection = config_.connection(name);
    if (!connection) {
      return Error{ErrorKind::bad_config,
                   "no connection \"" + name + "\"",
                   config_.file,
                   "add [connections." + name + "] with provider = \"custom\"",
                   {}};
    }
    std::lock_guard lock(running_);
    for (sync::Target& target : runs_->settings().targets) {
      if (target.connection != name) continue;
      target.connector = connector;
      target.unusable.reset();
    }
    connectors_[name] = std::move(connector);
    return {};
  }

  /// One run at a time: in this process by the mutex, across processes by the OS lock.
  template <class F>
  auto locked(const std::string& what, std::stop_token stop, F&& f) -> decltype(f()) {
    std::lock_guard here(running_);
    auto lock = store::RunLock::take(config_.store, what, options_.wait, system_clock(), stop);
    if (!lock) return lock.error();
    return guarded(f);
  }

  sync::Engine& runs() { return *runs_; }
  sync::Engine& puts() { return *puts_; }
  std::mutex& writing() { return writing_; }
  store::Store& store() { return *store_; }
  const config::Config& config() const { return config_; }

  Result<Connector*> connector(const std::string& name) {
    auto it = connectors_.find(name);
    if (it != connectors_.end() && it->second) return it->second.get();
    auto error = unusable_.find(name);
    if (error != unusable_.end()) return error->second;
    return Error{ErrorKind::bad_input, "no connection \"" + name + "\"", config_.file, "", {}};
  }

 private:
  void connect(const config::Connection& connection, const std::vector<ConnectorFactory>& factories) {
    for (const ConnectorFactory& factory : factories) {
      if (factory.provider != connection.provider) continue;
      auto made = factory.make(*connection.settings);
      if (made) {
        connectors_[connection.name] = *made;
      } else {
        unusable_.emplace(connection.name, made.error());
      }
      return;
    }
    unusable_.emplace(connection.name, Error{ErrorKind::bad_config,
                                             "the application has not added this connection yet (Hub::add)",
                                             connection.place,
                                             "",
                                             {}});
  }

  sync::Settings settings() {
    sync::Settings settings;
    settings.kinds = config_.kinds;
    settings.policies = config_.policies;
    settings.strategies = options_.strategies;
    settings.log = options_.log;
    for (const config::Sync& sync : config_.syncs) {
      const config::Connection* connection = config_.connection(sync.connection);
      sync::Target target;
      target.name = target.sync = sync.name;
      target.connection = sync.connection;
      target.provider = connection ? connection->provider : "";
      auto connector = connectors_.find(sync.connection);
      if (connector != connectors_.end()) target.connector = connector->second;
      auto error = unusable_.find(sync.connection);
      if (error != unusable_.end()) target.unusable = error->second;
      target.collection = sync.collection;
      target.create = sync.create;
      target.kind = sync.kind;
      auto mapping = config_.mappings.find(sync.mapping_name);
      if (mapping != config_.mappings.end()) target.mapping = mapping->second;
      target.direction = sync.direction;
      target.enabled = sync.enabled;
      target.marker = sync.marker;
      target.max_delete = sync.max_delete;
      target.sweep = sync.sweep;
      target.policy = sync.policy;
      settings.targets.push_back(std::move(target));
    }
    return settings;
  }

  config::Config config_;
  HubOptions options_;
  std::unique_ptr<store::Store> store_;
  std::map<std::string, std::shared_ptr<Connector>> connectors_;
  std::map<std::string, Error> unusable_;
  std::unique_ptr<sync::Engine> runs_;
  std::unique_ptr<sync::Engine> puts_;
  std::mutex running_;
  std::mutex writing_;
};

Hub::Hub(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Hub::Hub(Hub&&) noexcept = default;
Hub& Hub::operator=(Hub&&) noexcept = default;
Hub::~Hub() = default;

Result<Hub> Hub::open(const std::string& config_path, std::vector<ConnectorFactory> connectors, HubOptions options) {
  FASTI_TRY(auto config, config::load(config_path, system_files(), connectors, options.credentials));
  if (options.credentials) options.credentials->attach(config.store);
  FASTI_TRY(auto store,
            store::open_sqlite(config.store, options.clock ? *options.clock : system_clock(), system_random()));
  return Hub(std::make_unique<Impl>(std::move(config), std::move(connectors), std::move(options), std::move(store)));
}

Status Hub::add(const std::string& connection, std::shared_ptr<Connector> connector) {
  return impl_->add(connection, std::move(connector));
}

Result<Record> Hub::put(const Record& record, PutMode mode) {
  std::lock_guard lock(impl_->writing());
  return impl_->puts().put(record, mode);
}

Result<RunReport> Hub::import(const std::vector<Record>& records) {
  std::lock_guard lock(impl_->writing());
  return impl_->puts().import(records);
}

Result<Record> Hub::get(const std::string& kind, const std::string& id) const { return impl_->puts().get(kind, id); }

Result<std::vector<Record>> Hub::list(const std::string& kind) const { return impl_->puts().list(kind); }

Status Hub::remove(const std::string& kind, const std::string& id) {
  std::lock_guard lock(impl_->writing());
  return impl_->puts().remove(kind, id);
}

Result<std::vector<JournalEntry>> Hub::changes(std::int64_t after_sequence, std::size_t limit) const {
  return impl_->store().journal("", "", after_sequence, limit);
}

Result<RunReport> Hub::sync(const RunOptions& options) {
  return impl_->locked("sync", options.stop, [&] { return impl_->runs().run(sync::Engine::Mode::sync, options); });
}

Result<RunReport> Hub::resync(const RunOptions& options) {
  return impl_->locked("resync", options.stop, [&] { return impl_->runs().run(sync::Engine::Mode::resync, options); });
}

Result<RunReport> Hub::plan(const RunOptions& options) {
  return impl_->locked("plan", options.stop, [&] { return impl_->runs().run(sync::Engine::Mode::plan, options); });
}

Result<RunReport> Hub::apply(const std::vector<Step>& plan, const RunOptions& options) {
  return impl_->locked("apply", options.stop, [&] { return impl_->runs().apply(plan, options); });
}

Result<RunReport> Hub::apply(const std::string& run, const RunOptions& options) {
  return impl_->locked("apply", options.stop, [&] { return impl_->runs().apply(run, options); });
}

Result<RunReport> Hub::rollback(const std::string& run, const RollbackOptions& options) {
  return impl_->locked("rollback", options.stop, [&] { return impl_->runs().rollback(run, options); });
}

Result<std::vector<ConflictInfo>> Hub::conflicts(ConflictFilter filter) const {
  FASTI_TRY(auto rows, impl_->store().conflicts(filter == ConflictFilter::open));
  std::vector<ConflictInfo> infos;
  for (store::ConflictRow& row : rows) infos.push_back(std::move(row.info));
  return infos;
}

Status Hub::resolve(const std::string& conflict, std::int64_t revision, const std::string& take,
                    const std::optional<Value>& value) {
  return impl_->locked("resolve", {}, [&] { return impl_->runs().resolve(conflict, revision, take, value); });
}

Result<std::vector<RunReport>> Hub::runs(std::size_t limit) const {
  FASTI_TRY(auto rows, impl_->store().runs(limit));
  std::vector<RunReport> reports;
  for (store::RunRow& row : rows) reports.push_back(std::move(row.report));
  return reports;
}

Result<RunReport> Hub::run(const std::string& id) const {
  FASTI_TRY(auto row, impl_->store().run(id));
  if (!row) return Error{ErrorKind::not_found, "no run \"" + id + "\"", "", "see: fasti runs", {}};
  return row->report;
}

Result<std::vector<JournalEntry>> Hub::log(const LogFilter& filter) const {
  return impl_->store().journal(filter.record, filter.run, filter.after, filter.limit);
}

Result<std::vector<TargetStatus>> Hub::status() const { return impl_->puts().status(); }

Result<std::vector<ParkedInfo>> Hub::parked() const {
  FASTI_TRY(auto rows, impl_->store().parked());
  std::vector<ParkedInfo> infos;
  for (store::Parked& row : rows) {
    infos.push_back({row.target, row.remote_id, row.record, row.direction, row.reason, row.at});
  }
  return infos;
}

Result<std::vector<CollectionInfo>> Hub::collections(const std::string& connection) {
  FASTI_TRY(auto* connector, impl_->connector(connection));
  return guarded([&] { return connector->collections(); });
}

Result<std::vector<Error>> Hub::check_online(bool create_missing) {
  return impl_->locked("check", {}, [&] { return impl_->runs().check_online(create_missing); });
}

Status Hub::set_paused(const std::string& name, bool paused) {
  return impl_->locked(paused ? "pause" : "resume", {}, [&] { return impl_->runs().set_paused(name, paused); });
}

Status Hub::relink(const std::string& name) {
  return impl_->locked("relink", {}, [&] { return impl_->runs().relink(name); });
}

Result<PurgeReport> Hub::purge(const std::string& name) {
  return impl_->locked("purge", {}, [&] { return impl_->runs().purge(name); });
}

Status Hub::backup(const std::string& file) const { return impl_->store().backup(file); }

Result<std::vector<std::string>> repair_store(const std::string& config_path) {
  FASTI_TRY(auto path, config::store_path(config_path, system_files()));
  return store::repair_sqlite(path, system_clock(), system_random());
}

}  // namespace v1
}  // namespace fasti
