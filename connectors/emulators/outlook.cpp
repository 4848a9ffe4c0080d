#include "connectors/emulators/outlook.hpp"

#include <algorithm>

#include "connectors/emulators/outlook_state.hpp"
#include "connectors/http/url.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr int kConcurrent = 4;
constexpr std::size_t kBatchMax = 20;
constexpr std::uint64_t kPerWindow = 10'000;
constexpr std::int64_t kWindowSeconds = 600;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  std::string piece;
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == at && depth == 0)
      out.push_back(std::exchange(piece, ""));
    else
      piece += c;
  }
  out.push_back(piece);
  return out;
}

/// name = "value" of one preference; nullopt: another one.
std::optional<std::string> preference(const std::string& one, const std::string& name) {
  const auto equals = one.find('=');
  if (equals == std::string::npos) return std::nullopt;
  std::string key = one.substr(0, equals);
  std::string value = one.substr(equals + 1);
  const auto trim = [](std::string& text) {
    text.erase(0, text.find_first_not_of(" \""));
    text.erase(text.find_last_not_of(" \"") + 1);
  };
  trim(key);
  trim(value);
  return lower(key) == lower(name) ? std::optional(value) : std::nullopt;
}

void read_preferences(const http::Headers& headers, OutlookAsk& ask) {
  for (const auto& [name, value] : headers) {
    if (lower(name) != "prefer") continue;
    for (const std::string& one : split(value, ',')) {
      const auto apply = [&](const char* preferred) {
        const auto given = preference(one, preferred);
        if (given) ask.applied.push_back(std::string(preferred) + "=\"" + *given + "\"");
        return given;
      };
      if (const auto zone = apply("outlook.timezone")) ask.view.zone = *zone;
      if (const auto kind = apply("outlook.body-content-type")) ask.view.text = *kind == "text";
      if (const auto kind = apply("IdType")) ask.view.immutable = *kind == "ImmutableId";
      if (const auto size = preference(one, "odata.maxpagesize")) ask.page = std::stoul(*size);
    }
  }
}

std::string quoted_part(const std::string& text) {
  const auto from = text.find('\'');
  const auto to = text.rfind('\'');
  return from == std::string::npos || to <= from ? std::string() : text.substr(from + 1, to - from - 1);
}

void read_query(OutlookAsk& ask) {
  const std::string select = ask.value("$select");
  if (!select.empty())
    for (const std::string& name : split(select, ',')) ask.view.select.insert(name);
  const std::string expand = ask.value("$expand");
  if (expand.empty()) return;
  for (const std::string& one : split(expand, ',')) {
    const std::string name = one.substr(0, one.find('('));
    if (name == "exceptionOccurrences")
      ask.view.exceptions = true;
    else if (name == "singleValueExtendedProperties")
      ask.view.extended = quoted_part(one);
    else
      ask.problem = OutlookProblem{400, "BadRequest", "Could not find a property named '" + name + "'", {}};
  }
}

}  // namespace

http::Response json_response(int status, std::string body) {
  http::Response out;
  out.status = status;
  if (status != 204) out.headers = {{"Content-Type", "application/json; odata.metadata=minimal"}};
  out.body = std::move(body);
  return out;
}

Outlook::Outlook(Clock& clock, Random& random, OutlookOptions options)
    : state_(std::make_unique<State>(clock, random, std::move(options))) {
  state_->calendars.push_back({"calendar-1", "Calendar", true, true});
  state_->numbers = 1;
  if (!state_->options.fixed_token.empty()) state_->access[state_->options.fixed_token] = {Instant::max(), false};
}
Outlook::~Outlook() = default;

Faults& Outlook::faults() { return state_->faults; }
std::uint64_t Outlook::mails() const { return state_->mails; }
std::uint64_t Outlook::writes() const { return state_->traffic.writes; }
std::uint64_t Outlook::requests() const {
  const std::lock_guard lock(mutex_);
  return state_->traffic.requests;
}

