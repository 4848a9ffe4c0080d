#pragma once
// Where sealed secrets lie: the store keeps the rows (engine/store/sealed.hpp), connectors/auth seals and opens them.
// Nobody else knows what is in them.
#include <memory>
#include <string>
#include <vector>

#include <fasti/error.hpp>
#include <fasti/value.hpp>

namespace fasti {
inline namespace v1 {

struct SealedRow {
  std::string connection;
  std::string key;     ///< of the connection's table: "refresh_token"
  std::string sealed;  ///< text
  Instant changed{};
};

class SealedRows {
 public:
  virtual ~SealedRows() = default;
  virtual Result<std::vector<SealedRow>> all() = 0;
  /// Inserts or replaces, all or none; durable when it returns.
  virtual Status save(const std::vector<SealedRow>& rows) = 0;
  /// How many there were.
  virtual Result<int> remove(const std::string& connection) = 0;
};

}  // namespace v1
}  // namespace fasti
