// Routing of the stand-in for Notion: who asks, for what, and the lies that concern every request.
#include "connectors/emulators/notion.hpp"

#include <algorithm>

#include "connectors/emulators/notion_state.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

constexpr std::size_t kBodyMax = 500'000;
constexpr std::int64_t kWindow = 60;
const std::string kApi = "/v1/";

http::Response respond(int status, const Json& body) {
  http::Response out;
  out.status = status;
  out.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
  out.body = body.dump();
  return out;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    out.push_back(http::percent_decode(path.substr(0, slash)));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

std::multimap<std::string, std::string> read_query(std::string_view query) {
  std::multimap<std::string, std::string> out;
  if (!query.empty() && query.front() == '?') query.remove_prefix(1);
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    std::string pair(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
    std::replace(pair.begin(), pair.end(), '+', ' ');
    const auto equals = pair.find('=');
    if (!pair.empty())
      out.emplace(http::percent_decode(pair.substr(0, equals)),
                  equals == std::string::npos ? "" : http::percent_decode(pair.substr(equals + 1)));
  }
  return out;
}

[[noreturn]] void too_many(const char* reason, std::int64_t seconds) {
  NotionProblem out{429, "rate_limited", "You have been rate limited. Please try again in a few minutes.", {}, {}};
  out.additional["rate_limit_reason"] = reason;
  if (seconds > 0) {
    out.retry_after = std::to_string(seconds);
    out.additional["retry_after"] = out.retry_after;
  }
  throw out;
}

[[noreturn]] void no_such_url() { throw NotionProblem{400, "invalid_request_url", "Invalid request URL.", {}, {}}; }

void need(bool capability) {
  if (!capability)
    throw NotionProblem{403, "restricted_resource", "Insufficient permissions for this endpoint.", {}, {}};
}

}  // namespace

Notion::Notion(Clock& clock, Random& random, NotionOptions options)
    : state_(std::make_unique<State>(clock, random, std::move(options))) {}
Notion::~Notion() = default;

http::Response Notion::handle(const http::Request& request) {
  http::Response out;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++state_->requests;
    out = state_->answer(request);
  }
  deliver();
  return out;
}

Faults& Notion::faults() { return state_->faults; }

std::uint64_t Notion::requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_->requests;
}

std::uint64_t Notion::writes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return state_->writes;
}

std::string NotionCall::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

http::Response Notion::State::answer(const http::Request& request) {
  try {
    NotionCall call;
    sign_in(request, call);
    settle_index();
    if (!call.by_person()) lie_before(call);
    const auto before = writes;
    committed = {};
    Json reply = route(call);
    if (!call.by_person()) lie_after(before);
    reply["request_id"] = new_id();
    return respond(200, reply);
  } catch (const NotionProblem& problem) {
    Json body = Json::object({{"object", "error"},
                              {"status", problem.status},
                              {"code", problem.code},
                              {"message", problem.message},
                              {"request_id", new_id()}});
    if (!problem.additional.is_null()) body["additional_data"] = problem.additional;
    http::Response out = respond(problem.status, body);
    if (!problem.retry_after.empty()) out.headers.emplace_back("Retry-After", problem.retry_after);
    return out;
  }
}

