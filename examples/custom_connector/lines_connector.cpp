#include "lines_connector.hpp"

#include <fstream>
#include <map>
#include <sstream>

namespace {

using namespace fasti;

Error problem(ErrorKind kind, const std::string& message, const std::string& place) {
  return Error{kind, message, place, {}, {}};
}

class LinesConnector : public Connector {
 public:
  explicit LinesConnector(std::string path) : path_(std::move(path)) {}

  Capabilities capabilities() const override {
    Capabilities can;
    can.versions = true;    // an update names the version it was made on
    can.client_ids = true;  // the engine chooses ids, so a create in doubt can be asked for by its id
    return can;
  }

  Result<std::vector<CollectionInfo>> collections() override {
    return std::vector<CollectionInfo>{{"lines", "The lines of " + path_}};
  }
  Result<CollectionInfo> open_collection(const std::string&, bool) override {
    return CollectionInfo{"lines", "The lines of " + path_};
  }
  Result<std::vector<PropertyInfo>> properties(const std::string&) override {
    return std::vector<PropertyInfo>{{"title", FieldType::text}};
  }

  Result<PullResult> pull_changes(const PullRequest&, const PageSink& sink) override {
    std::vector<RemoteChange> page;
    for (const auto& [id, object] : read()) page.push_back({RemoteChange::Type::object, object, {}});
    if (auto taken = sink(std::move(page)); !taken) return taken.error();
    // Every line was shown: what is missing may be asked for and, if it is gone, deleted.
    return PullResult{Coverage::complete, "", false};
  }

  std::vector<Result<RemoteObject>> fetch(const std::string&, std::span<const std::string> ids) override {
    auto objects = read();
    std::vector<Result<RemoteObject>> found;
    for (const auto& id : ids) {
      auto it = objects.find(id);
      if (it == objects.end()) {
        found.emplace_back(problem(ErrorKind::not_found, "no such line", path_ + ": " + id));
      } else {
        found.emplace_back(it->second);
      }
    }
    return found;
  }

  Result<Written> create(const WriteRequest& request) override {
    auto objects = read();
    if (objects.count(request.id)) return problem(ErrorKind::precondition_failed, "there is such a line", path_);
    return write(objects, objects[request.id], request);
  }

  Result<Written> update(const WriteRequest& request) override {
    auto objects = read();
    auto it = objects.find(request.id);
    if (it == objects.end()) return problem(ErrorKind::not_found, "no such line", path_ + ": " + request.id);
    if (it->second.version != request.version)
      return problem(ErrorKind::precondition_failed, "changed meanwhile", path_);
    for (const auto& property : request.clear) it->second.properties.erase(property);
    return write(objects, it->second, request);
  }

  Result<Written> remove(const WriteRequest& request) override {
    auto objects = read();
    auto it = objects.find(request.id);
    if (it == objects.end()) return problem(ErrorKind::not_found, "no such line", path_ + ": " + request.id);
    if (it->second.version != request.version)
      return problem(ErrorKind::precondition_failed, "changed meanwhile", path_);
    objects.erase(it);
    return save(objects, Written{request.id, "", {}});
  }

 private:
  using Objects = std::map<std::string, RemoteObject>;

  Objects read() const {
    Objects objects;
    std::ifstream in(path_);
    for (std::string line; std::getline(in, line);) {
      std::istringstream cells(line);
      std::string marker;
      std::string title;
      RemoteObject object;
      std::getline(cells, object.id, '\t');
      std::getline(cells, object.version, '\t');
      std::getline(cells, marker, '\t');
      std::getline(cells, title, '\t');
      if (object.id.empty()) continue;
      if (!title.empty()) object.properties["title"] = title;
      if (auto at = marker.find('/'); at != std::string::npos) {
        object.marker = Marker{marker.substr(0, at), marker.substr(at + 1), true, ""};
      }
      objects[object.id] = object;
    }
    return objects;
  }

  Result<Written> write(Objects& objects, RemoteObject& object, const WriteRequest& request) {
    object.id = request.id;
    for (const auto& [property, value] : request.set) object.properties[property] = value;
    if (request.write_marker) object.marker = request.marker;
    object.version = request.key;  // unique for each write, the same when the same write is tried again
    return save(objects, Written{object.id, object.version, object});
  }

  Result<Written> save(const Objects& objects, Written written) {
    std::ofstream out(path_ + ".new");
    for (const auto& [id, object] : objects) {
      out << id << '\t' << object.version << '\t';
      if (object.marker) out << object.marker->store << '/' << object.marker->record;
      auto title = object.properties.find("title");
      out << '\t' << (title == object.properties.end() ? "" : std::get<std::string>(title->second)) << '\n';
    }
    out.close();
    if (!out || std::rename((path_ + ".new").c_str(), path_.c_str()) != 0) {
      return problem(ErrorKind::disk, "cannot be written", path_);
    }
    return written;
  }

  std::string path_;
};

}  // namespace

fasti::ConnectorFactory lines_provider() {
  ConnectorFactory factory;
  factory.provider = "lines";
  factory.keys = {"path"};
  factory.properties = {{"title", FieldType::text}};
  factory.make = [](const ConnectionSettings& settings) -> Result<std::shared_ptr<Connector>> {
    auto path = settings.get("path");
    if (!path) return problem(ErrorKind::bad_config, "path is missing", settings.place("path"));
    std::shared_ptr<Connector> connector = std::make_shared<LinesConnector>(settings.folder() + "/" + *path);
    return connector;
  };
  return factory;
}
