#pragma once
// A `[connections.NAME]` table that a test writes down; secrets are plain values in it, and what is kept is seen here.
#include <map>
#include <memory>
#include <string>

#include <fasti/connector.hpp>

namespace fasti {
inline namespace v1 {
namespace support {

class TableSettings final : public ConnectionSettings {
 public:
  TableSettings(std::map<std::string, std::string> values, std::string name, std::string folder)
      : values_(std::move(values)), name_(std::move(name)), folder_(std::move(folder)) {}

  std::string name() const override { return name_; }
  std::optional<std::string> get(const std::string& key) const override {
    const auto it = values_.find(key);
    return it == values_.end() ? std::nullopt : std::optional(it->second);
  }
  std::string place(const std::string& key) const override {
    return values_.count(key) > 0 ? "fasti.toml:" + key : "fasti.toml:1:1";
  }
  Result<std::string> secret(const std::string& key) const override {
    if (const auto it = kept->find(key); it != kept->end()) return it->second;
    if (const auto value = get(key)) return *value;
    Error error;
    error.kind = ErrorKind::bad_config;
    error.place = place(key);
    error.message = "connection \"" + name_ + "\" needs \"" + key + "\"";
    return error;
  }
  SecretKeeper keeper() const override {
    return [kept = kept](const std::string& key, const std::string& value) {
      (*kept)[key] = value;
      return Status();
    };
  }
  std::string folder() const override { return folder_; }

  std::shared_ptr<std::map<std::string, std::string>> kept = std::make_shared<std::map<std::string, std::string>>();

 private:
  std::map<std::string, std::string> values_;
  std::string name_;
  std::string folder_;
};

inline TableSettings table(std::map<std::string, std::string> values, std::string name = "club",
                           std::string folder = "/etc/club") {
  return TableSettings(std::move(values), std::move(name), std::move(folder));
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
