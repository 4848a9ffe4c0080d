#pragma once
// A `[connections.NAME]` table as a connector's factory sees it; secrets are read only when they are asked for.
#include <chrono>
#include <memory>

#include <fasti/connector.hpp>
#include <fasti/hub.hpp>

#include "engine/base/file_system.hpp"
#include "engine/mapping/toml_tree.hpp"

namespace fasti {
inline namespace v1 {
namespace config {

/// Checks the form of a secret: { env = "X" }, { file = "X" } or { command = ["…"] }.
Status check_secret(const std::string& key, const TomlNode& node);

std::shared_ptr<const ConnectionSettings> make_settings(const std::string& name, const TomlNode& table,
                                                        const std::string& folder, FileSystem& files,
                                                        CredentialSource* credentials);

/// Standard output of a program; started without a shell, ended when it has not ended by itself within the limit.
Result<std::string> run_command(const std::vector<std::string>& arguments,
                                std::chrono::milliseconds limit = std::chrono::seconds{30});

}  // namespace config
}  // namespace v1
}  // namespace fasti
