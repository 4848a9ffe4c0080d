// fasti conflicts: the review queue.
#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/render/report_text.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

/// By id, or by the first letters of one when they are enough.
Result<ConflictInfo> find_conflict(const Hub& hub, const std::string& id) {
  FASTI_TRY(auto all, hub.conflicts(Hub::ConflictFilter::all));
  const ConflictInfo* found = nullptr;
  for (const auto& conflict : all) {
    if (conflict.id == id) return conflict;
    if (id.empty() || conflict.id.rfind(id, 0) != 0) continue;
    if (found != nullptr)
      return usage("more than one conflict begins with \"" + id + "\"", "fasti conflicts --all lists them");
    found = &conflict;
  }
  if (found != nullptr) return *found;
  return Error{ErrorKind::not_found, "there is no conflict \"" + id + "\"", {}, "fasti conflicts --all lists them", {}};
}

/// JSON as the field's type wants it; else the text as it was typed.
Result<Value> read_value(const Session& session, const ConflictInfo& conflict, const std::string& text) {
  FASTI_TRY(auto config, load_config(session));
  auto kind = config.kinds.find(conflict.kind);
  const auto* field = kind == config.kinds.end() ? nullptr : kind->second.find(path_name(conflict.field));
  if (field == nullptr)
    return usage("--value: this conflict is not about one field", "say --take local or --take TARGET");
  auto value = read_plain(*field, text);
  if (value) return value;
  std::string quoted;
  append_json_string(quoted, text);
  auto as_text = read_plain(*field, quoted);
  return as_text ? std::move(as_text) : std::move(value);
}

}  // namespace

Result<int> list_conflicts(Session& session, bool all) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto conflicts, hub.conflicts(all ? Hub::ConflictFilter::all : Hub::ConflictFilter::open));
  session.out << (session.json ? conflicts_json(conflicts) + "\n" : conflicts_text(conflicts, session.columns));
  return kDone;
}

Result<int> show_conflict(Session& session, const std::string& id) {
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto conflict, find_conflict(hub, id));
  session.out << (session.json ? conflict_json(conflict) + "\n" : conflict_text(conflict, session.columns));
  return kDone;
}

Result<int> resolve_conflict(Session& session, const ResolveArguments& arguments) {
  if (arguments.take.empty() == !arguments.value) {
    return usage("how is it to be settled?", "say --take local, --take TARGET, --take both, or --value VALUE");
  }
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto conflict, find_conflict(hub, arguments.id));
  std::optional<Value> value;
  if (arguments.value) {
    FASTI_TRY(value, read_value(session, conflict, *arguments.value));
  }
  auto revision = arguments.revision != 0 ? arguments.revision : conflict.revision;
  FASTI_CHECK(hub.resolve(conflict.id, revision, arguments.take, value));
  FASTI_TRY(auto settled, find_conflict(hub, conflict.id));
  if (session.json) {
    session.out << conflict_json(settled) << "\n";
  } else {
    session.out << "Settled; the next sync carries it to every side.\n" << conflict_text(settled, session.columns);
  }
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
