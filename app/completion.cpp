#include "app/completion.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

std::string words(const CommandOutline& command) {
  std::string out;
  for (const auto& one : command.commands) out += (out.empty() ? "" : " ") + one.name;
  for (const auto& option : command.options) out += (out.empty() ? "" : " ") + option.name;
  return out;
}

/// For single quotes in every of the three shells.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string bash(const CommandOutline& program) {
  std::string cases;
  for (const auto& command : program.commands) {
    cases +=
        "    " + command.name + ") words='" + words(command) + "'; files=" + (command.takes_files ? "1" : "") + " ;;\n";
  }
  return "# fasti completion bash > /etc/bash_completion.d/fasti, or: source <(fasti completion bash)\n"
         "_fasti() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words files=1 word\n"
         "  case $previous in --config|-o|--csv|--mapping) COMPREPLY=($(compgen -f -- \"$current\")); return ;; esac\n"
         "  words='" +
         words(program) +
         "'\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do case $word in\n" +
         cases +
         "  esac; done\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  if [ -n \"$files\" ] && [ \"${current:0:1}\" != - ]; then COMPREPLY+=($(compgen -f -- \"$current\")); fi\n"
         "}\n"
         "complete -o filenames -F _fasti fasti\n";
}

std::string zsh_described(const CommandOutline& command) {
  std::string out;
  for (const auto& option : command.options) {
    out += " " + quoted(option.name + "[" + option.summary + "]" + (option.takes_value ? ":value:_files" : ""));
  }
  return out;
}

std::string zsh(const CommandOutline& program) {
  std::string commands;
  std::string cases;
  for (const auto& command : program.commands) {
    commands += "    " + quoted(command.name + ":" + command.summary) + "\n";
    std::string rest = command.takes_files ? " '*:file:_files'" : "";
    if (!command.commands.empty()) {
      std::string choices;
      for (const auto& one : command.commands) choices += (choices.empty() ? "" : " ") + one.name;
      rest = " '1:command:(" + choices + ")'";
    }
    cases += "    " + command.name + ") _arguments" + zsh_described(command) + rest + " ;;\n";
  }
  return "#compdef fasti\n"
         "# fasti completion zsh > \"${fpath[1]}/_fasti\"\n"
         "_fasti() {\n"
         "  local -a commands\n"
         "  commands=(\n" +
         commands +
         "  )\n"
         "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
         "  local command=${words[2]}\n"
         "  shift words; (( CURRENT-- ))\n"
         "  case $command in\n" +
         cases +
         "  esac\n"
         "}\n"
         "compdef _fasti fasti\n";
}

std::string fish_option(const std::string& condition, const OptionOutline& option) {
  if (option.name.rfind("--", 0) != 0) return {};
  return "complete -c fasti" + condition + " -l " + option.name.substr(2) + (option.takes_value ? " -r" : "") + " -d " +
         quoted(option.summary) + "\n";
}

std::string fish(const CommandOutline& program) {
  std::string out = "# fasti completion fish > ~/.config/fish/completions/fasti.fish\ncomplete -c fasti -f\n";
  for (const auto& option : program.options) out += fish_option(" -n __fish_use_subcommand", option);
  for (const auto& command : program.commands) {
    std::string seen = " -n '__fish_seen_subcommand_from " + command.name + "'";
    out += "complete -c fasti -n __fish_use_subcommand -a " + command.name + " -d " + quoted(command.summary) + "\n";
    if (command.takes_files) out += "complete -c fasti" + seen + " -F\n";
    for (const auto& one : command.commands) {
      out += "complete -c fasti" + seen + " -a " + one.name + " -d " + quoted(one.summary) + "\n";
    }
    for (const auto& option : command.options) out += fish_option(seen, option);
  }
  return out;
}

}  // namespace

std::optional<std::string> completion_script(const std::string& shell, const CommandOutline& program) {
  if (shell == "bash") return bash(program);
  if (shell == "zsh") return zsh(program);
  if (shell == "fish") return fish(program);
  return std::nullopt;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
