#include "connectors/ics/feed.hpp"

#include <algorithm>

#include "connectors/http/status.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ics/item.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

constexpr std::string_view kHead = "feed1";
constexpr std::size_t kPage = 500;
constexpr int kNotModified = 304;

/// Validators of the last answer, and which objects it had.
struct FeedCursor {
  std::string etag;
  std::string modified;
  std::string members;

  std::string text() const { return std::string(kHead) + "\n" + etag + "\n" + modified + "\n" + members; }
  static FeedCursor of(const std::string& text) {
    FeedCursor out;
    std::vector<std::string> lines(1);
    for (char c : text) {
      if (c == '\n')
        lines.emplace_back();
      else
        lines.back() += c;
    }
    if (lines.size() == 4 && lines[0] == kHead) out = {lines[1], lines[2], lines[3]};
    return out;
  }
};

class Feed final : public Connector {
 public:
  Feed(Services services, FeedSettings settings)
      : url_(std::move(settings.url)), client_(std::move(services), std::move(settings.client)) {}

  Capabilities capabilities() const override {
    Capabilities out;
    out.cursor = true;
    out.markers = false;
    out.fetch = false;
    out.trusted_absence = false;
    out.remove_parts = false;
    out.opaque_format = "icalendar";
    return out;
  }
  Result<std::vector<CollectionInfo>> collections() override {
    const std::string name = own_name();
    return std::vector<CollectionInfo>{{name, name, true, false}};
  }
  Result<CollectionInfo> open_collection(const std::string& wanted, bool) override {
    FASTI_TRY(const auto parts, get(wanted, {}, {}));
    (void)parts;
    return CollectionInfo{wanted, wanted, true, false};
  }
  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return std::vector<PropertyInfo>(); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    const FeedCursor old = FeedCursor::of(request.cursor);
    const FeedCursor asked = request.mode == PullMode::changes ? old : FeedCursor{};
    FASTI_TRY(auto answer, get(request.collection, asked, request.stop));
    if (!answer) return PullResult{Coverage::delta, request.cursor, false};
    FASTI_CHECK(show(request, answer->parts, sink));
    FeedCursor next = answer->cursor;
    // What vanished counts only when a second listing misses it as well (rule 19): that one must not be a 304.
    if (!old.members.empty() && old.members != next.members) next.etag = next.modified = "";
    return PullResult{Coverage::complete, next.text(), false};
  }
  std::vector<Result<RemoteObject>> fetch(const std::string&, std::span<const std::string> ids) override {
    return {ids.size(), refuse(ErrorKind::unsupported, "a feed has no single objects", client_.name())};
  }
  Result<Written> create(const WriteRequest&) override { return read_only(); }
  Result<Written> update(const WriteRequest&) override { return read_only(); }
  Result<Written> remove(const WriteRequest&) override { return read_only(); }
  std::uint64_t requests() const override { return client_.requests(); }

 private:
  struct Answer {
    std::vector<ical::CalendarPart> parts;
    FeedCursor cursor;
  };

  Error read_only() const {
    return refuse(ErrorKind::unsupported, "a feed can only be read", client_.name(),
                  "write direction = \"from_remote\"");
  }
  std::string own_name() const { return http::percent_decode(url_.path.substr(url_.path.rfind('/') + 1)); }
  std::string place(const std::string& collection) const { return client_.name() + ": " + collection; }

  /// The connection's own address by its last part, else one beside it. Credentials stay with their host.
  Result<http::Url> address(const std::string& collection) const {
    if (collection.empty() || collection == own_name()) return url_;
    const bool whole = collection.find("://") != std::string::npos;
    FASTI_TRY(auto url, http::resolve(url_, whole ? collection : http::percent_encode_path(collection)));
    if (url.same_origin(url_)) return url;
    return refuse(ErrorKind::bad_config, "the collection is on another host than `url`", place(collection),
                  "make a connection of its own for it");
  }

  Error bad_reply(const std::string& collection, const std::string& why) const {
    return refuse(ErrorKind::bad_reply, "the answer is no whole calendar: " + why, place(collection),
                  "open the address in a browser: it must download an .ics file");
  }

  /// nullopt: not modified.
  Result<std::optional<Answer>> get(const std::string& collection, const FeedCursor& known, std::stop_token stop) {
    FASTI_TRY(const http::Url url, address(collection));
    http::Request request;
    request.url = url.text();
    request.headers = {{"Accept", "text/calendar"}};
    if (!known.etag.empty()) request.headers.emplace_back("If-None-Match", known.etag);
    if (!known.modified.empty()) request.headers.emplace_back("If-Modified-Since", known.modified);
    const bool conditional = request.headers.size() > 1;
    auto reply = client_.send(std::move(request), std::move(stop));
    if (!reply) return reply.error();
    if (reply->status == kNotModified && conditional) return std::optional<Answer>();
    if (!http::is_success(reply->status)) {
      Error error = http::status_error(*reply, "GET", client_.now());
      error.place = place(collection);
      return error;
    }
    // Events without a calendar around them would not show where an answer was cut off.
    auto parts = ical::split_calendar(reply->body, ical::Wrapper::needed, ical::Orphans::apart);
    if (!parts) return bad_reply(collection, parts.error().message);
    Answer answer{std::move(*parts), {}};
    answer.cursor = {http::header(reply->headers, "ETag").value_or(""),
                     http::header(reply->headers, "Last-Modified").value_or(""), members_of(answer.parts)};
    return std::optional(std::move(answer));
  }

  static std::string members_of(const std::vector<ical::CalendarPart>& parts) {
    std::vector<std::string> ids;
    for (const auto& part : parts) ids.push_back(part.uid);
    std::sort(ids.begin(), ids.end());
    std::string all;
    for (const std::string& id : ids) all += id + "\n";
    return short_hash(all);
  }

  static Status show(const PullRequest& request, std::vector<ical::CalendarPart>& parts, const PageSink& sink) {
    std::vector<RemoteChange> page;
    for (ical::CalendarPart& part : parts) {
      const bool apart = part.apart;
      page.push_back(look_at(request, std::move(part)));
      // By a UID that several have, records would be taken for copies of one.
      if (apart) page.back().object.uid = page.back().object.id;
      // A marker in somebody's feed is a copy of what another store wrote elsewhere.
      page.back().object.marker.reset();
      if (page.size() < kPage) continue;
      FASTI_CHECK(sink(std::move(page)));
      page.clear();
    }
    return page.empty() ? Status() : sink(std::move(page));
  }

  http::Url url_;
  http::Client client_;
};

}  // namespace

std::shared_ptr<Connector> make_feed(Services services, FeedSettings settings) {
  return std::make_shared<Feed>(std::move(services), std::move(settings));
}

}  // namespace ics
}  // namespace v1
}  // namespace fasti
