// Lists of the stand-in for Google: pages, sync tokens and everything that a listing may do to its reader.
#include <algorithm>
#include <charconv>

#include "connectors/emulators/google_state.hpp"
#include "engine/base/hash.hpp"
#include "engine/model/time_text.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::uint64_t kPageDefault = 250;
constexpr std::uint64_t kPageMax = 2500;
constexpr std::chrono::hours kYear{24 * 366};
/// How far back `updatedMin` may lie: the service does not say, clients report about a month.
constexpr std::chrono::hours kUpdatedMax{24 * 28};

/// Refused beside a sync token.
const std::set<std::string> kNotWithToken = {
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"};
const std::set<std::string> kKnown = {"alt",
                                      "alwaysIncludeEmail",
                                      "eventTypes",
                                      "fields",
                                      "maxAttendees",
                                      "maxResults",
                                      "pageToken",
                                      "prettyPrint",
                                      "quotaUser",
                                      "showDeleted",
                                      "showHiddenInvitations",
                                      "singleEvents",
                                      "syncToken",
                                      "timeZone"};

/// What has to stay the same from page to page and from token to token.
std::string fingerprint(const GoogleQuery& query, bool with_token) {
  static const std::set<std::string> kFree = {"pageToken", "prettyPrint", "quotaUser", "alt", "fields"};
  std::string all;
  for (const auto& [name, value] : query) {
    if (kFree.count(name) != 0 || (!with_token && (name == "syncToken" || kNotWithToken.count(name) != 0))) continue;
    all += name + "=" + value + "&";
  }
  return short_hash(all).substr(0, 8);
}

/// What a sync token remembers: all that its first listing was restricted to, too.
struct Token {
  std::uint64_t change = 0;
  std::string print;  ///< of the parameters that must be repeated
  std::string from;   ///< timeMin
  std::string to;     ///< timeMax
};

std::string token_text(const Token& token) {
  return "C" + std::to_string(token.change) + "~" + token.print + "~" + token.from + "~" + token.to + "~==";
}

std::optional<Token> read_token(const std::string& text) {
  std::vector<std::string> parts;
  std::string_view rest(text);
  for (auto at = rest.find('~'); at != std::string_view::npos; at = rest.find('~')) {
    parts.emplace_back(rest.substr(0, at));
    rest.remove_prefix(at + 1);
  }
  if (parts.size() != 4 || rest != "==" || parts[0].empty() || parts[0][0] != 'C') return std::nullopt;
  Token out{0, parts[1], parts[2], parts[3]};
  const char* const last = parts[0].data() + parts[0].size();
  const auto [end, problem] = std::from_chars(parts[0].data() + 1, last, out.change);
  if (problem != std::errc() || end != last) return std::nullopt;
  return out;
}

std::optional<std::chrono::sys_seconds> instant_of(const std::string& text) {
  const auto instant = parse_instant(text);
  if (!instant) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*instant);
}

bool has_all(const GoogleQuery& query, const char* name, const std::map<std::string, std::string>& properties) {
  const auto [from, to] = query.equal_range(name);
  return std::all_of(from, to, [&](const auto& one) {
    const auto equals = one.second.find('=');
    const auto found = properties.find(one.second.substr(0, equals));
    return found != properties.end() && equals != std::string::npos && found->second == one.second.substr(equals + 1);
  });
}

bool wanted(const GoogleCall& call, const GoogleEvent& event, const std::string& json, const std::string& owner,
            const Token& token) {
  const auto facts = google_facts(json, owner);
  const auto uid = call.parameter("iCalUID");
  const auto text = call.parameter("q");
  if (!uid.empty() && event.uid != uid) return false;
  if (!text.empty() && facts.summary.find(text) == std::string::npos) return false;
  if (!has_all(call.query, "privateExtendedProperty", facts.own)) return false;
  if (!has_all(call.query, "sharedExtendedProperty", facts.shared)) return false;
  if (event.cancelled || facts.recurring) return true;
  const auto from = instant_of(token.from);
  const auto to = instant_of(token.to);
  return (!from || facts.end > *from) && (!to || facts.start < *to);
}

}  // namespace

std::vector<std::string> Google::State::expanded(const GoogleCalendar& calendar, const GoogleEvent& master,
                                                 const std::string& caller, std::chrono::sys_seconds from,
                                                 std::chrono::sys_seconds to, bool deleted) const {
  std::vector<std::string> out;
  std::set<std::string> own;
  for (const auto& [id, event] : calendar.events) {
    if (event.master != master.id) continue;
    own.insert(event.original);
    const auto json = full(calendar, event, caller);
    const auto facts = google_facts(json, "");
    if (event.cancelled ? deleted : (facts.start < to && facts.end > from)) out.push_back(json);
  }
  bool stored = false;
  for (const auto& one : google_occurrences(master.id, master.json, from, to)) {
    if (own.count(one.original) != 0) continue;
    if (const auto event = find(calendar, one.id, stored)) out.push_back(full(calendar, *event, caller));
  }
  return out;
}