void Notion::State::sign_in(const http::Request& request, NotionCall& call) {
  const auto url = http::parse_url(request.url);
  // Some clients put their own slash after that of a base address.
  std::string path = url ? url->path : "/";
  while (path.compare(0, 2, "//") == 0) path.erase(0, 1);
  if (path.compare(0, kApi.size(), kApi) != 0) no_such_url();
  const auto bearer = http::header(request.headers, "Authorization").value_or("");
  const auto token = bearer.compare(0, 7, "Bearer ") == 0 ? tokens.find(bearer.substr(7)) : tokens.end();
  if (token == tokens.end()) throw NotionProblem{401, "unauthorized", "API token is invalid.", {}, {}};
  call.user = &users.at(token->second);
  const auto version = http::header(request.headers, "Notion-Version");
  if (!version)
    throw NotionProblem{400,
                        "missing_version",
                        "Notion-Version header failed validation: Notion-Version header should be defined, instead "
                        "was `undefined`.",
                        {},
                        {}};
  if (*version != "2025-09-03" && *version != "2026-03-11")
    notion_invalid(
        "Notion-Version header failed validation: Notion-Version header should be `\"2025-09-03\"` or "
        "`\"2026-03-11\"`, instead was `\"" +
        *version + "\"`.");
  call.version = *version;
  if (!call.by_person()) {
    if (faults.strikes("stale_credentials")) throw NotionProblem{401, "unauthorized", "API token is invalid.", {}, {}};
    count_request(*call.user);
  }
  call.method = request.method;
  call.path = segments(std::string_view(path).substr(kApi.size()));
  call.query = read_query(url->query);
  if (request.body.size() > kBodyMax) notion_invalid("body failed validation: the body is larger than 500 KB.");
  if (request.method == "GET" || request.method == "DELETE") return;
  const bool as_json =
      http::header(request.headers, "Content-Type").value_or("").compare(0, 16, "application/json") == 0;
  auto body = request.body.empty() ? Json::object() : as_json ? Json::parse(request.body) : std::optional<Json>();
  if (!body || !body->is_object()) throw NotionProblem{400, "invalid_json", "Error parsing JSON body.", {}, {}};
  call.body = std::move(*body);
}

void Notion::State::count_request(NotionUser& user) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
  const auto left = kWindow - seconds % kWindow;
  if (user.window != seconds / kWindow) user.in_window = 0;
  user.window = seconds / kWindow;
  if (space_window != user.window) in_space_window = 0;
  space_window = user.window;
  if (options.requests_per_minute != 0 && ++user.in_window > options.requests_per_minute)
    too_many("public_api_request_rate_limit", left);
  if (options.space_requests_per_minute != 0 && ++in_space_window > options.space_requests_per_minute)
    too_many("public_api_space_request_rate_limit", left + kWindow);
  if (options.requests_per_second <= 0) return;
  const double passed = std::chrono::duration<double>(clock.now() - user.allowed_at).count();
  user.allowance = std::min(options.requests_per_second, user.allowance + passed * options.requests_per_second);
  user.allowed_at = clock.now();
  if (user.allowance < 1) too_many("public_api_request_rate_limit", 1);
  user.allowance -= 1;
}

void Notion::State::lie_before(const NotionCall& call) {
  const auto fail = [&](const char* fault, int status, const char* code, const char* message) {
    if (faults.strikes(fault)) throw NotionProblem{status, code, message, {}, {}};
  };
  if (faults.strikes("rate_limited"))
    too_many("public_api_request_rate_limit", 1 + static_cast<std::int64_t>(faults.below(3)));
  if (faults.strikes("space_rate_limited"))
    too_many("public_api_space_request_rate_limit", 61 + static_cast<std::int64_t>(faults.below(120)));
  if (faults.strikes("endpoint_rate_limited"))
    too_many("public_api_endpoint_rate_limit", 1 + static_cast<std::int64_t>(faults.below(10)));
  if (faults.strikes("request_blocked")) too_many("public_api_request_blocked", 0);
  if (faults.strikes("service_overload"))
    throw NotionProblem{529, "service_overload", "Notion is overloaded. Please try again later.", {}, "2"};
  fail("internal_error", 500, "internal_server_error", "Unexpected error occurred.");
  fail("bad_gateway", 502, "service_unavailable", "Public API service is temporarily unavailable.");
  fail("unavailable", 503, "service_unavailable", "Notion is unavailable. Try again later.");
  fail("database_unavailable", 503, "database_connection_unavailable", "Notion's database is unavailable.");
  fail("gateway_timeout", 504, "gateway_timeout", "Notion timed out while attempting to complete this request.");
  const bool query = !call.path.empty() && call.path.back() == "query";
  if (query && faults.strikes("query_unavailable")) {
    NotionProblem out{503, "service_unavailable", "The query could not be answered in time.", {}, {}};
    out.additional["retry_guidance"] =
        Json::Array{"Retry with exponential backoff.", "Reduce page_size.", "Narrow the filter."};
    throw out;
  }
  if (call.method == "GET" || query || call.path[0] == "search") return;
  fail("conflict", 409, "conflict_error",
       "The transaction could not be completed, potentially due to a data collision. Make sure the parameters are up "
       "to date and try again.");
  const bool create = call.method == "POST" && call.path.size() == 1;
  if (create) fail("block_limit", 400, "validation_error", "This workspace has reached the block limit of its plan.");
}

