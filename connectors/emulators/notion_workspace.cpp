// What an administrator of the stand-in's workspace does: connections, people, sharing, and values that no request can
// write.
#include <algorithm>

#include "connectors/emulators/notion_state.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {

std::string Notion::add_connection(const std::string& token, const std::string& name, NotionCapabilities capabilities) {
  const std::lock_guard<std::mutex> lock(mutex_);
  NotionUser user;
  user.id = state_->new_id();
  user.name = name;
  user.bot = true;
  user.may = capabilities;
  state_->tokens[token] = user.id;
  return state_->users.emplace(user.id, user).first->first;
}

std::string Notion::add_person(const std::string& token, const std::string& name, const std::string& email) {
  const std::lock_guard<std::mutex> lock(mutex_);
  NotionUser user;
  user.id = state_->new_id();
  user.name = name;
  user.email = email;
  state_->tokens[token] = user.id;
  return state_->users.emplace(user.id, user).first->first;
}

void Notion::revoke(const std::string& token) {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->tokens.erase(token);
}

std::string Notion::root_page() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_->root;
}

void Notion::share(const std::string& id, bool shared) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (shared)
    state_->unshared.erase(id);
  else
    state_->unshared.insert(id);
}

void Notion::destroy(const std::string& id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto& waiting = state_->not_indexed;
  for (auto it = waiting.begin(); it != waiting.end();) it = it->second.id == id ? waiting.erase(it) : std::next(it);
  state_->index.erase(id);
  state_->pages.erase(id);
  state_->sources.erase(id);
  state_->databases.erase(id);
  state_->blocks.erase(id);
  for (auto& [database, entry] : state_->databases)
    entry.sources.erase(std::remove(entry.sources.begin(), entry.sources.end(), id), entry.sources.end());
}

void Notion::set_value(const std::string& page, const std::string& property, const std::string& value_json) {
  const std::lock_guard<std::mutex> lock(mutex_);
  NotionPage& found = state_->pages.at(page);
  const NotionProperty* named = state_->sources.at(found.parent).named(property);
  found.values[named->id] = Json::parse(value_json).value();
  ++found.revision;
  state_->index_page(found);
}

void Notion::expire_cursors() {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->cursors.clear();
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