http::Response Google::State::instances(GoogleCall& call, GoogleCalendar& calendar, const GoogleEvent& asked) {
  GoogleListing listing;
  listing.calendar = calendar.id;
  listing.fingerprint = fingerprint(call.query, true) + asked.id;
  if (!call.parameter("pageToken").empty()) return page(call, calendar, std::move(listing));
  const bool deleted = call.flag("showDeleted");
  const auto start = call.parameter("originalStart");
  if (!asked.master.empty()) {  // of an occurrence: itself
    if (!asked.cancelled || deleted) listing.items.push_back(shown(call, full(calendar, asked, call.email)));
    return page(call, calendar, std::move(listing));
  }
  if (start.empty()) {
    const auto facts = google_facts(asked.json, calendar.owner);
    const auto from = instant_of(call.parameter("timeMin")).value_or(facts.start);
    const auto to = instant_of(call.parameter("timeMax")).value_or(from + 2 * kYear);
    for (auto& one : expanded(calendar, asked, call.email, from, to, deleted))
      listing.items.push_back(shown(call, std::move(one)));
    return page(call, calendar, std::move(listing));
  }
  std::string original = start;
  if (const auto instant = instant_of(start)) original = iso_time(LocalSeconds(instant->time_since_epoch())) + "Z";
  for (const auto& [id, event] : calendar.events) {
    if (event.master != asked.id || event.original != original) continue;
    if (!event.cancelled || deleted) listing.items.push_back(shown(call, full(calendar, event, call.email)));
    return page(call, calendar, std::move(listing));
  }
  bool stored = false;
  const auto one = google_occurrence(asked.id, asked.json, start);
  if (one) {
    if (const auto event = find(calendar, one->id, stored))
      listing.items.push_back(shown(call, full(calendar, *event, call.email)));
  }
  return page(call, calendar, std::move(listing));
}

http::Response Google::State::list(GoogleCall& call, GoogleCalendar& calendar) {
  for (const auto& [name, value] : call.query)
    if (kKnown.count(name) == 0 && kNotWithToken.count(name) == 0)
      return google_refused(400, "badRequest", "Unknown parameter \"" + name + "\".", name);
  const auto token = call.parameter("syncToken");
  Token next{0, fingerprint(call.query, false), call.parameter("timeMin"), call.parameter("timeMax")};
  std::uint64_t since = 0;
  if (!token.empty()) {
    for (const auto& [name, value] : call.query)
      if (kNotWithToken.count(name) != 0 || (name == "showDeleted" && value == "false"))
        return google_refused(400, "badRequest", "Sync token cannot be used with other query restrictions.", name);
    const auto read = read_token(token);
    const bool expired = read && (read->change < calendar.oldest_token || faults.strikes("expired_token"));
    if (!read || expired)
      return google_refused(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.");
    if (read->print != next.print)
      return google_refused(400, "badRequest", "The parameters differ from those of the first request.", "syncToken2");
    since = read->change;
    next.from = read->from;
    next.to = read->to;
  }
  GoogleListing listing;
  listing.calendar = calendar.id;
  listing.fingerprint = fingerprint(call.query, true);
  if (!call.parameter("pageToken").empty()) return page(call, calendar, std::move(listing));
  if (call.parameter("orderBy") == "startTime" && !call.flag("singleEvents"))
    return google_refused(400, "badRequest", "The requested ordering is not available for the particular query.");

  const auto updated_min = parse_instant(call.parameter("updatedMin"));
  if (updated_min && *updated_min < clock.now() - kUpdatedMax)
    return google_refused(410, "updatedMinTooLongAgo",
                          "The requested minimum modification time lies too far in the past.");

  std::uint64_t until = counter;
  std::vector<const GoogleEvent*> found;
  const bool full_tombstones = call.flag("showDeleted") || faults.strikes("full_tombstones");
  const bool tombstones = full_tombstones || updated_min;
  for (const auto& [id, event] : calendar.events) {
    if (event.change <= since || (updated_min && event.updated < *updated_min)) continue;
    if (event.visible > clock.now()) {
      until = std::min(until, event.change - 1);
      continue;
    }
    const bool stays = !event.cancelled || !token.empty() || tombstones || !event.master.empty();
    if (stays && (call.flag("singleEvents") ? !event.cancelled : true)) found.push_back(&event);
  }
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->change < b->change; });
  if (faults.strikes("reordered"))
    for (std::size_t i = found.size(); i > 1; --i) std::swap(found[i - 1], found[random.next() % i]);
  if (!found.empty() && faults.strikes("page_shift")) {
    const auto lost = found.begin() + static_cast<std::ptrdiff_t>(random.next() % found.size());
    until = std::min(until, (*lost)->change - 1);
    found.erase(lost);
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(clock.now());
  for (const auto* event : found) {
    const auto json = full(calendar, *event, call.email);
    if (!wanted(call, *event, json, calendar.owner, next)) continue;
    const bool series = google_facts(event->json, "").recurring;
    if (call.flag("singleEvents") && (series || !event->master.empty())) {
      if (!event->master.empty()) continue;
      const auto from = instant_of(call.parameter("timeMin")).value_or(now - kYear);
      const auto to = instant_of(call.parameter("timeMax")).value_or(now + kYear);
      for (auto& one : expanded(calendar, *event, call.email, from, to, false))
        listing.items.push_back(shown(call, std::move(one)));
    } else {
      listing.items.push_back(event->cancelled && !full_tombstones ? stub(calendar, *event) : shown(call, json));
    }
  }
  if (call.parameter("orderBy") == "startTime")
    std::stable_sort(listing.items.begin(), listing.items.end(), [](const auto& a, const auto& b) {
      return google_facts(a, "").start < google_facts(b, "").start;
    });
  if (!listing.items.empty() && faults.strikes("duplicate_item"))
    listing.items.push_back(listing.items[random.next() % listing.items.size()]);
  const bool restricted = std::any_of(call.query.begin(), call.query.end(), [](const auto& one) {
    return kNotWithToken.count(one.first) != 0 && one.first != "timeMin" && one.first != "timeMax";
  });
  next.change = std::max(until, since);
  if (!restricted && !call.flag("singleEvents") && !faults.strikes("no_sync_token"))
    listing.sync_token = token_text(next);
  return page(call, calendar, std::move(listing));
}

