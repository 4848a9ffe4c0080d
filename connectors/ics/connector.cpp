#include <algorithm>
#include <filesystem>

#include "connectors/ical/object.hpp"
#include "connectors/ics/ics.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

bool is_calendar(const std::string& name) {
  return name.size() > 4 && name.front() != '.' && name.compare(name.size() - 4, 4, ".ics") == 0;
}

/// A file name that every file system takes.
std::string file_name(const std::string& uid) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : uid) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '@' || (c == '.' && !out.empty());
    if (plain)
      out += c;
    else
      ((out += '%') += kHex[byte >> 4]) += kHex[byte & 15];
  }
  return (out.size() > 200 ? short_hash(uid) : out) + ".ics";
}

Error refuse(ErrorKind kind, const std::string& message, const std::string& place, const std::string& hint = "") {
  return Error{kind, message, place, hint, std::nullopt};
}

struct Item {
  std::string id;
  std::string text;
  std::optional<Error> problem;
};

class IcsConnector : public Connector {
 public:
  IcsConnector(Services services, std::string root) : services_(std::move(services)), root_(std::move(root)) {}

  Capabilities capabilities() const override {
    Capabilities out;
    out.versions = true;
    out.client_ids = true;
    out.verbatim = true;
    out.opaque_format = "icalendar";
    return out;
  }
  std::string create_id(const WriteRequest& request) const override {
    const std::string& uid = request.uid.empty() ? request.id : request.uid;
    return is_calendar(request.collection) ? uid : file_name(uid);
  }
  Result<std::vector<CollectionInfo>> collections() override {
    FASTI_TRY(auto entries, services_.files.list(root_));
    std::vector<CollectionInfo> out;
    for (const FileInfo& entry : entries)
      if (entry.name.front() != '.' && (entry.folder || is_calendar(entry.name)))
        out.push_back({entry.name, entry.name, false, false});
    return out;
  }
  Result<CollectionInfo> open_collection(const std::string& wanted, bool create_if_missing) override {
    CollectionInfo info{wanted, wanted, false, false};
    auto found = services_.files.stat(path(wanted));
    if (found) return info;
    if (found.error().kind != ErrorKind::not_found || !create_if_missing) return found.error();
    info.created = true;
    if (!is_calendar(wanted)) {
      FASTI_CHECK(services_.files.make_folders(path(wanted)));
      return info;
    }
    FASTI_CHECK(services_.files.make_folders(std::filesystem::path(path(wanted)).parent_path().string()));
    FASTI_TRY(std::string empty, ical::merge_into_calendar("", std::map<std::string, std::string>{}));
    FASTI_CHECK(services_.files.write_new(path(wanted), empty));
    return info;
  }
  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return std::vector<PropertyInfo>(); }

  Result<PullResult> pull_changes(const PullRequest& request, const PageSink& sink) override {
    FASTI_TRY(auto items, read_all(request.collection));
    std::vector<RemoteChange> page;
    for (Item& item : items) page.push_back(change_of(std::move(item), request));
    FASTI_CHECK(sink(std::move(page)));
    return PullResult{Coverage::complete, "", false};
  }
  std::vector<Result<RemoteObject>> fetch(const std::string& collection, std::span<const std::string> ids) override {
    std::vector<Result<RemoteObject>> out;
    for (const std::string& id : ids) out.push_back(fetch_one(collection, id));
    return out;
  }
  Result<Written> create(const WriteRequest& request) override {
    WriteRequest own = request;
    if (own.uid.empty()) own.uid = own.id;
    const std::string id = create_id(own);
    FASTI_TRY(std::string text, request.verbatim.empty() ? ical::create_object(own, services_.clock.now())
                                                         : Result<std::string>(request.verbatim));
    if (!is_calendar(request.collection)) {
      auto status = services_.files.write_new(path(request.collection) + "/" + id, text);
      if (!status && status.error().kind == ErrorKind::rejected) return exists(id);
      if (!status) return status.error();
    } else {
      auto there = find(request.collection, id);
      if (there) return exists(id);
      if (there.error().kind != ErrorKind::not_found) return there.error();
      FASTI_CHECK(store(request.collection, id, text));
    }
    return written(request.collection, id);
  }
  Result<Written> update(const WriteRequest& request) override {
    FASTI_TRY(Item old, expect(request));
    WriteRequest own = request;
    own.shadow = old.text;
    FASTI_TRY(std::string text, request.verbatim.empty() ? ical::patch_object(own, services_.clock.now())
                                                         : Result<std::string>(request.verbatim));
    FASTI_CHECK(store(request.collection, request.id, text));
    return written(request.collection, request.id);
  }
  Result<Written> remove(const WriteRequest& request) override {
    FASTI_TRY(Item old, expect(request));
    if (is_calendar(request.collection))
      FASTI_CHECK(store(request.collection, old.id, ""));
    else
      FASTI_CHECK(services_.files.remove(path(request.collection) + "/" + old.id));
    return Written{request.id, "", std::nullopt};
  }

 private:
  std::string path(const std::string& collection) const { return (std::filesystem::path(root_) / collection).string(); }
  static Error exists(const std::string& id) { return refuse(ErrorKind::precondition_failed, "already there", id); }
  Result<std::vector<Item>> read_all(const std::string& collection) {
    std::vector<Item> items;
    if (is_calendar(collection)) {
      FASTI_TRY(std::string text, services_.files.read(path(collection)));
      auto parts = ical::split_calendar(text);
      if (!parts) return refuse(ErrorKind::bad_reply, parts.error().message, collection + ": " + parts.error().place);
      for (auto& part : *parts) items.push_back({part.uid, std::move(part.text), std::move(part.problem)});
      return items;
    }
    FASTI_TRY(auto entries, services_.files.list(path(collection)));
    for (const FileInfo& entry : entries) {
      if (entry.folder || !is_calendar(entry.name)) continue;
      auto text = services_.files.read(path(collection) + "/" + entry.name);
      if (!text && text.error().kind == ErrorKind::not_found) continue;  // gone since the listing
      if (!text) return text.error();
      items.push_back({entry.name, std::move(*text), std::nullopt});
    }
    return items;
  }
  Result<Item> find(const std::string& collection, const std::string& id) {
    if (!is_calendar(collection)) {
      if (!is_calendar(id) || id.find('/') != std::string::npos)
        return refuse(ErrorKind::not_found, "no such file", id);
      FASTI_TRY(std::string text, services_.files.read(path(collection) + "/" + id));
      return Item{id, std::move(text), std::nullopt};
    }
    FASTI_TRY(auto items, read_all(collection));
    for (Item& item : items)
      if (item.id == id) return std::move(item);
    return refuse(ErrorKind::not_found, "no such object", id);
  }
  Result<Item> expect(const WriteRequest& request) {
    FASTI_TRY(Item item, find(request.collection, request.id));
    if (sha256_hex(item.text) != request.version)
      return refuse(ErrorKind::precondition_failed, "somebody else wrote first", request.id);
    return item;
  }
  Status store(const std::string& collection, const std::string& id, const std::string& text) {
    if (!is_calendar(collection)) return services_.files.write_atomically(path(collection) + "/" + id, text);
    FASTI_TRY(std::string whole, services_.files.read(path(collection)));
    FASTI_TRY(std::string merged, ical::merge_into_calendar(whole, id, text));
    return services_.files.write_atomically(path(collection), merged);
  }
  static Result<RemoteObject> object_of(Item item) {
    if (item.problem) return *item.problem;
    FASTI_TRY(RemoteObject object, ical::read_object(item.text));
    object.id = item.id;
    object.version = sha256_hex(item.text);
    return object;
  }
  Result<RemoteObject> fetch_one(const std::string& collection, const std::string& id) {
    FASTI_TRY(Item item, find(collection, id));
    return object_of(std::move(item));
  }
  RemoteChange change_of(Item item, const PullRequest& request) {
    RemoteChange change;
    change.object.id = item.id;
    change.object.version = sha256_hex(item.text);
    if (request.known_version && request.known_version(item.id) == change.object.version) {
      change.type = RemoteChange::Type::listed;
      return change;
    }
    auto object = object_of(item);
    if (object) {
      change.object = std::move(*object);
      return change;
    }
    change.type = RemoteChange::Type::unreadable;
    change.object.shadow = std::move(item.text);
    change.reason = object.error();
    return change;
  }
  /// Read back: in a single file the object's version is that of its part, not of what was handed over.
  Result<Written> written(const std::string& collection, const std::string& id) {
    FASTI_TRY(RemoteObject echo, fetch_one(collection, id));
    std::string version = echo.version;
    return Written{id, std::move(version), std::move(echo)};
  }

  Services services_;
  std::string root_;
};

}  // namespace

ConnectorFactory ics_factory(Services services) {
  ConnectorFactory factory;
  factory.provider = "ics";
  factory.keys = {"path"};
  factory.make = [services](const ConnectionSettings& settings) -> Result<std::shared_ptr<Connector>> {
    auto path = settings.get("path");
    if (!path) return refuse(ErrorKind::bad_config, "an ics connection needs a path", settings.place("path"));
    return std::shared_ptr<Connector>(
        std::make_shared<IcsConnector>(services, (std::filesystem::path(settings.folder()) / *path).string()));
  };
  return factory;
}

}  // namespace ics
}  // namespace v1
}  // namespace fasti
