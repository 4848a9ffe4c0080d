// Routing of the stand-in for Google: who asks, for what, and the lies that concern every request.
#include "connectors/emulators/google.hpp"

#include <algorithm>

#include "connectors/emulators/google_shown.hpp"
#include "connectors/emulators/google_state.hpp"
#include "connectors/http/status.hpp"
#include "connectors/http/url.hpp"
#include "engine/time/zone.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kBatchMax = 1000;
const std::string kApi = "/calendar/v3/";

std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> out;
  std::string_view rest(path);
  while (!rest.empty()) {
    const auto slash = std::min(rest.find('/'), rest.size());
    out.push_back(http::percent_decode(rest.substr(0, slash)));
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
  return out;
}

GoogleQuery read_query(const std::string& query) {
  GoogleQuery out;
  std::string_view rest(query);
  if (!rest.empty() && rest.front() == '?') rest.remove_prefix(1);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    std::string pair(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::replace(pair.begin(), pair.end(), '+', ' ');
    const auto equals = pair.find('=');
    if (pair.empty()) continue;
    out.emplace(http::percent_decode(pair.substr(0, equals)),
                equals == std::string::npos ? "" : http::percent_decode(pair.substr(equals + 1)));
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\r' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

http::Headers read_headers(std::string_view& text) {
  http::Headers out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
      out.emplace_back(std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
  }
  return out;
}

struct Part {
  std::string id;
  http::Request request;
};

/// A part of a batch: "application/http" with a whole request in it. nullopt: refused.
std::optional<Part> read_part(std::string_view text, const http::Request& outer) {
  Part out;
  const auto headers = read_headers(text);
  if (http::header(headers, "Content-Type").value_or("").compare(0, 16, "application/http") != 0) return std::nullopt;
  out.id = http::header(headers, "Content-ID").value_or("");
  const auto line = trimmed(text.substr(0, text.find('\n')));
  text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || line.substr(first + 1, 1) != "/") return std::nullopt;
  out.request.method = std::string(line.substr(0, first));
  out.request.url = "https://batch.invalid" +
                    std::string(line.substr(first + 1, last > first ? last - first - 1 : std::string_view::npos));
  out.request.headers = read_headers(text);
  out.request.body = std::string(trimmed(text));
  if (!http::header(out.request.headers, "Authorization"))
    if (const auto token = http::header(outer.headers, "Authorization"))
      out.request.headers.emplace_back("Authorization", *token);
  return out;
}

bool is_write(const std::string& method) { return method != "GET"; }

bool may(const std::string& scope, bool write) {
  const auto has = [&](const std::string& one) {
    return (" " + scope + " ").find(" " + one + " ") != std::string::npos;
  };
  const std::string base = Google::kAllScopes;
  if (has(base) || has(base + ".events")) return true;
  return !write && (has(base + ".readonly") || has(base + ".events.readonly"));
}

}  // namespace

http::Response google_answer(int status, std::string body) {
  http::Response out;
  out.status = status;
  if (!body.empty()) out.headers.emplace_back("Content-Type", "application/json; charset=UTF-8");
  out.body = std::move(body);
  return out;
}

http::Response google_refused(int status, const std::string& reason, const std::string& message,
                              const std::string& location) {
  return google_answer(status, google_error({status, reason, message, location}));
}

std::string GoogleCall::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

Google::State::State(Clock& the_clock, Random& the_random)
    : clock(the_clock), random(the_random), faults(the_random, {kGoogleFaults.begin(), kGoogleFaults.end()}) {}

Google::Google(Clock& clock, Random& random) : state_(std::make_unique<State>(clock, random)) {}
Google::~Google() = default;

http::Response Google::handle(const http::Request& request) {
  if (const auto call = control_call(request)) return control(*call);
  const std::lock_guard<std::mutex> lock(mutex_);
  ++state_->traffic.requests;
  return state_->handle(request);
}

Faults& Google::faults() { return state_->faults; }

std::vector<GoogleMail> Google::mail() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_->mail;
}

std::uint64_t Google::requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_->traffic.requests;
}

void Google::add_user(const std::string& email, const std::string& zone) {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->users.insert(email);
  if (state_->first_user.empty()) state_->first_user = email;
  GoogleCalendar& calendar = state_->calendars[email];
  calendar.id = calendar.summary = calendar.owner = email;
  calendar.zone = zone;
  calendar.roles[email] = "owner";
  calendar.etag = ++state_->counter;
}