std::string Outlook::issue_token() {
  const std::lock_guard lock(mutex_);
  return state_->new_access(false);
}
void Outlook::expire_tokens() {
  const std::lock_guard lock(mutex_);
  state_->access.clear();
}
void Outlook::expire_cursors() {
  const std::lock_guard lock(mutex_);
  state_->rounds.clear();
}
std::string Outlook::add_calendar(const std::string& name, bool can_edit) {
  const std::lock_guard lock(mutex_);
  state_->calendars.push_back({"calendar-" + std::to_string(++state_->numbers), name, can_edit, false});
  return state_->calendars.back().id;
}
void Outlook::remove_calendar(const std::string& id) {
  const std::lock_guard lock(mutex_);
  state_->erase_calendar(id);
}
void Outlook::break_event(const std::string& id) {
  const std::lock_guard lock(mutex_);
  OutlookEvent& event = state_->events.at(inner_id(id));
  event.broken = true;
  if (!event.pattern) event.pattern = OutlookPattern{};
  state_->touch(event);
}
std::string Outlook::invite(const std::string& calendar, const std::string& subject) {
  const std::lock_guard lock(mutex_);
  OutlookEvent event;
  event.id = "invited" + std::to_string(++state_->numbers);
  event.calendar = calendar;
  event.subject = subject;
  event.organizer = false;
  event.uid = "uid-" + event.id;
  event.guests = {{"required", state_->options.user, "Alice"}};
  const auto now = std::chrono::floor<std::chrono::days>(state_->clock.now());
  event.start = LocalSeconds(now.time_since_epoch()) + std::chrono::hours(33);
  event.end = event.start + std::chrono::hours(1);
  event.created = state_->clock.now();
  state_->touch(event);
  return state_->events.insert_or_assign(event.id, event).first->first;
}
void Outlook::set_certificate(const std::string& pem) {
  const std::lock_guard lock(mutex_);
  state_->certificate = pem;
}
void Outlook::answer_device(const std::string& user_code, bool yes) {
  const std::lock_guard lock(mutex_);
  for (auto& device : state_->devices)
    if (device.second.user_code == user_code) device.second.answer = yes;
}

