#pragma once
// The library's door: one Hub is one fasti.toml with its store. Several hubs may live in one process. put, get, list,
// remove, changes and the reports may be called from any thread and never wait for a run; one run at a time (sync,
// plan, apply, rollback) per store, across processes. Callbacks run on the thread that called the Hub; they must not
// start a run, and an exception they throw ends the run like a stop request. The Hub installs no signal handler, keeps
// no global logger and must not be used across fork().
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <fasti/connector.hpp>
#include <fasti/error.hpp>
#include <fasti/plan.hpp>
#include <fasti/record.hpp>
#include <fasti/report.hpp>
#include <fasti/strategy.hpp>

namespace fasti {
inline namespace v1 {

enum class LogLevel { debug, info, warning, error };
using LogSink = std::function<void(LogLevel, const std::string& line)>;

/// Where secrets are kept. find() is asked by name before `{ env }`, `{ file }` and `{ command }` are tried. nullopt:
/// not mine.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  virtual Result<std::optional<std::string>> find(const std::string& connection, const std::string& key) = 0;
  /// The Hub's store, said once before anything is asked.
  virtual void attach(const std::string& store) { static_cast<void>(store); }
  /// Keeps a secret durably before it returns. Thread-safe.
  virtual Status keep(const std::string& connection, const std::string& key, const std::string& value) {
    static_cast<void>(value);
    return Error{ErrorKind::unsupported, key + " cannot be kept here", connection, "", std::nullopt};
  }
};

struct Progress {
  std::string target;
  std::string phase;  ///< pull | merge | send | confirm
  std::uint64_t done = 0;
  std::uint64_t total = 0;  ///< 0: unknown
};
using ProgressSink = std::function<void(const Progress&)>;

struct HubOptions {
  LogSink log;
  CredentialSource* credentials = nullptr;  ///< must outlive the Hub
  std::map<std::string, Strategy> strategies;
  std::chrono::seconds wait{60};  ///< for another run to finish
  Clock* clock = nullptr;         ///< the machine's, unless a test or a simulated world has its own
};

/// A deletion limit: a count, or a percentage of the target's records.
struct DeleteLimit {
  std::uint64_t value = 0;
  bool percent = false;
};

struct RunOptions {
  std::vector<std::string> only;  ///< names of syncs or targets, globs allowed; empty: all that are enabled
  std::optional<DeleteLimit> max_delete;
  std::stop_token stop;
  ProgressSink progress;
};

struct RollbackOptions {
  bool origin = false;  ///< also take back the edits the run carried, where they were made
  bool dry_run = false;
  std::stop_token stop;
  ProgressSink progress;
};

struct LogFilter {
  std::string record;
  std::string run;
  std::int64_t after = 0;
  std::size_t limit = 0;  ///< 0: all
};

struct PurgeReport {
  std::uint64_t removed = 0;
  std::uint64_t left = 0;  ///< adopted, or changed since: not ours to remove
};

class Hub {
 public:
  /// Reads fasti.toml, its kinds and mappings, and opens (or makes) the store. bad_config, corrupt_store.
  static Result<Hub> open(const std::string& config_path, std::vector<ConnectorFactory> connectors,
                          HubOptions options = {});
  Hub(Hub&&) noexcept;
  Hub& operator=(Hub&&) noexcept;
  ~Hub();

  /// Serves `[connections.NAME]` of provider "custom" with a connector of the application's own.
  Status add(const std::string& connection, std::shared_ptr<Connector> connector);

  Result<Record> put(const Record& record, PutMode mode = PutMode::merge);
  /// Many records as one run (`import`), so that it can be rolled back. All or nothing.
  Result<RunReport> import(const std::vector<Record>& records);
  Result<Record> get(const std::string& kind, const std::string& id) const;
  Result<std::vector<Record>> list(const std::string& kind) const;
  Status remove(const std::string& kind, const std::string& id);
  /// Journal entries after a sequence number, oldest first. ErrorKind::gap when they are no longer kept.
  Result<std::vector<JournalEntry>> changes(std::int64_t after_sequence, std::size_t limit) const;

  Result<RunReport> sync(const RunOptions& options = {});
  Result<RunReport> resync(const RunOptions& options = {});
  Result<RunReport> plan(const RunOptions& options = {});
  /// Exactly these steps, or ErrorKind::held with what moved in `message`.
  Result<RunReport> apply(const std::vector<Step>& plan, const RunOptions& options = {});
  /// Releases what a guard held in that run.
  Result<RunReport> apply(const std::string& run, const RunOptions& options = {});
  Result<RunReport> rollback(const std::string& run, const RollbackOptions& options = {});

  enum class ConflictFilter { open, all };
  Result<std::vector<ConflictInfo>> conflicts(ConflictFilter filter = ConflictFilter::open) const;
  /// `take`: "local", a target, "remote" (if only one contends), "both", or empty when `value` is given. The revision
  /// must be the one that was shown (0: do not compare); precondition_failed when the conflict has moved since.
  Status resolve(const std::string& conflict, std::int64_t revision, const std::string& take,
                 const std::optional<Value>& value = std::nullopt);

  Result<std::vector<RunReport>> runs(std::size_t limit = 0) const;
  Result<RunReport> run(const std::string& id) const;
  Result<std::vector<JournalEntry>> log(const LogFilter& filter) const;
  Result<std::vector<TargetStatus>> status() const;
  Result<std::vector<ParkedInfo>> parked() const;

  Result<std::vector<CollectionInfo>> collections(const std::string& connection);
  /// Problems found by asking every provider: credentials, collections, properties. Empty: all is well.
  /// `create_missing`: properties that are not there yet are made, where the provider can.
  Result<std::vector<Error>> check_online(bool create_missing = false);
  Status set_paused(const std::string& name, bool paused);
  /// Forgets the links of a sync's targets and rebuilds them from the markers at the next run.
  Status relink(const std::string& name);
  Result<PurgeReport> purge(const std::string& name);
  Status backup(const std::string& file) const;

  class Impl;

 private:
  explicit Hub(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Copies what can be read of a damaged store into a fresh one beside it and swaps them, keeping the old file.
/// Returns what was saved and what was lost, a line each.
Result<std::vector<std::string>> repair_store(const std::string& config_path);

}  // namespace v1
}  // namespace fasti
