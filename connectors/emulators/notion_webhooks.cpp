// Webhooks of the stand-in for Notion: what is told, gathered into fewer events, late, in no order, signed.
#include <openssl/hmac.h>

#include <algorithm>

#include "connectors/emulators/notion_state.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr int kAttemptsMax = 8;
/// After the first, second, … attempt: about a day altogether.
constexpr std::int64_t kBackoffMinutes[] = {1, 5, 15, 60, 180, 360, 720};

std::string signature_of(const std::string& key, const std::string& body) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(body.data()),
       body.size(), digest, &size);
  std::string out = "sha256=";
  for (unsigned int i = 0; i < size; ++i) {
    out += "0123456789abcdef"[digest[i] >> 4U];
    out += "0123456789abcdef"[digest[i] & 15U];
  }
  return out;
}

/// What the first event begins and the second takes back: neither is told.
bool undoes(const std::string& first, const std::string& second) {
  const auto kind = [](const std::string& type) { return type.substr(type.find('.') + 1); };
  const auto a = kind(first);
  const auto b = kind(second);
  return ((a == "created" || a == "undeleted") && b == "deleted") || (a == "deleted" && b == "undeleted");
}

}  // namespace

void Notion::State::tell(const NotionCall& call, const std::string& type, const std::string& entity_type,
                         const std::string& id, const std::vector<std::string>& changed) {
  if (subscriptions.empty() || faults.strikes("webhook_lost")) return;
  const auto of_it = [&](const NotionEvent& one) { return one.entity == id && one.due > clock.now(); };
  const auto undone =
      std::find_if(events.begin(), events.end(), [&](const auto& one) { return of_it(one) && undoes(one.type, type); });
  if (undone != events.end()) {
    events.erase(std::remove_if(events.begin(), events.end(), of_it), events.end());
    return;
  }
  const bool alone = type == "page.locked" || type == "page.unlocked";
  auto event = std::find_if(events.begin(), events.end(),
                            [&](const auto& one) { return !alone && of_it(one) && one.type == type; });
  if (event == events.end()) {
    NotionEvent made;
    made.id = new_id();
    made.type = type;
    made.entity_type = entity_type;
    made.entity = id;
    // Usually within a minute, always within five.
    made.due = clock.now() + std::chrono::seconds(1 + random.next() % (random.next() % 8 == 0 ? 300 : 60));
    event = events.insert(events.end(), made);
  }
  event->at = clock.now();
  event->authors.insert(call.user->id);
  for (const std::string& one : changed)
    if (std::find(event->changed.begin(), event->changed.end(), one) == event->changed.end())
      event->changed.push_back(one);
}

std::string Notion::State::post_body(const NotionPost& post) {
  const NotionSubscription& to = subscriptions[post.subscription];
  const NotionEvent& event = post.event;
  Json body = Json::object({{"id", event.id},
                            {"timestamp", iso_instant(event.at)},
                            {"workspace_id", workspace_id},
                            {"workspace_name", options.workspace},
                            {"subscription_id", to.id},
                            {"integration_id", to.user},
                            {"type", event.type},
                            {"attempt_number", post.attempt},
                            {"api_version", "2026-03-11"},
                            {"entity", Json::object({{"id", event.entity}, {"type", event.entity_type}})}});
  body["authors"] = Json::array();
  for (const std::string& author : event.authors)
    body["authors"].push(Json::object({{"id", author}, {"type", users.at(author).bot ? "bot" : "person"}}));
  Json parent = Json::object({{"id", workspace_id}, {"type", "space"}});
  const NotionThing* there = thing(event.entity);
  if (there && !there->parent.empty()) {
    const auto source = sources.find(there->parent);
    parent["id"] = source != sources.end() ? source->second.parent : there->parent;
    parent["type"] = pages.count(there->parent) != 0 ? "page" : blocks.count(there->parent) != 0 ? "block" : "database";
    if (source != sources.end()) parent["data_source_id"] = source->first;
  }
  body["data"]["parent"] = parent;
  const bool content = event.type == "page.content_updated";
  if (content || event.type == "page.properties_updated") {
    Json& changed = body["data"][content ? "updated_blocks" : "updated_properties"];
    changed = Json::array();
    for (const std::string& one : event.changed)
      changed.push(content ? Json::object({{"id", one}, {"type", "block"}}) : Json(one));
  }
  return body.dump();
}

std::string Notion::subscribe(const std::string& token, Sink sink) {
  NotionSubscription made;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    made.id = state_->new_id();
    made.user = state_->tokens.at(token);
    made.token = "secret_" + state_->new_id();
    made.sink = sink;
    state_->subscriptions.push_back(made);
  }
  sink({Json::object({{"verification_token", made.token}}).dump(), ""});
  return made.token;
}

void Notion::State::post_what_is_due() {
  for (auto event = events.begin(); event != events.end();) {
    if (event->due > clock.now()) {
      ++event;
      continue;
    }
    for (std::size_t i = 0; i < subscriptions.size(); ++i) {
      NotionCall as;
      as.user = &users.at(subscriptions[i].user);
      if (thing(event->entity) && !visible(as, event->entity)) continue;
      posts.push_back({event->due, i, 1, *event});
      if (faults.strikes("webhook_twice")) posts.push_back({event->due, i, 1, *event});
    }
    event = events.erase(event);
  }
}

void Notion::deliver() {
  struct Ready {
    NotionPost post;
    Sink sink;
    NotionDelivery delivery;
  };
  std::vector<Ready> ready;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    state_->post_what_is_due();
    auto& posts = state_->posts;
    const auto now = state_->clock.now();
    const auto later =
        std::stable_partition(posts.begin(), posts.end(), [&](const auto& one) { return one.due <= now; });
    for (auto post = posts.begin(); post != later; ++post) {
      const auto& to = state_->subscriptions[post->subscription];
      const std::string body = state_->post_body(*post);
      ready.push_back({*post, to.sink, {body, signature_of(to.token, body)}});
    }
    posts.erase(posts.begin(), later);
  }
  // Without the lock: a subscriber may well ask at once what it was told of.
  for (Ready& one : ready) {
    const int status = one.sink(one.delivery);
    if ((status >= 200 && status < 300) || one.post.attempt >= kAttemptsMax) continue;
    const std::lock_guard<std::mutex> lock(mutex_);
    one.post.due = state_->clock.now() + std::chrono::minutes(kBackoffMinutes[one.post.attempt - 1]);
    ++one.post.attempt;
    state_->posts.push_back(one.post);
  }
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
