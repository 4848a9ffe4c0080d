// fasti check: config, mapping laws, what leaves this machine, and with --online what the providers say.
#include <algorithm>

#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/record_view.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

constexpr std::uint64_t kLawSeed = 2026;

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : " + ") + item;
  return out;
}

const char* arrow(Direction direction) { return direction == Direction::both ? "<->" : "->"; }

/// The lenses of a sync that carry something away from here. Direction only narrows.
std::vector<const Lens*> leaving(const config::Sync& sync, const Mapping& mapping) {
  std::vector<const Lens*> out;
  for (const auto& lens : mapping.lenses()) {
    if (sync.direction != Direction::from_remote && lens.direction != Direction::from_remote) out.push_back(&lens);
  }
  return out;
}

std::vector<LeavingSync> what_leaves(const config::Config& config) {
  std::vector<LeavingSync> out;
  for (const auto& sync : config.syncs) {
    const auto* connection = config.connection(sync.connection);
    LeavingSync one{sync.name, connection ? connection->provider : "", sync.collection, {}};
    auto mapping = config.mappings.find(sync.mapping_name);
    if (mapping != config.mappings.end()) {
      for (const auto* lens : leaving(sync, *mapping->second)) {
        auto direction = sync.direction == Direction::both ? lens->direction : sync.direction;
        one.fields.push_back({joined(lens->fields), arrow(direction), joined(lens->properties)});
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<Error> law_breaches(const config::Config& config, const Hub& hub, std::vector<Error> problems) {
  HubReferences references(hub);
  for (const auto& [name, mapping] : config.mappings) {
    auto kind = config.kinds.find(mapping->kind());
    if (kind == config.kinds.end()) continue;
    auto records = hub.list(mapping->kind());
    if (!records) {
      problems.push_back(records.error());
      continue;
    }
    for (const auto& breach : check_laws(*mapping, kind->second, *records, references, kLawSeed)) {
      problems.push_back({ErrorKind::bad_config,
                          breach.path + ": " + breach.message,
                          "mapping " + name,
                          "this value would come back changed: correct the mapping",
                          {}});
    }
  }
  return problems;
}

void show(Session& session, const std::vector<LeavingSync>& syncs, const std::vector<Error>& problems) {
  if (session.json) {
    session.out << check_json(syncs, problems) << "\n";
    return;
  }
  for (const auto& sync : syncs) {
    session.out << sync.name << " (" << sync.provider << ", " << printable(sync.collection)
                << "): " << (sync.fields.empty() ? "nothing leaves this machine" : "these fields leave this machine")
                << "\n";
    for (const auto& field : sync.fields) {
      std::string line = field.fields;
      line.resize(std::max<std::size_t>(line.size(), 20), ' ');
      session.out << "  " << line << " " << field.direction << " " << field.properties << "\n";
    }
  }
  for (const auto& problem : problems) {
    session.err << printable(problem.place.empty() ? "fasti" : problem.place) << ": " << printable(problem.message)
                << "\n";
    if (!problem.hint.empty()) session.err << "  " << printable(problem.hint) << "\n";
  }
  session.out << (problems.empty() ? "All is well.\n" : count_of(problems.size(), "problem") + ".\n");
}

}  // namespace

Result<int> check(Session& session, const CheckArguments& arguments) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_TRY(auto hub, open_hub(session));
  auto problems = law_breaches(config, hub, {});
  if (arguments.online || arguments.create_missing) {
    FASTI_TRY(auto online, hub.check_online(arguments.create_missing));
    problems.insert(problems.end(), online.begin(), online.end());
  }
  show(session, what_leaves(config), problems);
  int code = kDone;
  for (const auto& problem : problems) {
    code = worse(code, is_connection_error(problem.kind) ? kConnectionFailed : exit_code(problem.kind));
  }
  return code;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
