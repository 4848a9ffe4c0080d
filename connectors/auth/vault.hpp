#pragma once
// The secrets that a sign-in gave, sealed in the store with a key that lies elsewhere: the environment (FASTI_KEY), or
// a file beside the store that only its owner may read. Thread-safe.
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <fasti/hub.hpp>

#include "engine/base/clock.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/sealed_rows.hpp"
#include "engine/base/secret.hpp"

namespace fasti {
inline namespace v1 {
namespace auth {

class Vault final : public CredentialSource {
 public:
  using OpenRows = std::function<Result<std::unique_ptr<SealedRows>>(const std::string& store)>;

  /// `given`: the key in base64 or hex, from the environment or the embedding app; empty: the key file decides.
  Vault(FileSystem& files, Clock& clock, OpenRows open_rows, Secret given = {});

  /// The key file is "STORE.key".
  void attach(const std::string& store) override;
  /// bad_config when there are sealed secrets and the key to them is missing or another one.
  Result<std::optional<std::string>> find(const std::string& connection, const std::string& key) override;
  /// Makes the key file with the first secret.
  Status keep(const std::string& connection, const std::string& key, const std::string& value) override;

  struct Kept {
    std::string connection;
    std::string key;
    Instant changed{};
    bool readable = false;  ///< with the key at hand
  };
  Result<std::vector<Kept>> list();
  /// How many secrets of the connection there were.
  Result<int> forget(const std::string& connection);
  /// Seals everything with a new key. unsupported when the key is not in the key file: it is changed where it lies.
  Result<int> rotate_key();

 private:
  Result<SealedRows*> rows();
  /// The key in use first; older ones behind it while a rotation is under way.
  Result<std::vector<Secret>> keys();
  std::optional<Secret> open_with(const std::vector<Secret>& keys, const SealedRow& row) const;

  FileSystem& files_;
  Clock& clock_;
  OpenRows open_rows_;
  Secret given_;
  std::string store_;
  std::mutex mutex_;
  std::unique_ptr<SealedRows> rows_;
};

}  // namespace auth
}  // namespace v1
}  // namespace fasti