http::Response Outlook::handle(const http::Request& request) {
  if (const auto call = control_call(request)) return control(*call);
  struct Guard {
    std::atomic<int>& count;
    int before;
    explicit Guard(std::atomic<int>& counted) : count(counted), before(counted.fetch_add(1)) {}
    ~Guard() { --count; }
  };
  const Guard guard(in_flight_);
  const std::lock_guard lock(mutex_);
  ++state_->traffic.requests;
  if (guard.before >= kConcurrent) {
    auto out = state_->problem({429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", {}});
    out.headers.emplace_back("Retry-After", "1");
    return out;
  }
  return state_->answer(request);
}

std::string Outlook::State::token() {
  std::string out;
  for (int i = 0; i < 2; ++i) {
    std::uint64_t bits = random.next();
    for (int digit = 0; digit < 16; ++digit, bits >>= 4U) out += "0123456789abcdef"[bits & 15U];
  }
  return out;
}

http::Response Outlook::State::problem(const OutlookProblem& what) const {
  return json_response(what.status, error_json(what, iso_instant(clock.now()).substr(0, 19), ids));
}

const OutlookCalendar* Outlook::State::calendar(const std::string& id) const {
  const auto found = std::find_if(calendars.begin(), calendars.end(), [&](const auto& one) { return one.id == id; });
  return found == calendars.end() ? nullptr : &*found;
}

OutlookAsk Outlook::State::take_apart(const std::string& method, const std::string& url, const http::Headers& headers,
                                      const std::string& body) const {
  OutlookAsk ask;
  ask.view.user = options.user;
  ask.method = method;
  ask.body = body;
  const auto root = url.find("/v1.0");
  ask.base = url.substr(0, root == std::string::npos ? 0 : root + 5);
  const std::string rest = root == std::string::npos ? url : url.substr(root + 5);
  const auto question = rest.find('?');
  ask.resource = rest.substr(0, question);
  for (const std::string& segment : split(ask.resource.substr(std::min<std::size_t>(1, ask.resource.size())), '/'))
    ask.path.push_back(http::percent_decode(segment));
  if (question != std::string::npos)
    for (const std::string& pair : split(rest.substr(question + 1), '&')) {
      const auto equals = pair.find('=');
      ask.query[http::percent_decode(pair.substr(0, equals))] =
          equals == std::string::npos ? "" : http::percent_decode(pair.substr(equals + 1));
    }
  ask.if_match = http::header(headers, "If-Match").value_or("");
  ask.has_content_type = http::header(headers, "Content-Type").has_value();
  read_preferences(headers, ask);
  read_query(ask);
  return ask;
}

http::Response Outlook::State::answer(const http::Request& request) {
  settle_pending();
  const auto url = http::parse_url(request.url);
  const std::string path = url ? url->path : "/";
  if (path.find("/oauth2/v2.0/") != std::string::npos) return token_endpoint(request, path);
  if (path.find("/v2.0/.well-known/openid-configuration") != std::string::npos) return discovery(request);
  ids.request = token();
  ids.client = http::header(request.headers, "client-request-id").value_or(ids.request);
  auto out = path.compare(0, 6, "/v1.0/") == 0 ? api(request, path)
                                               : problem({404, "ResourceNotFound", "no such version", {}});
  out.headers.emplace_back("request-id", ids.request);
  out.headers.emplace_back("client-request-id", ids.client);
  return out;
}

http::Response Outlook::State::api(const http::Request& request, const std::string& path) {
  OutlookAsk ask = take_apart(request.method, request.url, request.headers, request.body);
  if (auto wrong = check_access(request, ask)) {
    auto out = problem(*wrong);
    if (wrong->status == 401) out.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"\"");
    return out;
  }
  const auto at = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count() / kWindowSeconds;
  if (at != window) in_window = 0;
  window = at;
  if (faults.strikes("throttled") || ++in_window > kPerWindow) {
    auto out = problem({429, "ApplicationThrottled", "Application is over its request limit.", {}});
    out.headers.emplace_back("Retry-After", "3");
    return out;
  }
  if (faults.strikes("unavailable")) return problem({503, "ServiceUnavailable", "try again", {}});
  const std::uint64_t before = traffic.writes;
  http::Response out = path == "/v1.0/$batch" ? batch(request, ask) : route(ask);
  if (traffic.writes != before && faults.strikes("failed_after_write"))
    return problem({504, "GatewayTimeout", "too slow", {}});
  std::string applied;
  for (const auto& one : ask.applied) applied += (applied.empty() ? "" : ", ") + one;
  if (!applied.empty()) out.headers.emplace_back("Preference-Applied", applied);
  return out;
}

http::Response Outlook::State::route(OutlookAsk& ask) {
  ++traffic.calls[ask.method];
  if (ask.problem) return problem(*ask.problem);
  if (!resolve_zone(ask.view.zone))
    return problem({400, "TimeZoneNotSupportedException", "'" + ask.view.zone + "' is not a time zone", {}});
  if (!ask.path.empty() && ask.path[0] == "me") {
    ask.path.erase(ask.path.begin());
  } else if (ask.path.size() > 1 && ask.path[0] == "users") {
    if (lower(ask.path[1]) != lower(options.user))
      return problem({404, "ErrorInvalidUser", "The requested user '" + ask.path[1] + "' is invalid.", {}});
    ask.path.erase(ask.path.begin(), ask.path.begin() + 2);
  } else {
    return problem({400, "BadRequest", "Resource not found for the segment", {}});
  }
  if (ask.path.empty()) return problem({400, "BadRequest", "nothing was asked for", {}});
  const bool writes_something =
      ask.method != "GET" && ask.path.back() != "getSchedule" && ask.path.back() != "translateExchangeIds";
  if (writes_something && options.scope.find("Write") == std::string::npos)
    return problem({403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.", {}});
  if (ask.path[0] == "calendars" || ask.path[0] == "calendar") return calendars_of(ask);
  if (ask.path[0] == "translateExchangeIds" && ask.method == "POST") return translate_ids(ask);
  if (ask.path.size() == 2 && ask.path[0] == "mailboxSettings" && ask.path[1] == "timeZone")
    return json_response(200, "{\"value\":" + quoted_json(options.zone) + "}");
  const std::string first = "calendar-1";
  if (ask.path[0] == "events") return events_of(ask, ask.path.size() > 1 ? "" : first, 0);
  if (ask.path[0] == "calendarView")
    return ask.path.size() > 1 && ask.path[1] == "delta" ? delta(ask, first) : view(ask, first);
  return problem({400, "BadRequest", "Resource not found for the segment '" + ask.path[0] + "'.", {}});
}

http::Response Outlook::State::calendar_list(const OutlookAsk& ask) {
  if (ask.method == "GET") {
    const auto rest = listings.find(ask.value("$skiptoken"));
    if (rest != listings.end()) return paged(ask, rest->second);
    std::vector<std::string> values;
    for (const auto& one : calendars)
      values.push_back(calendar_json(one.id, one.name, one.can_edit, one.is_default, options.teams, options.user));
    return paged(ask, std::move(values));
  }
  const auto name = name_in(ask.body);
  if (!name || name->empty()) return problem({400, "ErrorInvalidRequest", "name is required", {}});
  for (const auto& one : calendars)
    if (one.name == *name) return problem({409, "ErrorFolderExists", "A folder with this name exists.", {}});
  calendars.push_back({"calendar-" + std::to_string(++numbers), *name, true, false});
  ++traffic.writes;
  return json_response(201, calendar_json(calendars.back().id, *name, true, false, options.teams, options.user));
}

http::Response Outlook::State::calendars_of(OutlookAsk& ask) {
  const bool named = ask.path[0] == "calendars";
  if (named && ask.path.size() == 1) return calendar_list(ask);
  const std::size_t at = named ? 2 : 1;
  const std::string id = named ? ask.path[1] : "calendar-1";
  const auto found = std::find_if(calendars.begin(), calendars.end(), [&](const auto& one) { return one.id == id; });
  if (found == calendars.end())
    return problem({404, "ErrorItemNotFound", "The specified object was not found in the store.", {}});
  if (ask.path.size() == at) {
    if (ask.method == "DELETE" && found->is_default)
      return problem({400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.", {}});
    if (ask.method == "DELETE") {
      erase_calendar(id);
      ++traffic.writes;
      return json_response(204, "");
    }
    if (ask.method == "PATCH") {
      if (const auto name = name_in(ask.body)) found->name = *name;
      ++traffic.writes;
    } else if (ask.method != "GET") {
      return problem({405, "ErrorInvalidRequest", "not here", {}});
    }
    return json_response(
        200, calendar_json(id, found->name, found->can_edit, found->is_default, options.teams, options.user));
  }
  const std::string what = ask.path[at];
  if (what == "events") return events_of(ask, id, at);
  if (what == "getSchedule") return schedule(ask);
  if (what == "calendarView")
    return ask.path.size() > at + 1 && ask.path[at + 1] == "delta" ? delta(ask, id) : view(ask, id);
  return problem({400, "BadRequest", "Resource not found for the segment '" + what + "'.", {}});
}

void Outlook::State::erase_calendar(const std::string& id) {
  calendars.erase(std::remove_if(calendars.begin(), calendars.end(), [&](const auto& one) { return one.id == id; }),
                  calendars.end());
  for (auto it = events.begin(); it != events.end();) it = it->second.calendar == id ? events.erase(it) : std::next(it);
}

http::Response Outlook::State::translate_ids(const OutlookAsk& ask) {
  const auto asked = translation_in(ask.body);
  if (!asked || asked->ids.size() > 1000)
    return problem({400, "ErrorInvalidRequest", "inputIds holds 1 to 1000 ids", {}});
  std::vector<std::string> values;
  for (const auto& id : asked->ids)
    values.push_back("{\"sourceId\":" + quoted_json(id) +
                     ",\"targetId\":" + quoted_json(shown_id(inner_id(id), asked->to_immutable)) + "}");
  return json_response(200, page_json(values, "", ""));
}

http::Response Outlook::State::batch(const http::Request& request, const OutlookAsk& outer) {
  auto items = batch_in(request.body);
  if (!items || items->empty()) return problem({400, "BadRequest", "Invalid batch payload format.", {}});
  if (items->size() > kBatchMax)
    return problem({400, "BadRequest", "Number of batch request steps exceeds the maximum value of 20.", {}});
  std::set<std::string> taken;
  for (const auto& item : *items)
    if (!taken.insert(lower(item.id)).second) return problem({400, "BadRequest", "ids must be unique", {}});
  // Parts without dependencies run in any order.
  std::vector<std::size_t> order(items->size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const bool serial = std::any_of(items->begin(), items->end(), [](const auto& item) { return !item.depends.empty(); });
  if (!serial)
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[faults.below(i)]);
  std::map<std::string, int> statuses;
  std::vector<std::string> parts;
  for (const std::size_t index : order) {
    const OutlookBatchItem& item = (*items)[index];
    OutlookAsk ask = take_apart(item.method, outer.base + item.url, item.headers, item.body);
    const bool failed = std::any_of(item.depends.begin(), item.depends.end(), [&](const std::string& on) {
      const auto found = statuses.find(on);
      return found == statuses.end() || found->second >= 400;
    });
    http::Response one;
    if (failed || faults.strikes("batch_part_failed")) {
      one = problem({424, "FailedDependency", "a dependency failed", {}});
    } else if (faults.strikes("batch_part_throttled")) {
      one = problem({429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", {}});
      one.headers.emplace_back("Retry-After", "2");
    } else if (!item.body.empty() && !ask.has_content_type) {
      one = problem({400, "BadRequest", "Write request id : " + item.id + " does not contain Content-Type header", {}});
    } else {
      one = route(ask);
    }
    statuses[item.id] = one.status;
    if (faults.strikes("batch_part_missing")) continue;
    std::string text =
        "{\"id\":" + quoted_json(item.id) + ",\"status\":" + std::to_string(one.status) + ",\"headers\":{";
    for (std::size_t i = 0; i < one.headers.size(); ++i)
      text += (i == 0 ? "" : ",") + quoted_json(one.headers[i].first) + ":" + quoted_json(one.headers[i].second);
    text += "}" + (one.body.empty() ? "" : ",\"body\":" + one.body) + "}";
    parts.push_back(std::move(text));
  }
  std::string out = "{\"responses\":[";
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? "" : ",") + parts[i];
  return json_response(200, out + "]}");
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
