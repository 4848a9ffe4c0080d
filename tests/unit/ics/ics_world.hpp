#pragma once
// A folder of calendars under test, a file system that counts, fails and lets somebody write in between, and a clock
// an hour ahead of the files, so that nothing counts as written just now.
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "connectors/ics/ics.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

class WatchedFiles final : public FileSystem {
 public:
  Result<std::string> read(const std::string& path) override {
    ++reads;
    if (forbidden.count(path)) return Error{ErrorKind::forbidden, "permission denied", path, "", {}};
    auto text = real_.read(path);
    if (after_read) std::exchange(after_read, nullptr)();
    return text;
  }
  Status write_atomically(const std::string& path, const std::string& bytes) override {
    if (fails()) return full(path);
    return real_.write_atomically(path, bytes);
  }
  Status write_new(const std::string& path, const std::string& bytes, Access access) override {
    if (fails()) return full(path);
    return real_.write_new(path, bytes, access);
  }
  Status remove(const std::string& path) override {
    if (fails()) return full(path);
    return real_.remove(path);
  }
  Result<std::vector<FileInfo>> list(const std::string& folder) override {
    auto entries = real_.list(folder);
    if (entries && without_inodes)
      for (FileInfo& info : *entries) info.inode = 0;
    return entries;
  }
  Result<FileInfo> stat(const std::string& path) override { return real_.stat(path); }
  Status make_folders(const std::string& path) override { return real_.make_folders(path); }

  int reads = 0;
  int writes = 0;
  int full_at = 0;  ///< the how manyth write finds the disk full; 0: none
  bool without_inodes = false;
  std::set<std::string> forbidden;
  std::function<void()> after_read;

 private:
  bool fails() { return ++writes == full_at; }
  static Error full(const std::string& path) { return Error{ErrorKind::disk, "no space left on device", path, "", {}}; }
  FileSystem& real_ = system_files();
};

inline support::TableSettings table(std::string folder, std::map<std::string, std::string> keys) {
  return support::table(std::move(keys), "files", std::move(folder));
}

inline std::string event_of(const std::string& uid, const std::string& title) {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20260601T120000Z\r\nDTSTART:20260611T160000Z\r\nSUMMARY:" + title +
         "\r\nX-ODD;P=\"q\":a;b\r\nEND:VEVENT\r\n";
}

inline std::string calendar_of(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//khal//EN\r\n" + events + "END:VCALENDAR\r\n";
}

struct Pulled {
  PullResult result;
  std::map<std::string, RemoteChange> changes;
};

inline PullRequest request_of(const std::string& collection, const std::string& cursor,
                              std::map<std::string, std::string> known) {
  PullRequest request;
  request.collection = collection;
  request.cursor = cursor;
  request.known_version = [known = std::move(known)](const std::string& id) {
    auto found = known.find(id);
    return found == known.end() ? std::nullopt : std::optional(found->second);
  };
  return request;
}

inline Result<Pulled> pull_from(Connector& connector, const PullRequest& request) {
  Pulled out;
  auto result = connector.pull_changes(request, [&](std::vector<RemoteChange>&& page) {
    for (auto& change : page) out.changes[change.object.id] = std::move(change);
    return Status();
  });
  if (!result) return result.error();
  out.result = *result;
  return out;
}

inline std::map<std::string, std::string> versions_of(const Pulled& pulled) {
  std::map<std::string, std::string> known;
  for (const auto& [id, change] : pulled.changes)
    if (change.type != RemoteChange::Type::unreadable) known[id] = change.object.version;
  return known;
}

class World {
 public:
  World() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fasti-ics-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ + "/public");
    connector = ics_factory(services).make(table(folder_, {{"path", "public"}})).value();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/public/" + name; }
  /// As another program writes.
  void put(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    const Status status = system_files().write_atomically(path(name), text);
    if (!status) std::abort();
  }
  std::string text(const std::string& name) { return system_files().read(path(name)).value(); }
  std::set<std::string> names(const std::string& folder) {
    std::set<std::string> out;
    const auto entries = system_files().list(path(folder)).value();
    for (const FileInfo& info : entries) out.insert(info.name);
    return out;
  }
  Result<Pulled> pull(const std::string& collection, const std::string& cursor = "",
                      const std::map<std::string, std::string>& known = {}) {
    return pull_from(*connector, request_of(collection, cursor, known));
  }
  WriteRequest request(WriteOp op, const std::string& collection, const std::string& id, const std::string& version,
                       const std::string& title) {
    WriteRequest out;
    out.op = op;
    out.collection = collection;
    out.id = id;
    out.uid = id;
    out.version = version;
    if (op == WriteOp::create) out.id = connector->create_id(out);
    if (op != WriteOp::remove) out.set = {{"SUMMARY", title}};
    return out;
  }

  WatchedFiles files;
  support::VirtualClock clock{system_clock().now() + std::chrono::hours(1)};
  Services services{files, clock, system_random(), nullptr, {}};
  std::shared_ptr<Connector> connector;

 private:
  std::string folder_;
};

}  // namespace ics
}  // namespace v1
}  // namespace fasti