void Notion::State::lie_after(std::uint64_t writes_before) {
  if (writes == writes_before) return;
  if (faults.strikes("committed_503")) {
    NotionProblem out{503,
                      "service_unavailable",
                      "The change was saved, but the response could not be built in time. Do not repeat the write.",
                      committed,
                      {}};
    out.additional["retry_guidance"] = Json::Array{"Do not repeat the write.", "Retrieve the object instead."};
    throw out;
  }
  if (faults.strikes("error_after_write"))
    throw NotionProblem{504, "gateway_timeout", "Notion timed out while attempting to complete this request.", {}, {}};
}

Json Notion::State::route(NotionCall& call) {
  const auto& path = call.path;
  if (path.empty()) no_such_url();
  const auto& method = call.method;
  const auto& may = call.user->may;
  const bool one = path.size() == 2;
  if (path[0] == "users" && method == "GET" && path.size() <= 2) {
    need(may.users || (one && path[1] == "me"));
    return list_users(call);
  }
  if (path[0] == "search" && method == "POST" && path.size() == 1) {
    need(may.read);
    return search(call);
  }
  if (path[0] == "pages") return route_page(call);
  if (path[0] == "blocks") return route_block(call);
  if (path[0] != "databases" && path[0] != "data_sources") no_such_url();
  const bool database = path[0] == "databases";
  if (method == "POST" && path.size() == 1) {
    need(may.insert);
    return database ? create_database(call) : create_source(call);
  }
  if (path.size() < 2) no_such_url();
  if (method == "GET" || path.size() > 2)
    need(may.read);
  else
    need(may.update);
  if (database) {
    NotionDatabase& found = database_of(call, path[1]);
    if (one && method == "GET") return database_json(call, found);
    if (one && method == "PATCH") return change_database(call, found);
    no_such_url();
  }
  NotionDataSource& source = source_of(call, path[1]);
  if (one && method == "GET") return source_json(call, source);
  if (one && method == "PATCH") return change_source(call, source);
  if (path.size() == 3 && path[2] == "query" && method == "POST") return query(call, source);
  if (path.size() == 3 && path[2] == "templates" && method == "GET")
    return Json::object({{"templates", Json::Array()}, {"has_more", false}, {"next_cursor", nullptr}});
  no_such_url();
}

Json Notion::State::route_page(NotionCall& call) {
  const auto& path = call.path;
  const auto& may = call.user->may;
  if (path.size() == 1 && call.method == "POST") {
    need(may.insert);
    return create_page(call);
  }
  if (path.size() < 2 || path.size() > 4) no_such_url();
  need(call.method == "GET" ? may.read : may.update);
  NotionPage& page = page_of(call, path[1]);
  if (path.size() == 2 && call.method == "GET") return page_json(call, page);
  if (path.size() == 2 && call.method == "PATCH") return change_page(call, page);
  if (path.size() == 3 && path[2] == "move" && call.method == "POST") return move_page(call, page);
  if (path.size() == 4 && path[2] == "properties" && call.method == "GET") return property_item(call, page);
  no_such_url();
}

Json Notion::State::route_block(NotionCall& call) {
  const auto& path = call.path;
  const auto& may = call.user->may;
  if (path.size() < 2 || path.size() > 3 || (path.size() == 3 && path[2] != "children")) no_such_url();
  const bool append = path.size() == 3 && call.method == "PATCH";
  need(call.method == "GET" ? may.read : append ? may.insert : may.update);
  const auto id = notion_id(path[1]);
  if (!id) notion_should_be("path.block_id", "a valid uuid", path[1]);
  if (!visible(call, *id) || sources.count(*id) != 0) not_found("block", *id);
  if (append) return append_children(call, *id);
  if (path.size() == 3 && call.method == "GET") return list_children(call, *id);
  if (path.size() == 3) no_such_url();
  if (call.method == "GET") return block_json(call, *id);
  if (call.method == "PATCH") return change_block(call, *id);
  if (call.method == "DELETE") return delete_block(call, *id);
  no_such_url();
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
