#include "connectors/google/calendars.hpp"

#include <algorithm>

#include "connectors/google/errors.hpp"
#include "connectors/google/json.hpp"
#include "connectors/http/status.hpp"
#include "engine/base/nearest.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace google {
namespace {

constexpr const char* kNoEvent = "fastinosuchevent";

std::string list_command(const Session& session) { return "fasti collections " + session.client().name(); }

Result<Json> json_of(Session& session, const http::Reply& reply, const std::string& what, const std::string& place) {
  if (!reply) return reply.error();
  auto json = reply->status == 200 ? parse_json(reply->body) : Result<Json>(Error{});
  if (!json || json->text("kind").compare(0, 9, "calendar#") != 0)
    return answer_error(*reply, what, place, session.now());
  return json;
}

CollectionInfo info_of(const Json& entry) {
  CollectionInfo info;
  info.id = entry.text("id");
  info.name = entry.text("summaryOverride");
  if (info.name.empty()) info.name = entry.text("summary");
  const auto role = entry.text("accessRole");
  info.read_only = role == "reader" || role == "freeBusyReader";
  return info;
}

Result<CollectionInfo> make_calendar(Session& session, const std::string& name) {
  std::string body = "{\"summary\":";
  append_json_string(body, name);
  body += "}";
  const auto reply = session.client().send(session.request("POST", "calendars", {}, std::move(body)), {});
  FASTI_TRY(const Json json, json_of(session, reply, "POST", session.place(name)));
  CollectionInfo info = info_of(json);
  info.read_only = false;
  info.created = true;
  return info;
}

/// A calendar that is shared but not on the list answers to its id all the same.
Result<CollectionInfo> probe(Session& session, const std::string& id) {
  const auto reply = session.client().send(
      session.event_request("GET", id, "", {{"maxResults", "1"}, {"fields", "kind,summary,accessRole,timeZone"}}), {});
  auto found = json_of(session, reply, "GET", session.place(id));
  if (!found) {
    Error error = std::move(found).error();
    if (error.kind == ErrorKind::not_found)
      error.hint = "correct the id, or share the calendar with this account: " + list_command(session);
    return error;
  }
  const Json json = *found;
  CollectionInfo info = info_of(json);
  info.id = id;
  session.remember_zone(id, json.text("timeZone"));
  return info;
}

}  // namespace

Result<std::vector<CollectionInfo>> list_calendars(Session& session) {
  std::vector<CollectionInfo> out;
  std::string next;
  do {
    Query query{{"maxResults", "250"}};
    if (!next.empty()) query.emplace_back("pageToken", next);
    const auto reply = session.client().send(session.request("GET", "users/me/calendarList", std::move(query)), {});
    FASTI_TRY(const Json json, json_of(session, reply, "GET", session.place("calendars")));
    next = json.text("nextPageToken");
    for (const Json& entry : json.list("items")) {
      if (entry.flag("deleted")) continue;
      out.push_back(info_of(entry));
      if (entry.flag("primary") && out.back().name == out.back().id) out.back().name = "primary";
      session.remember_zone(out.back().id, entry.text("timeZone"));
    }
  } while (!next.empty());
  return out;
}

Result<CollectionInfo> open_calendar(Session& session, const std::string& wanted, bool create_if_missing) {
  const bool is_id = wanted == "primary" || wanted.find('@') != std::string::npos;
  if (is_id) {
    const auto reply =
        session.client().send(session.request("GET", "users/me/calendarList/" + encode_segment(wanted), {}), {});
    if (!reply) return reply.error();
    if (reply->status == 404) return probe(session, wanted);
    FASTI_TRY(const Json json, json_of(session, reply, "GET", session.place(wanted)));
    session.remember_zone(json.text("id"), json.text("timeZone"));
    return info_of(json);
  }
  FASTI_TRY(auto all, list_calendars(session));
  std::vector<CollectionInfo> named;
  std::copy_if(all.begin(), all.end(), std::back_inserter(named),
               [&](const CollectionInfo& one) { return one.name == wanted || one.id == wanted; });
  if (named.size() == 1) return named.front();
  if (named.size() > 1)
    return make_error(ErrorKind::bad_config, session.place(wanted),
                      std::to_string(named.size()) + " calendars have this name",
                      "give the id, as in: " + list_command(session));
  if (create_if_missing) return make_calendar(session, wanted);
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.name);
  const std::string nearest = nearest_hint(wanted, names);
  return make_error(ErrorKind::not_found, session.place(wanted), "no calendar has this name or id",
                    nearest.empty() ? list_command(session) : nearest);
}

Status probe_write(Session& session, const std::string& collection) {
  if (collection.empty()) return {};
  const auto reply = session.client().send(session.event_request("DELETE", collection, kNoEvent), {});
  if (!reply) return reply.error();
  if (reply->status == 404 || reply->status == 410 || http::is_success(reply->status)) return {};
  return answer_error(*reply, "asking to write", session.place(collection), session.now());
}

}  // namespace google
}  // namespace v1
}  // namespace fasti
