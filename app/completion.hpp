#pragma once
// Shell completion scripts, made from an outline of the command line. Pure.
#include <optional>
#include <string>
#include <vector>

namespace fasti {
inline namespace v1 {
namespace app {

struct OptionOutline {
  std::string name;  ///< "--take"
  std::string summary;
  bool takes_value = false;
};

struct CommandOutline {
  std::string name;
  std::string summary;
  bool takes_files = false;
  std::vector<OptionOutline> options;
  std::vector<CommandOutline> commands;
};

/// For "bash", "zsh" or "fish"; nullopt for another shell.
std::optional<std::string> completion_script(const std::string& shell, const CommandOutline& program);

}  // namespace app
}  // namespace v1
}  // namespace fasti