/// The next page of a listing, a fresh one or the one that a page token names.
http::Response Google::State::page(GoogleCall& call, const GoogleCalendar& calendar, GoogleListing listing) {
  if (const auto token = call.parameter("pageToken"); !token.empty()) {
    const auto known = listings.find(token);
    if (known == listings.end() || known->second.calendar != calendar.id ||
        known->second.fingerprint != listing.fingerprint)
      return google_refused(400, "invalid", "Invalid page token value.", "pageToken");
    listing = known->second;
  }
  std::uint64_t size = kPageDefault;
  if (const auto asked = call.parameter("maxResults"); !asked.empty()) {
    if (std::from_chars(asked.data(), asked.data() + asked.size(), size).ec != std::errc() || size == 0)
      return google_refused(400, "invalid", "Invalid value for maxResults.", "maxResults");
    size = std::min(size, kPageMax);
  }
  const std::size_t left = listing.items.size() - listing.next;
  std::size_t count = std::min<std::size_t>(left, size);
  bool more = count < left;
  if (faults.strikes("short_page")) {
    count = static_cast<std::size_t>(faults.below(count + 1));
    more = true;
  }
  const std::string etag = ",\"etag\":\"\\\"" + std::to_string(counter) + "\\\"\"";
  std::string body = "{\"kind\":\"" + listing.kind + "\"" + etag;
  if (listing.kind == "calendar#events") {
    append_json_string(body += ",\"summary\":", calendar.summary);
    body += ",\"updated\":\"" + iso_instant(clock.now()) + "\"";
    append_json_string(body += ",\"timeZone\":", calendar.zone);
    append_json_string(body += ",\"accessRole\":", role_of(calendar, call.email));
    body += ",\"defaultReminders\":[{\"method\":\"popup\",\"minutes\":10}]";
  }
  body += ",\"items\":[";
  for (std::size_t i = 0; i < count; ++i) body += (i == 0 ? "" : ",") + listing.items[listing.next + i];
  body += "]";
  listing.next += count;
  if (more) {
    const std::string token = "P" + std::to_string(++counter) + "." + new_id();
    body += ",\"nextPageToken\":\"" + token + "\"";
    listings[token] = std::move(listing);
  } else if (!listing.sync_token.empty()) {
    body += ",\"nextSyncToken\":\"" + listing.sync_token + "\"";
  }
  return google_answer(200, body + "}");
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
