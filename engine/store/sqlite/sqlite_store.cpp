#include "engine/store/sqlite/sqlite_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/store/sqlite/store_impl.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, Clock& clock, Random& random) {
  FASTI_TRY(std::unique_ptr<SqliteStore> opened, SqliteStore::open(path, clock, random));
  return std::unique_ptr<Store>(std::move(opened));
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, Clock& clock, Random& random) {
  FASTI_TRY(std::unique_ptr<Database> database, Database::open(path));
  std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(database), random));
  const auto read_id = [&]() -> Result<bool> {
    Query query(store->db(), "SELECT value FROM meta WHERE key = 'store_id'");
    if (!query.row()) return false;
    store->store_id_ = query.text(0);
    return true;
  };
  FASTI_TRY(const bool known, store->db().guarded(read_id));
  if (known) return store;
  const std::string id = make_uuid7(clock, random);
  FASTI_CHECK(store->db().guarded([&]() -> Status {
    // Two processes may open a new store at the same moment: the first id stays.
    Query(store->db(), "INSERT INTO meta (key, value) VALUES ('store_id', ?) ON CONFLICT DO NOTHING").bind(id).run();
    return {};
  }));
  FASTI_CHECK(store->db().guarded(read_id));
  return store;
}

Result<std::optional<std::string>> SqliteStore::fact(const std::string& key) {
  return db().guarded([&]() -> Result<std::optional<std::string>> {
    Query query(db(), "SELECT value FROM meta WHERE key = ?");
    query.bind(key);
    if (!query.row()) return std::optional<std::string>();
    return std::optional<std::string>(query.text(0));
  });
}

Status SqliteStore::set_fact(const std::string& key, const std::string& value) {
  return db().guarded([&]() -> Status {
    Query(db(), "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
        .bind(key, value)
        .run();
    return {};
  });
}

namespace {

Error cannot_copy(const std::string& file, int code) {
  const bool exists = code == EEXIST;
  return Error{exists ? ErrorKind::rejected : ErrorKind::disk,
               exists ? "there is such a file already; it was not touched"
                      : "cannot be written: " + std::generic_category().message(code),
               file, exists ? "choose another name" : "", std::nullopt};
}

int sync_path(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int code = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  return code;
}

}  // namespace

Status SqliteStore::backup(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored))) return cannot_copy(file, EEXIST);
  const std::string partial = file + "." + std::to_string(random_.next()) + ".partial";
  const Status copied = db().guarded([&]() -> Status {
    if (db().in_transaction()) {
      return Error{ErrorKind::internal, "a backup was asked for inside a transaction", file, "", std::nullopt};
    }
    Query(db(), "VACUUM INTO ?").bind(partial).run();
    return {};
  });
  int code = copied.ok() ? sync_path(partial) : 0;
  // A hard link never replaces what came to be there meanwhile.
  if (copied.ok() && code == 0 && ::link(partial.c_str(), file.c_str()) != 0) code = errno;
  if (copied.ok() && code == EPERM &&
      ::renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) == 0) {
    code = 0;
  }
  ::unlink(partial.c_str());
  if (!copied.ok()) {
    Error error = copied.error();
    error.place = file;
    return error;
  }
  const std::string folder = std::filesystem::path(file).parent_path().string();
  if (code == 0) code = sync_path(folder.empty() ? "." : folder);
  if (code != 0) return cannot_copy(file, code);
  return {};
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