void Google::add_token(const std::string& token, const std::string& email, const std::string& scope,
                       std::chrono::seconds lifetime) {
  const std::lock_guard<std::mutex> lock(mutex_);
  GoogleToken& entry = state_->tokens[token];
  entry.email = email;
  entry.scope = scope;
  entry.expires = lifetime.count() == 0 ? Instant::max() : state_->clock.now() + lifetime;
}

void Google::add_refresh_token(const std::string& token, const std::string& email, const std::string& scope) {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->refresh_tokens[token] = {email, scope, Instant::max(), ""};
}

void Google::add_service_account(const std::string& email, const std::string& public_key, bool delegated) {
  add_user(email, "UTC");
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->service_accounts[email] = {public_key, delegated};
}

void Google::add_client(const std::string& id, const std::string& secret) {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->clients[id] = secret;
}

void Google::revoke(const std::string& refresh_token) {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->refresh_tokens.erase(refresh_token);
}

void Google::expire_access_tokens() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [token, entry] : state_->tokens) entry.expires = Instant::min();
}

void Google::share(const std::string& calendar, const std::string& email, const std::string& role) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto& roles = state_->calendars.at(calendar).roles;
  if (role.empty())
    roles.erase(email);
  else
    roles[email] = role;
}

void Google::expire_sync_tokens(const std::string& calendar) {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_->calendars.at(calendar).oldest_token = ++state_->counter;
}

http::Response Google::State::handle(const http::Request& request) {
  const auto url = http::parse_url(request.url);
  if (!url) return google_refused(400, "badRequest", "Bad Request");
  if (url->path == "/token") return token(request);
  if (url->path == "/o/oauth2/v2/auth") return authorize(request);
  if (url->path == "/revoke") return revocation(request);
  if (url->path == "/batch/calendar/v3") return batch(request);
  return api(request, false);
}

http::Response Google::State::api(const http::Request& request, bool in_batch) {
  const auto url = http::parse_url(request.url);
  if (!url || url->path.compare(0, kApi.size(), kApi) != 0) return google_refused(404, "notFound", "Not Found");
  GoogleCall call;
  call.method = request.method;
  call.path = segments(url->path.substr(kApi.size()));
  call.query = read_query(url->query);
  call.headers = request.headers;
  call.body = request.body;
  ++traffic.calls[call.method];
  const auto bearer = http::header(request.headers, "Authorization").value_or("");
  const auto known = bearer.compare(0, 7, "Bearer ") == 0 ? tokens.find(bearer.substr(7)) : tokens.end();
  if (known == tokens.end() || known->second.expires <= clock.now() || faults.strikes("stale_credentials"))
    return google_refused(401, "authError", "Invalid Credentials", "Authorization");
  call.email = known->second.email;
  call.scope = known->second.scope;
  if (faults.strikes("rate_403")) return google_refused(403, "userRateLimitExceeded", "User Rate Limit Exceeded");
  if (faults.strikes("rate_429")) return google_refused(429, "rateLimitExceeded", "Rate Limit Exceeded");
  if (faults.strikes("quota_403")) return google_refused(403, "quotaExceeded", "Calendar usage limits exceeded.");
  if (faults.strikes("backend_error")) return google_refused(503, "backendError", "Backend Error");
  if (in_batch && faults.strikes("part_conflict")) return google_refused(409, "conflict", "Conflict");
  const bool free_busy_query = call.path.size() == 1 && call.path[0] == "freeBusy";
  if (!may(call.scope, is_write(call.method) && !free_busy_query))
    return google_refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.");
  if (const auto zone = call.parameter("timeZone"); !zone.empty() && !is_zone(zone))
    return google_refused(400, "invalid", "Invalid time zone definition.", "timeZone");
  http::Response out = route(call);
  if (const auto fields = call.parameter("fields");
      !fields.empty() && http::is_success(out.status) && !out.body.empty()) {
    out.body = google_fields(out.body, fields);
    if (out.body.empty()) return google_refused(400, "invalidParameter", "Invalid field selection " + fields, "fields");
  }
  const bool stored = is_write(call.method) && !free_busy_query && http::is_success(out.status);
  if (stored) ++traffic.writes;
  if (stored && faults.strikes("error_after_write")) return google_refused(503, "backendError", "Backend Error");
  return out;
}

