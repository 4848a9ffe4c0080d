// fasti collections: what a connection has, ready to paste.
#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

/// A TOML key or name from any display name: "Team Rhinos" -> "team-rhinos".
std::string slug(const std::string& text) {
  std::string out;
  for (unsigned char c : text) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (letter) {
      out += static_cast<char>(c);
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "sync" : out;
}

/// A TOML basic string is written like a JSON string.
std::string toml_string(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

Result<int> collections(Session& session, const std::string& connection) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_CHECK(find_connection(config, connection));
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto found, hub.collections(connection));
  if (session.json) {
    session.out << collections_json(found) << "\n";
    return kDone;
  }
  if (found.empty())
    session.out << "# " << connection << " has no collections yet: `create = true` in a [[sync]] makes one\n";
  for (const auto& one : found) {
    session.out << "# " << printable(one.name) << (one.read_only ? " (read-only)" : "") << "\n[[sync]]\n"
                << "name       = " << toml_string(slug(one.name)) << "\nconnection = " << toml_string(connection)
                << "\ncollection = " << toml_string(one.id) << "\nkind       = \"booking\"\n"
                << (one.read_only ? "direction  = \"from_remote\"\n" : "") << "\n";
  }
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
