#pragma once
// Every command of the program with its arguments. A command answers with its exit code, or an error that the caller
// shows. How arguments are spelled is in app/cli.cpp.
#include <optional>
#include <string>
#include <vector>

#include "app/session.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

using Names = std::vector<std::string>;

struct InitArguments {
  std::string folder = ".";
  std::string from_notion;  ///< a database of which a mapping is proposed; the token is NOTION_TOKEN
  std::string kind = "booking";
  std::string url;  ///< of a stand-in
};
Result<int> init(Session& session, const InitArguments& arguments);

struct CheckArguments {
  bool online = false;
  bool create_missing = false;
};
Result<int> check(Session& session, const CheckArguments& arguments);

Result<int> collections(Session& session, const std::string& connection);

struct ConnectArguments {
  std::string name;
  bool device = false;
};
Result<int> connect(Session& session, const ConnectArguments& arguments);
Result<int> credentials_list(Session& session);
Result<int> credentials_forget(Session& session, const std::string& name);
Result<int> credentials_rotate_key(Session& session);

struct ImportArguments {
  std::string file;
  std::string kind;
  std::string mapping;
};
Result<int> import_file(Session& session, const ImportArguments& arguments);

struct ExportArguments {
  std::string file;
  std::string kind;
  std::string mapping;
  std::string format;  ///< csv | json | ics; empty: by the name of the file
};
Result<int> export_file(Session& session, const ExportArguments& arguments);

struct PutArguments {
  std::string kind;
  std::string id_or_file;
  std::string file;
  bool replace = false;
};
Result<int> put(Session& session, const PutArguments& arguments);

struct RecordArguments {
  std::string kind;
  std::string id;
};
Result<int> get(Session& session, const RecordArguments& arguments);
Result<int> list(Session& session, const std::string& kind);
Result<int> delete_record(Session& session, const RecordArguments& arguments);

struct PlanArguments {
  Names names;
  std::string file;
  bool exit_code = false;
  std::string max_delete;
};
Result<int> plan(Session& session, const PlanArguments& arguments);

struct ApplyArguments {
  std::string plan_or_run;
  std::string max_delete;
};
Result<int> apply(Session& session, const ApplyArguments& arguments);

struct SyncArguments {
  Names names;
  bool dry_run = false;
  std::string max_delete;
};
Result<int> sync(Session& session, const SyncArguments& arguments);
Result<int> resync(Session& session, const SyncArguments& arguments);

Result<int> list_conflicts(Session& session, bool all);
Result<int> show_conflict(Session& session, const std::string& id);
struct ResolveArguments {
  std::string id;
  std::string take;
  std::optional<std::string> value;
  std::int64_t revision = 0;
};
Result<int> resolve_conflict(Session& session, const ResolveArguments& arguments);

struct ReportArguments {
  std::string run;
  std::string csv_file;
  std::string html_file;
};
Result<int> report(Session& session, const ReportArguments& arguments);

Result<int> runs(Session& session, std::size_t limit);

struct LogArguments {
  std::string record;
  std::string run;
  std::size_t limit = 0;
};
Result<int> log(Session& session, const LogArguments& arguments);

struct RollbackArguments {
  std::string run;
  bool origin = false;
  bool dry_run = false;
  bool yes = false;
};
Result<int> rollback(Session& session, const RollbackArguments& arguments);

Result<int> status(Session& session);

struct InspectArguments {
  std::string file;
  std::vector<std::string> expand;  ///< FROM and TO, or nothing
  std::string roundtrip;
};
Result<int> inspect(Session& session, const InspectArguments& arguments);

struct SandboxArguments {
  int port = 0;  ///< of the first stand-in, the next one has the next; 0: any
};
Result<int> sandbox(Session& session, const SandboxArguments& arguments);

Result<int> pause(Session& session, const std::string& name);
Result<int> resume(Session& session, const std::string& name);
Result<int> relink(Session& session, const std::string& name);

struct PurgeArguments {
  std::string name;
  bool yes = false;
};
Result<int> purge(Session& session, const PurgeArguments& arguments);

Result<int> backup(Session& session, const std::string& file);
Result<int> repair(Session& session);

}  // namespace app
}  // namespace v1
}  // namespace fasti
