// Which of the three a connection or collection is: a feed by `url`; below `path`, a folder or a single file.
#include <filesystem>

#include "connectors/http/client_settings.hpp"
#include "connectors/ics/feed.hpp"
#include "connectors/ics/folder.hpp"
#include "connectors/ics/ics.hpp"
#include "connectors/ics/item.hpp"
#include "connectors/ics/single_file.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBatch = 500;

class FileConnector final : public Connector {
 public:
  FileConnector(Services services, std::string root) : services_(std::move(services)), root_(std::move(root)) {}

  Capabilities capabilities() const override {
    Capabilities out;
    out.cursor = true;
    out.versions = true;
    out.client_ids = true;
    out.verbatim = true;
    out.batch = kBatch;
    out.opaque_format = "icalendar";
    return out;
  }
  std::string create_id(const WriteRequest& request) const override {
    const std::string& uid = request.uid.empty() ? request.id : request.uid;
    return is_calendar_name(request.collection) ? uid : file_name(uid);
  }
  Result<std::vector<CollectionInfo>> collections() override {
    FASTI_TRY(const auto entries, services_.files.list(root_));
    std::vector<CollectionInfo> out;
    for (const FileInfo& entry : entries)
      if (entry.name.front() != '.' && (entry.folder || is_calendar_name(entry.name)))
        out.push_back({entry.name, entry.name, false, false});
    return out;
  }
  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override {
    FASTI_TRY(const std::string path, path_of(wanted));
    const bool file = is_calendar_name(wanted);
    CollectionInfo info{wanted, wanted, false, false};
    auto found = services_.files.stat(path);
    if (found && found->folder == file)
      return refuse(ErrorKind::bad_config, file ? "a folder, not a file" : "a file, not a folder", path,
                    "a `collection` that ends in .ics is a file, any other a folder");
    if (found) return info;
    if (found.error().kind != ErrorKind::not_found || !create_if_missing) return found.error();
    FASTI_CHECK(file ? SingleFile(services_, path).make() : services_.files.make_folders(path));
    info.created = true;
    return info;
  }
  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return std::vector<PropertyInfo>(); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    FASTI_TRY(const std::string path, path_of(request.collection));
    if (is_calendar_name(request.collection)) return SingleFile(services_, path).pull(request, sink);
    return Folder(services_, path).pull(request, sink);
  }
  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    const auto path = path_of(collection);
    if (!path) return {ids.size(), path.error()};
    if (is_calendar_name(collection)) return SingleFile(services_, *path).fetch(ids);
    std::vector<Result<RemoteObject>> out;
    for (const std::string& id : ids) out.push_back(Folder(services_, *path).fetch(id));
    return out;
  }
  /// A run of requests for one single file is one write.
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop) override {
    std::vector<Result<Written>> replies;
    for (std::size_t from = 0; from < requests.size();) {
      std::size_t end = from + 1;
      while (end < requests.size() && requests[end].collection == requests[from].collection) ++end;
      const auto part = requests.subspan(from, end - from);
      const auto path = path_of(requests[from].collection);
      auto some = !path ? std::vector<Result<Written>>(part.size(), path.error())
                  : is_calendar_name(requests[from].collection) ? SingleFile(services_, *path).send(part, stop)
                                                                : Connector::send(part, stop);
      for (auto& reply : some) replies.push_back(std::move(reply));
      from = end;
    }
    return replies;
  }
  Result<Written> create(const WriteRequest& request) override { return one(WriteOp::create, request); }
  Result<Written> update(const WriteRequest& request) override { return one(WriteOp::update, request); }
  Result<Written> remove(const WriteRequest& request) override { return one(WriteOp::remove, request); }

 private:
  Result<Written> one(WriteOp op, const WriteRequest& request) {
    FASTI_TRY(const std::string path, path_of(request.collection));
    WriteRequest own = request;
    own.op = op;
    if (is_calendar_name(own.collection))
      return std::move(SingleFile(services_, path).send(std::span<const WriteRequest>(&own, 1), {}).front());
    Folder folder(services_, path);
    return op == WriteOp::create ? folder.create(own) : op == WriteOp::update ? folder.update(own) : folder.remove(own);
  }
  /// `collection` comes from a configuration, where `{team.slug}.ics` may hold whatever a record says.
  Result<std::string> path_of(const std::string& collection) const {
    const fs::path wanted(collection);
    bool leaves = wanted.is_absolute();
    for (const fs::path& part : wanted) leaves |= part == "..";
    if (leaves || collection.find('\0') != std::string::npos)
      return refuse(ErrorKind::bad_config, "collection \"" + collection + "\" leaves the connection's path", root_,
                    "name a folder or .ics file below it");
    return (fs::path(root_) / wanted).string();
  }

  Services services_;
  std::string root_;
};

Result<std::shared_ptr<Connector>> feed_of(const Services& services, const ConnectionSettings& table,
                                           const std::string& address) {
  // Calendar programs hand out webcal: addresses; it is HTTPS by another name.
  const bool webcal = address.rfind("webcal://", 0) == 0;
  auto url = http::parse_url(webcal ? "https" + address.substr(6) : address);
  if (!url) {
    Error error = std::move(url).error();
    error.place = table.place("url");
    return error;
  }
  FASTI_TRY(auto client, http::client_options(table));
  if (const auto user = table.get("username")) {
    FASTI_TRY(auto password, table.secret("password"));
    client.endpoint.auth = {http::AuthScheme::basic, *user, Secret(std::move(password))};
  }
  return make_feed(services, FeedSettings{*std::move(url), std::move(client)});
}

}  // namespace

ConnectorFactory ics_factory(Services services) {
  ConnectorFactory factory;
  factory.provider = "ics";
  factory.keys = {"path", "url", "username", "password", "ca_file", "proxy", "timeout"};
  factory.secrets = {"password"};
  factory.make = [services =
                      std::move(services)](const ConnectionSettings& table) -> Result<std::shared_ptr<Connector>> {
    const auto path = table.get("path");
    const auto url = table.get("url");
    if (path && url) return refuse(ErrorKind::bad_config, "path and url exclude each other", table.place("url"));
    if (url) return feed_of(services, table, *url);
    if (!path)
      return refuse(ErrorKind::bad_config, "an ics connection needs a path, or a url", table.place("path"),
                    "write path = \"calendars\"");
    for (const char* key : {"username", "ca_file", "proxy", "timeout"})
      if (table.get(key))
        return refuse(ErrorKind::bad_config, std::string(key) + " belongs to a url, not to a path", table.place(key));
    return std::shared_ptr<Connector>(
        std::make_shared<FileConnector>(services, (fs::path(table.folder()) / *path).string()));
  };
  return factory;
}

}  // namespace ics
}  // namespace v1
}  // namespace fasti
