#include "connectors/caldav/discovery.hpp"

#include <algorithm>

#include "connectors/caldav/bodies.hpp"
#include "connectors/caldav/errors.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

bool holds_events(const DavResponse& row) {
  if (!row.calendar) return false;
  if (row.components.empty()) return true;
  return std::find(row.components.begin(), row.components.end(), "VEVENT") != row.components.end();
}

bool read_only(const DavResponse& row) {
  if (!row.privileges) return false;
  return std::none_of(row.privileges->begin(), row.privileges->end(), [](const std::string& privilege) {
    return privilege == "all" || privilege == "write" || privilege == "write-content" || privilege == "bind";
  });
}

std::string last_segment(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

std::string with_slash(std::string path) {
  if (path.empty() || path.back() != '/') path.push_back('/');
  return path;
}

CollectionInfo info_of(const std::string& path, const DavResponse& row) {
  CollectionInfo info;
  info.id = with_slash(path);
  info.name = row.display_name.empty() ? last_segment(path) : row.display_name;
  info.read_only = read_only(row);
  return info;
}

Result<DavResponse> describe(Session& session, const http::Url& url) {
  FASTI_TRY(auto found, session.propfind(url.text(), 0, collection_body(), url.path, {}));
  if (found.responses.empty())
    return make_error(ErrorKind::bad_reply, session.place(url.path), "PROPFIND: an empty answer");
  auto& row = found.responses.front();
  // Xandikos answers 207 for what is not there, with the real status inside.
  if (row.status >= 300) return inner_error(row.status, row.error, "PROPFIND", session.place(url.path));
  return std::move(row);
}

http::Url at_path(const Session& session, const std::string& decoded) {
  http::Url url = session.url();
  url.query.clear();
  url.path = http::percent_encode_path(decoded);
  return url;
}

/// An href of an answer, on our own origin: credentials go nowhere else.
Result<http::Url> follow_href(const Session& session, const std::string& href) {
  FASTI_TRY(const auto path, decoded_path(session.url(), href));
  return at_path(session, path);
}

struct Start {
  std::vector<http::Url> homes;
  std::string principal;
};

Result<Start> start_from(Session& session, const DavResponse& row) {
  Start start;
  start.principal = row.principal;
  for (const auto& home : row.homes) {
    FASTI_TRY(auto url, follow_href(session, home));
    start.homes.push_back(std::move(url));
  }
  return start;
}

/// Homes named by the address itself, else by the account that it knows.
Result<Start> homes_at(Session& session, const http::Url& url) {
  FASTI_TRY(const auto row, describe(session, url));
  FASTI_TRY(auto start, start_from(session, row));
  if (!start.homes.empty() || start.principal.empty()) return start;
  FASTI_TRY(const auto principal, follow_href(session, start.principal));
  FASTI_TRY(const auto account, describe(session, principal));
  FASTI_TRY(auto named, start_from(session, account));
  start.homes = std::move(named.homes);
  return start;
}

bool stops_search(const Error& error) {
  return error.kind != ErrorKind::not_found && error.kind != ErrorKind::unsupported &&
         error.kind != ErrorKind::bad_reply && error.kind != ErrorKind::forbidden && error.kind != ErrorKind::rejected;
}

Result<std::vector<http::Url>> find_homes(Session& session) {
  auto given = homes_at(session, session.url());
  if (given && !given->homes.empty()) return std::move(given->homes);
  if (!given && stops_search(given.error())) return std::move(given).error();
  http::Url well_known = session.url();
  well_known.query.clear();
  well_known.path = "/.well-known/caldav";
  auto found = homes_at(session, well_known);
  if (found && !found->homes.empty()) return std::move(found->homes);
  if (!given) return std::move(given).error();
  // No account is known here: the address is a folder of calendars, or one of them.
  return std::vector<http::Url>{session.url()};
}

Error ambiguous(const Session& session, const std::string& wanted, const std::vector<CollectionInfo>& matches) {
  std::string paths;
  for (const auto& one : matches) paths += (paths.empty() ? "" : ", ") + one.id;
  return make_error(ErrorKind::bad_config, session.place(wanted), "several calendars have this name: " + paths,
                    "write the path instead");
}

/// A path segment that every server takes, from a person's name for it.
std::string slug(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (upper)
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    else if (plain)
      out.push_back(c);
    else if (static_cast<unsigned char>(c) >= 0x80)
      out.push_back(c);
    else if (!out.empty() && out.back() != '-')
      out.push_back('-');
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "calendar" : out;
}

Result<CollectionInfo> make_calendar(Session& session, const std::string& path, const std::string& name) {
  const std::string url = session.calendar(path).url();
  auto request = session.xml_request("MKCALENDAR", url, 0, mkcalendar_body(name));
  const auto reply = session.client().send(std::move(request), {});
  if (!reply) return reply.error();
  // Servers answer "exists already" with 405, 403, 409 or even 207: what counts is what is there now.
  auto made = probe_calendar(session, path);
  if (made) {
    made->created = reply->status == 201 && !reply->in_doubt;
    return made;
  }
  if (reply->status == 207) {
    if (auto inner = parse_multistatus(reply->body); inner && !inner->responses.empty()) {
      const auto& row = inner->responses.front();
      return inner_error(row.status ? row.status : row.failed_status, row.error, "MKCALENDAR", session.place(path));
    }
  }
  if (reply->status == 201) return std::move(made).error();
  Error error = answer_error(*reply, "MKCALENDAR", session.place(path), session.now());
  if (error.kind == ErrorKind::precondition_failed) error.kind = ErrorKind::rejected;
  return error;
}

Result<CollectionInfo> open_path(Session& session, const std::string& path, bool create_if_missing) {
  auto found = probe_calendar(session, path);
  if (found || found.error().kind != ErrorKind::not_found || !create_if_missing) return found;
  return make_calendar(session, with_slash(path), last_segment(path));
}

}  // namespace

