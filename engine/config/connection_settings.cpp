#include "engine/config/connection_settings.hpp"

#include <cstdlib>

#include "engine/base/try.hpp"
#include "engine/config/keys.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {

namespace config {
namespace {

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

class TableSettings final : public ConnectionSettings {
 public:
  TableSettings(std::string name, TomlNode table, std::string folder, FileSystem& files, CredentialSource* credentials)
      : name_(std::move(name)),
        table_(std::move(table)),
        folder_(std::move(folder)),
        files_(files),
        credentials_(credentials) {}

  std::string name() const override { return name_; }
  std::string folder() const override { return folder_; }

  std::optional<std::string> get(const std::string& key) const override {
    const auto* node = table_.find(key);
    if (!node) return std::nullopt;
    if (node->is(TomlNode::Type::text)) return node->text;
    if (node->is(TomlNode::Type::table) || node->is(TomlNode::Type::array)) return std::nullopt;
    return canonical_text(*node);
  }

  std::string place(const std::string& key) const override {
    const auto* node = table_.find(key);
    return node ? node->place : table_.place;
  }

  SecretKeeper keeper() const override {
    if (!credentials_) return {};
    return [credentials = credentials_, connection = name_](const std::string& key, const std::string& value) {
      return credentials->keep(connection, key, value);
    };
  }

  Result<std::string> secret(const std::string& key) const override {
    if (credentials_) {
      FASTI_TRY(auto found, credentials_->find(name_, key));
      if (found) return *std::move(found);
    }
    const auto* node = table_.find(key);
    if (!node) return bad_config(table_, "connection \"" + name_ + "\" needs \"" + key + '"');
    FASTI_CHECK(check_secret(key, *node));
    if (const auto* env = node->find("env")) {
      const char* value = std::getenv(env->text.c_str());
      if (value && *value) return std::string(value);
      return bad_config(*node, "\"" + key + "\": the environment has no " + env->text, "export " + env->text + "=…");
    }
    if (const auto* file = node->find("file")) {
      const auto path = file->text.starts_with('/') ? file->text : folder_ + '/' + file->text;
      auto text = files_.read(path);
      if (text) return without_line_end(*std::move(text));
      return bad_config(*node, "\"" + key + "\": " + path + " cannot be read: " + text.error().message);
    }
    FASTI_TRY(const auto arguments, text_list(*node, "command"));
    auto text = run_command(arguments);
    if (text) return without_line_end(*std::move(text));
    return bad_config(*node, "\"" + key + "\": " + text.error().message);
  }

 private:
  std::string name_;
  TomlNode table_;
  std::string folder_;
  FileSystem& files_;
  CredentialSource* credentials_;
};

}  // namespace

Status check_secret(const std::string& key, const TomlNode& node) {
  const std::string hint = "write " + key + " = { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"…\"] }";
  if (!node.is(TomlNode::Type::table))
    return bad_config(node, "\"" + key + "\" is a secret and must not stand here", hint);
  FASTI_CHECK(check_keys(node, secret_keys()));
  if (node.members.size() != 1) return bad_config(node, "\"" + key + "\" needs one source", hint);
  if (node.find("command")) {
    FASTI_TRY(const auto arguments, text_list(node, "command"));
    if (arguments.empty() || arguments.front().empty()) return bad_config(node, "\"command\" is empty", hint);
    return {};
  }
  FASTI_TRY(const auto source, optional_text(node, node.members.front().first));
  return {};
}

std::shared_ptr<const ConnectionSettings> make_settings(const std::string& name, const TomlNode& table,
                                                        const std::string& folder, FileSystem& files,
                                                        CredentialSource* credentials) {
  return std::make_shared<TableSettings>(name, table, folder, files, credentials);
}

}  // namespace config
}  // namespace v1
}  // namespace fasti
