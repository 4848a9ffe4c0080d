#include "connectors/auth/vault.hpp"

#include <algorithm>
#include <sstream>

#include "connectors/auth/base64.hpp"
#include "connectors/auth/random_bytes.hpp"
#include "connectors/auth/seal.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {
namespace {

Error refuse(ErrorKind kind, const std::string& place, std::string message, std::string hint) {
  Error error;
  error.kind = kind;
  error.place = place;
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

std::string place_of(const std::string& connection, const std::string& key) { return connection + "\n" + key; }

std::optional<Secret> from_hex(const std::string& text) {
  if (text.size() != 2 * kSealKeyBytes) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int value = 0;
    for (const char c : {text[i], text[i + 1]}) {
      const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(std::tolower(c)));
      if (digit == std::string_view::npos) return std::nullopt;
      value = value * 16 + static_cast<int>(digit);
    }
    bytes += static_cast<char>(value);
  }
  return Secret(std::move(bytes));
}

std::optional<Secret> read_key(const std::string& text) {
  if (auto key = from_hex(text)) return key;
  auto bytes = from_base64(text);
  if (!bytes || bytes->size() != kSealKeyBytes) return std::nullopt;
  return Secret(*std::move(bytes));
}

std::string key_file_of(const std::string& store) { return store + ".key"; }

}  // namespace

Vault::Vault(FileSystem& files, Clock& clock, OpenRows open_rows, Secret given)
    : files_(files), clock_(clock), open_rows_(std::move(open_rows)), given_(std::move(given)) {}

void Vault::attach(const std::string& store) {
  const std::lock_guard lock(mutex_);
  store_ = store;
  rows_.reset();
}

Result<SealedRows*> Vault::rows() {
  if (!rows_) {
    FASTI_TRY(rows_, open_rows_(store_));
  }
  return rows_.get();
}

Result<std::vector<Secret>> Vault::keys() {
  std::vector<Secret> out;
  if (!given_.empty()) {
    auto key = read_key(given_.reveal());
    if (!key)
      return refuse(ErrorKind::bad_config, "FASTI_KEY", "is no key of 32 bytes in base64 or hex",
                    "openssl rand -base64 32 prints one");
    out.push_back(*std::move(key));
    return out;
  }
  const std::string path = key_file_of(store_);
  const auto info = files_.stat(path);
  if (!info && info.error().kind == ErrorKind::not_found) return out;
  if (!info) return info.error();
  if (info->shared)
    return refuse(ErrorKind::bad_config, path, "may be read by others; it was not used", "chmod 600 " + path);
  FASTI_TRY(const std::string text, files_.read(path));
  std::istringstream lines(text);
  for (std::string line; lines >> line;) {
    auto key = read_key(line);
    if (!key)
      return refuse(ErrorKind::bad_config, path, "holds no key of 32 bytes in base64 or hex",
                    "restore it from a backup");
    out.push_back(*std::move(key));
  }
  return out;
}

std::optional<Secret> Vault::open_with(const std::vector<Secret>& keys, const SealedRow& row) const {
  for (const Secret& key : keys) {
    if (auto plain = unseal(key, place_of(row.connection, row.key), row.sealed)) return plain;
  }
  return std::nullopt;
}

Result<std::optional<std::string>> Vault::find(const std::string& connection, const std::string& key) {
  const std::lock_guard lock(mutex_);
  // Without a key nothing can have been kept: most stores never pay for more than this look.
  FASTI_TRY(const auto known, keys());
  if (known.empty()) return std::optional<std::string>();
  FASTI_TRY(SealedRows* const sealed, rows());
  FASTI_TRY(const auto all, sealed->all());
  for (const SealedRow& row : all) {
    if (row.connection != connection || row.key != key) continue;
    if (auto plain = open_with(known, row)) return std::optional(plain->reveal());
    return refuse(
        ErrorKind::bad_config, connection, key + " is sealed with another key",
        "bring back the old key (" + key_file_of(store_) + "), or sign in again: fasti connect " + connection);
  }
  return std::optional<std::string>();
}

Status Vault::keep(const std::string& connection, const std::string& key, const std::string& value) {
  const std::lock_guard lock(mutex_);
  FASTI_TRY(auto known, keys());
  if (known.empty()) {
    const std::string text = base64url(random_bytes(kSealKeyBytes)) + "\n";
    const Status made = files_.write_new(key_file_of(store_), text, Access::owner_only);
    if (!made && made.error().kind != ErrorKind::rejected) return made;
    FASTI_TRY(known, keys());  // another process may have been quicker: its key counts
  }
  FASTI_TRY(SealedRows* const sealed, rows());
  const std::string text = seal(known.front(), place_of(connection, key), Secret(value));
  return sealed->save({{connection, key, text, clock_.now()}});
}

Result<std::vector<Vault::Kept>> Vault::list() {
  const std::lock_guard lock(mutex_);
  FASTI_TRY(const auto known, keys());
  FASTI_TRY(SealedRows* const sealed, rows());
  FASTI_TRY(const auto all, sealed->all());
  std::vector<Kept> out;
  for (const SealedRow& row : all)
    out.push_back({row.connection, row.key, row.changed, open_with(known, row).has_value()});
  return out;
}

Result<int> Vault::forget(const std::string& connection) {
  const std::lock_guard lock(mutex_);
  FASTI_TRY(SealedRows* const sealed, rows());
  return sealed->remove(connection);
}

Result<int> Vault::rotate_key() {
  const std::lock_guard lock(mutex_);
  if (!given_.empty())
    return refuse(ErrorKind::unsupported, "FASTI_KEY", "the key comes from the environment",
                  "set FASTI_KEY to a new key, then fasti connect each connection");
  FASTI_TRY(auto known, keys());
  FASTI_TRY(SealedRows* const sealed, rows());
  FASTI_TRY(auto all, sealed->all());
  if (known.empty()) return refuse(ErrorKind::bad_input, "", "there is no key yet", "fasti connect makes one");
  std::vector<Secret> plain;
  for (const SealedRow& row : all) {
    auto opened = open_with(known, row);
    if (!opened)
      return refuse(ErrorKind::bad_config, row.connection, row.key + " is sealed with another key; nothing was changed",
                    "fasti credentials forget " + row.connection);
    plain.push_back(*std::move(opened));
  }
  // Both keys lie in the file while the rows change over, so that a crash at any moment loses nothing.
  const Secret fresh(random_bytes(kSealKeyBytes));
  std::string both = base64url(fresh.reveal()) + "\n";
  const std::string only = both;
  for (const Secret& key : known) both += base64url(key.reveal()) + "\n";
  FASTI_CHECK(files_.write_atomically(key_file_of(store_), both));
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].sealed = seal(fresh, place_of(all[i].connection, all[i].key), plain[i]);
  FASTI_CHECK(sealed->save(all));
  FASTI_TRY(const auto after, sealed->all());
  const bool all_changed = std::all_of(after.begin(), after.end(),
                                       [&](const SealedRow& row) { return open_with({fresh}, row).has_value(); });
  if (all_changed) FASTI_CHECK(files_.write_atomically(key_file_of(store_), only));
  return static_cast<int>(all.size());
}

}  // namespace auth
}  // namespace v1
}  // namespace fasti