Result<CollectionInfo> probe_calendar(Session& session, const std::string& path) {
  auto row = describe(session, at_path(session, with_slash(path)));
  if (!row) {
    Error error = std::move(row).error();
    if (error.kind == ErrorKind::not_found) error.hint = "fasti collections " + session.client().name();
    return error;
  }
  if (!row->calendar)
    return make_error(ErrorKind::bad_config, session.place(path), "is there, but is no calendar",
                      "fasti collections " + session.client().name());
  if (!holds_events(*row))
    return make_error(ErrorKind::bad_config, session.place(path), "is a calendar that takes no events",
                      "fasti collections " + session.client().name());
  return info_of(path, *row);
}

Result<std::vector<CollectionInfo>> list_calendars(Session& session) {
  FASTI_TRY(const auto homes, find_homes(session));
  std::vector<CollectionInfo> out;
  for (const auto& home : homes) {
    FASTI_TRY(const auto listing, session.propfind(home.text(), 1, collection_body(), home.path, {}));
    for (const auto& row : listing.responses) {
      if (row.status >= 300 || !holds_events(row)) continue;
      FASTI_TRY(const auto path, decoded_path(home, row.href));
      out.push_back(info_of(path, row));
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  out.erase(std::unique(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id == b.id; }), out.end());
  return out;
}

Result<CollectionInfo> open_calendar(Session& session, const std::string& wanted, bool create_if_missing) {
  if (wanted.find('/') != std::string::npos) {
    FASTI_TRY(const auto url, http::resolve(session.url(), wanted));
    if (!url.same_origin(session.url()))
      return make_error(ErrorKind::bad_config, session.place(wanted), "is on another server than this connection",
                        "make a connection of its own for it");
    // A path in fasti.toml may be written plainly or percent-encoded.
    return open_path(session, http::percent_decode(url.path), create_if_missing);
  }
  FASTI_TRY(const auto all, list_calendars(session));
  for (const bool by_name : {true, false}) {
    std::vector<CollectionInfo> matches;
    std::copy_if(all.begin(), all.end(), std::back_inserter(matches),
                 [&](const auto& one) { return (by_name ? one.name : last_segment(one.id)) == wanted; });
    if (matches.size() > 1) return ambiguous(session, wanted, matches);
    if (matches.size() == 1) return matches.front();
  }
  if (!create_if_missing)
    return make_error(ErrorKind::not_found, session.place(wanted), "there is no calendar of this name",
                      "fasti collections " + session.client().name() + ", or create = true");
  FASTI_TRY(const auto homes, find_homes(session));
  const std::string home = with_slash(http::percent_decode(homes.front().path));
  const std::string path = home + slug(wanted) + "/";
  const bool taken = std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.id == path; });
  if (taken)
    return make_error(ErrorKind::bad_config, session.place(wanted),
                      "cannot be made: " + path + " is another calendar already", "write a path instead of a name");
  return make_calendar(session, path, wanted);
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
