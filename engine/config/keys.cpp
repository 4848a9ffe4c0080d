#include "engine/config/keys.hpp"

namespace fasti {
inline namespace v1 {
namespace config {

const std::vector<std::string>& root_keys() {
  static const std::vector<std::string> keys = {"store", "connections", "conflict", "sync", "availability", "notify"};
  return keys;
}

const std::vector<std::string>& connection_keys() {
  static const std::vector<std::string> keys = {"provider", "rate", "parallel"};
  return keys;
}

const std::vector<std::string>& secret_keys() {
  static const std::vector<std::string> keys = {"env", "file", "command"};
  return keys;
}

const std::vector<std::string>& strategy_keys() {
  static const std::vector<std::string> keys = {"prefer", "priority", "custom"};
  return keys;
}

const std::vector<std::string>& conflict_keys() {
  static const std::vector<std::string> keys = {"default", "delete", "fields"};
  return keys;
}

const std::vector<std::string>& sync_keys() {
  static const std::vector<std::string> keys = {
      "name",       "connection", "collection", "kind", "mapping",  "direction",   "enabled",    "create",
      "max_delete", "sweep",      "every",      "cron", "marker",   "invitations", "recurrence", "for_each",
      "where",      "window",     "accept",     "set",  "on_leave", "account",     "privacy",    "conflict"};
  return keys;
}

const std::vector<std::string>& later_root_keys() {
  static const std::vector<std::string> keys = {"availability", "notify"};
  return keys;
}

const std::vector<std::string>& later_sync_keys() {
  static const std::vector<std::string> keys = {"for_each", "where",    "window",  "accept",
                                                "set",      "on_leave", "account", "privacy"};
  return keys;
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
