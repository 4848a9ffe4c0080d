// How the fake providers show their objects: listings, deltas, pages, and what can be wrong with them.
#include <algorithm>

#include "tests/support/fake_provider.hpp"

namespace fasti {
inline namespace v1 {
namespace support {

struct FakeProvider::Listing {
  bool complete = true;
  bool cut = false;           ///< declared partial
  std::uint64_t since = 0;    ///< delta: changes after this
  std::uint64_t started = 0;  ///< sequence when the pull began
};

bool FakeProvider::lagging(Instant since) const { return clock_.now() - since < nature_.abilities.visibility_lag; }

RemoteChange FakeProvider::change_of(const FakeObject& object, const PullRequest& request) {
  RemoteChange change;
  if (object.gone) {
    change.type = RemoteChange::Type::gone;
    change.object.id = object.id;
    return change;
  }
  change.object = show(object);
  if (object.unreadable) {
    change.type = RemoteChange::Type::unreadable;
    change.object.properties.clear();
    change.object.marker.reset();
    change.reason = error(ErrorKind::bad_reply, "this object cannot be read", object.id);
    return change;
  }
  if (nature_.versions != Nature::Versions::clock && request.known_version &&
      request.known_version(object.id) == object.version) {
    change.type = RemoteChange::Type::listed;
    change.object = {object.id, object.version, {}, {}, {}, {}, {}, {}};
  }
  return change;
}

std::vector<std::string> FakeProvider::wanted(const Collection& objects, const PullRequest& request, Listing& listing) {
  std::vector<std::pair<std::uint64_t, std::string>> found;
  for (const auto& [id, object] : objects) {
    if (listing.complete) {
      if (object.gone) continue;
      if (!nature_.abilities.cursor && clock_.now() < object.indexed) continue;
    } else if (object.changed <= listing.since) {
      continue;
    }
    found.emplace_back(object.changed, id);
  }
  std::sort(found.begin(), found.end());
  if (chaos_.strikes(Fault::reordered)) {
    for (std::size_t i = found.size(); i > 1; --i) std::swap(found[i - 1], found[chaos_.random().below(i)]);
  }
  std::vector<std::string> ids;
  for (auto& entry : found) ids.push_back(std::move(entry.second));
  if (listing.complete && ids.size() > 1 && request.mode == PullMode::changes &&
      chaos_.strikes(Fault::partial_listing)) {
    ids.resize(chaos_.random().below(ids.size()));
    listing.cut = true;
  }
  return ids;
}

Status FakeProvider::deliver(Collection& objects, const PullRequest& request, const PageSink& sink, Listing& listing,
                             std::vector<std::string> ids) {
  std::size_t next = 0;
  std::optional<RemoteChange> again;
  do {
    if (next > 0) {
      ++requests_;
      if (chaos_.strikes(Fault::cut_off))
        return error(ErrorKind::transient, "the next page failed", request.collection);
      if (between_pages) between_pages();
    }
    std::vector<RemoteChange> page;
    if (again) page.push_back(*std::exchange(again, std::nullopt));
    const std::size_t items =
        chaos_.strikes(Fault::empty_page) ? 0 : (chaos_.strikes(Fault::short_page) ? 1 : nature_.page_items);
    for (std::size_t i = 0; i < items && next < ids.size(); ++i, ++next) {
      FakeObject& object = objects[ids[next]];
      const Fault slip = listing.complete ? Fault::lying_complete : Fault::page_shift;
      const bool may_slip = nature_.abilities.trusted_absence && (!listing.complete || nature_.abilities.fetch);
      if (may_slip && i == 0 && next > 0 && chaos_.strikes(slip)) {
        object.changed = ++sequence_;
        continue;
      }
      if (listing.complete && object.gone) continue;
      auto ours = before_ours_.find(request.collection + "/" + object.id);
      const bool stale =
          !object.gone && ours != before_ours_.end() && lagging(ours->second.at) && chaos_.strikes(Fault::stale_read);
      if (stale) object.changed = ++sequence_;
      page.push_back(change_of(stale ? ours->second.object : object, request));
      if (chaos_.strikes(Fault::duplicate_item)) again = page.back();
    }
    if (auto taken = sink(std::move(page)); !taken) return taken;
    if (request.stop.stop_requested()) return error(ErrorKind::cancelled, "stopped", request.collection);
  } while (next < ids.size() || again);
  return {};
}

std::vector<Error> FakeProvider::prepare(const CollectionUse& use) {
  return refuses_use ? refuses_use(use) : std::vector<Error>();
}

Result<PullResult> FakeProvider::pull_changes(const PullRequest& request, const PageSink& sink) {
  auto reached = reach(request.collection);
  if (!reached) return std::move(reached).error();
  PullResult result;
  Listing listing;
  listing.started = sequence_;
  if (nature_.abilities.cursor && !request.cursor.empty() && request.mode == PullMode::changes) {
    listing.since = std::stoull(request.cursor.substr(request.cursor.find('-') + 1));
    listing.complete = listing.since < oldest_cursor_ || chaos_.strikes(Fault::cursor_expired);
    result.cursor_expired = listing.complete;
  }
  auto ids = wanted(**reached, request, listing);
  if (auto delivered = deliver(**reached, request, sink, listing, std::move(ids)); !delivered) {
    return std::move(delivered).error();
  }
  result.coverage = listing.cut ? Coverage::partial : (listing.complete ? Coverage::complete : Coverage::delta);
  if (nature_.abilities.cursor && !listing.cut) result.cursor = "after-" + std::to_string(listing.started);
  return result;
}

std::vector<Result<RemoteObject>> FakeProvider::fetch(const std::string& collection, std::span<const std::string> ids) {
  std::vector<Result<RemoteObject>> out;
  auto reached = reach(collection);
  for (const auto& id : ids) {
    if (!reached) {
      out.emplace_back(reached.error());
      continue;
    }
    auto found = (*reached)->find(id);
    if (found == (*reached)->end() || found->second.gone) {
      out.emplace_back(error(ErrorKind::not_found, "there is no such object", id));
    } else if (found->second.unreadable) {
      out.emplace_back(error(ErrorKind::bad_reply, "this object cannot be read", id));
    } else {
      out.emplace_back(show(found->second));
    }
  }
  return out;
}

Result<std::vector<RemoteObject>> FakeProvider::find_marked(const std::string& collection, const std::string& store,
                                                            const std::string& record) {
  auto reached = reach(collection);
  if (!reached) return std::move(reached).error();
  std::vector<RemoteObject> out;
  for (const auto& entry : **reached) {
    const auto& object = entry.second;
    if (object.gone || !object.marker || object.marker->store != store || object.marker->record != record) continue;
    if (clock_.now() < object.indexed) continue;
    out.push_back(show(object));
  }
  return out;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
