#include "tests/support/stage.hpp"

#include <cstdio>
#include <cstdlib>

#include "engine/store/sqlite/sqlite_store.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "the stage cannot be set: %s\n", why.c_str());
  std::abort();
}

}  // namespace

Stage::Stage(std::uint64_t seed) : random_(seed ^ 0x5eedULL), chaos_(seed ^ 0xc4a05ULL) {
  auto opened = store::open_sqlite(":memory:", clock_, random_);
  if (!opened) give_up(opened.error().text());
  store_ = std::make_unique<WatchedStore>(std::move(opened).value());
}

Stage::~Stage() = default;

void Stage::add_kind(Kind kind, KindPolicy policy) {
  settings_.policies[kind.name] = std::move(policy);
  const std::string name = kind.name;
  settings_.kinds[name] = std::move(kind);
}

std::shared_ptr<FakeProvider> Stage::add_provider(const std::string& connection, Nature nature) {
  nature.provider = connection;  // ids and UIDs of two providers must not meet
  auto provider = std::make_shared<FakeProvider>(std::move(nature), clock_, chaos_);
  connections_[connection] = {provider, std::make_shared<WatchedConnector>(connection, provider, *store_)};
  return provider;
}

Stage::Place& Stage::add_target(const std::string& name, const std::string& connection, const std::string& collection,
                                std::shared_ptr<const Mapping> mapping) {
  const auto& [provider, connector] = connections_.at(connection);
  provider->add_collection(collection);
  sync::Target target;
  target.name = target.sync = name;
  target.connection = connection;
  target.provider = provider->nature().provider;
  target.connector = connector;
  target.collection = collection;
  target.kind = mapping->kind();
  target.mapping = std::move(mapping);
  if (provider->nature().read_only) target.direction = Direction::from_remote;
  settings_.targets.push_back(std::move(target));
  places_.push_back({name, connection, collection, provider, connector});
  return places_.back();
}

sync::Target& Stage::settings_of(const std::string& target) {
  for (auto& candidate : settings_.targets) {
    if (candidate.name == target) return candidate;
  }
  give_up("no target " + target);
}

sync::Engine& Stage::engine() {
  if (!engine_) engine_ = std::make_unique<sync::Engine>(*store_, clock_, random_, settings_);
  return *engine_;
}

Stage::Place& Stage::place(const std::string& target) {
  for (auto& candidate : places_) {
    if (candidate.target == target) return candidate;
  }
  give_up("no target " + target);
}

std::uint64_t Stage::engine_writes() const {
  std::uint64_t total = 0;
  for (const auto& entry : connections_) total += entry.second.provider->engine_writes();
  return total;
}

Kind booking_kind() {
  Kind kind;
  kind.name = "booking";
  kind.label = "title";
  const auto field = [](const char* name, FieldType type) {
    FieldDef def;
    def.name = name;
    def.type = type;
    return def;
  };
  kind.fields = {field("code", FieldType::text),
                 field("title", FieldType::text),
                 field("notes", FieldType::text),
                 field("when", FieldType::span),
                 field("status", FieldType::choice),
                 field("tags", FieldType::choices),
                 field("recurrence", FieldType::recurrence),
                 field("venue", FieldType::reference)};
  for (auto& def : kind.fields) {
    if (def.name == "recurrence") def.group = "when";
    if (def.name == "venue") def.to = "venue";
  }
  return kind;
}

std::vector<FieldPair> booking_pairs() {
  return {{"code", "Code"},     {"title", "Title"}, {"notes", "Notes"},           {"when", "When"},
          {"status", "Status"}, {"tags", "Tags"},   {"recurrence", "Recurrence"}, {"venue", "Venue"}};
}

std::shared_ptr<const Mapping> booking_mapping(const Nature& nature, std::vector<std::string> match) {
  const bool minutes = nature.span_step > std::chrono::seconds(1);
  return std::make_shared<FieldMapping>(nature.provider, "booking", booking_pairs(),
                                        minutes ? FieldMapping::Times::minutes : FieldMapping::Times::exact,
                                        std::move(match));
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