http::Response Google::State::batch(const http::Request& request) {
  const auto type = http::header(request.headers, "Content-Type").value_or("");
  const auto at = type.find("boundary=");
  if (request.method != "POST" || type.compare(0, 15, "multipart/mixed") != 0 || at == std::string::npos)
    return google_refused(400, "badRequest", "Failed to parse batch request.");
  std::string boundary = type.substr(at + 9);
  boundary = boundary.substr(0, boundary.find(';'));
  if (boundary.size() > 2 && boundary.front() == '"') boundary = boundary.substr(1, boundary.size() - 2);
  std::vector<Part> parts;
  std::string_view rest(request.body);
  const std::string delimiter = "--" + boundary;
  for (auto from = rest.find(delimiter); from != std::string_view::npos; from = rest.find(delimiter)) {
    rest.remove_prefix(from + delimiter.size());
    if (rest.substr(0, 2) == "--") break;
    const auto line = rest.find('\n');
    if (line == std::string_view::npos) break;
    rest.remove_prefix(line + 1);
    auto part = read_part(rest.substr(0, rest.find("\n" + delimiter)), request);
    if (!part) return google_refused(400, "badRequest", "Failed to parse batch request.");
    parts.push_back(std::move(*part));
  }
  if (parts.empty() || parts.size() > kBatchMax)
    return google_refused(400, "badRequest", "The batch request must hold 1 to 1000 calls.");
  // In no order: nothing in a batch may depend on something else in it.
  std::vector<std::size_t> order(parts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.next() % i]);
  std::vector<http::Response> answers(parts.size());
  for (const auto i : order) answers[i] = api(parts[i].request, true);
  std::string body;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (faults.strikes("part_missing")) continue;
    const auto& answer = answers[i];
    std::string id = parts[i].id;
    if (!id.empty()) id.insert(id.front() == '<' ? 1 : 0, "response-");
    body += "--batch_answer\r\nContent-Type: application/http\r\nContent-ID: " + id + "\r\n\r\nHTTP/1.1 " +
            http::status_text(answer.status) + "\r\n";
    for (const auto& [name, value] : answer.headers) body += name + ": " + value + "\r\n";
    body += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body + "\r\n";
  }
  auto out = google_answer(200, body + "--batch_answer--\r\n");
  out.headers = {{"Content-Type", "multipart/mixed; boundary=batch_answer"}};
  return out;
}

http::Response Google::State::route(GoogleCall& call) {
  const auto& path = call.path;
  if (path.size() == 1 && path[0] == "freeBusy" && call.method == "POST") return free_busy(call);
  if (path.size() >= 3 && path[0] == "users" && path[1] == "me" && path[2] == "calendarList")
    return calendar_list(call);
  if (path.empty() || path[0] != "calendars") return google_refused(404, "notFound", "Not Found");
  if (path.size() < 3 || path[2] != "events") return calendar_call(call);
  GoogleCalendar* calendar = calendar_of(call, path[1]);
  if (!calendar) return google_refused(404, "notFound", "Not Found");
  const auto role = role_of(*calendar, call.email);
  if (is_write(call.method) && role != "owner" && role != "writer")
    return google_refused(403, "requiredAccessLevel", "You need to have writer access to this calendar.");
  return route_events(call, *calendar);
}

http::Response Google::State::route_events(GoogleCall& call, GoogleCalendar& calendar) {
  const auto& path = call.path;
  const auto& method = call.method;
  if (path.size() == 3 && method == "GET") return list(call, calendar);
  if (path.size() == 3 && method == "POST") return insert(call, calendar);
  if (path.size() == 4 && path[3] == "import" && method == "POST") return import(call, calendar);
  if (path.size() < 4 || path.size() > 5) return google_refused(404, "notFound", "Not Found");
  bool stored = false;
  const auto event = find(calendar, path[3], stored);
  if (!event) return google_refused(404, "notFound", "Not Found");
  if (path.size() == 5) {
    if (path[4] == "instances" && method == "GET") return instances(call, calendar, *event);
    if (path[4] == "move" && method == "POST") return move(call, calendar, *event);
    return google_refused(404, "notFound", "Not Found");
  }
  if (method == "GET") return reply(call, calendar, *event);
  if (method == "PATCH" || method == "PUT") return change(call, calendar, *event, stored);
  if (method == "DELETE") return remove(call, calendar, *event);
  return google_refused(405, "httpMethodNotAllowed", "Method not allowed.");
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
