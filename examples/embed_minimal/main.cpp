// An application's own database as one more side of Fasti: opens a hub, puts a record, syncs it into the application
// with a connector of its own, takes an edit back from there, and rolls that run back.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include <fasti/hub.hpp>

using namespace fasti;

// The clinic's appointments. Every write is conditional: somebody else's newer version is precondition_failed.
class Clinic : public Connector {
 public:
  std::map<std::string, RemoteObject> appointments;

  void edit(const std::string& id, const std::string& property, Value value) {
    appointments.at(id).properties[property] = std::move(value);
    touch(appointments.at(id));
  }

  Capabilities capabilities() const override {
    Capabilities can;
    can.versions = true;
    can.client_ids = true;
    return can;
  }
  Result<std::vector<CollectionInfo>> collections() override {
    return std::vector<CollectionInfo>{{"appointments", "Appointments"}};
  }
  Result<CollectionInfo> open_collection(const std::string&, bool) override {
    return CollectionInfo{"appointments", "Appointments"};
  }
  Result<std::vector<PropertyInfo>> properties(const std::string&) override { return std::vector<PropertyInfo>{}; }

  Result<PullResult> pull_changes(const PullRequest&, const PageSink& sink) override {
    std::vector<RemoteChange> page;
    for (const auto& [id, object] : appointments) page.push_back({RemoteChange::Type::object, object, {}});
    if (auto status = sink(std::move(page)); !status) return status.error();
    return PullResult{Coverage::complete, "", false};
  }
  std::vector<Result<RemoteObject>> fetch(const std::string&, std::span<const std::string> ids) override {
    std::vector<Result<RemoteObject>> found;
    for (const auto& id : ids) {
      auto it = appointments.find(id);
      if (it == appointments.end()) {
        found.emplace_back(Error{ErrorKind::not_found, "no such appointment", "clinic: " + id, {}, {}});
      } else {
        found.emplace_back(it->second);
      }
    }
    return found;
  }
  Result<Written> create(const WriteRequest& request) override {
    if (appointments.count(request.id)) return stale(request);
    return write(appointments[request.id], request);
  }
  Result<Written> update(const WriteRequest& request) override {
    auto it = appointments.find(request.id);
    if (it == appointments.end() || it->second.version != request.version) return stale(request);
    for (const auto& property : request.clear) it->second.properties.erase(property);
    return write(it->second, request);
  }
  Result<Written> remove(const WriteRequest& request) override {
    auto it = appointments.find(request.id);
    if (it == appointments.end() || it->second.version != request.version) return stale(request);
    appointments.erase(it);
    return Written{request.id, "", {}};
  }

 private:
  Error stale(const WriteRequest& request) const {
    return Error{ErrorKind::precondition_failed, "changed meanwhile", "clinic: " + request.id, {}, {}};
  }
  Result<Written> write(RemoteObject& object, const WriteRequest& request) {
    object.id = request.id;
    for (const auto& [property, value] : request.set) object.properties[property] = value;
    if (request.write_marker) object.marker = request.marker;
    touch(object);
    return Written{object.id, object.version, object};
  }
  void touch(RemoteObject& object) { object.version = std::to_string(++versions_); }
  std::uint64_t versions_ = 0;
};

template <class T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  std::cerr << result.error().text() << "\n";
  std::exit(1);
}

int main(int count, char** arguments) {
  const std::filesystem::path folder = count > 1 ? arguments[1] : "embed_minimal.data";
  std::filesystem::create_directories(folder / "mappings");
  std::ofstream(folder / "fasti.toml") << "store = \"fasti.db\"\n"
                                          "[connections.clinic]\nprovider = \"custom\"\n"
                                          "[[sync]]\nname = \"clinic\"\nconnection = \"clinic\"\n"
                                          "collection = \"appointments\"\nkind = \"booking\"\n";
  std::ofstream(folder / "mappings/custom-booking.toml") << "kind = \"booking\"\nprovider = \"custom\"\n"
                                                            "[fields.title]\nproperty = \"title\"\n"
                                                            "[fields.when]\nproperty = \"time\"\n";

  auto clinic = std::make_shared<Clinic>();
  auto hub = must(Hub::open((folder / "fasti.toml").string(), {}));
  if (auto added = hub.add("clinic", clinic); !added) must<int>(added.error());

  Record visit{"booking", "visit-1", {{"title", std::string("Check-up")}}};
  visit.fields["when"] =
      Span{SpanKind::all_day, LocalDays{std::chrono::days{20600}}, LocalDays{std::chrono::days{20601}}, ""};
  must(hub.put(visit));
  must(hub.sync());
  const std::string id = clinic->appointments.begin()->first;
  std::cout << "synced: " << clinic->appointments.size() << " appointment\n";

  clinic->edit(id, "title", std::string("Check-up with Dr. Adams"));
  auto run = must(hub.sync());
  auto title = [&] { return std::get<std::string>(*must(hub.get("booking", "visit-1")).find("title")); };
  std::cout << "edited there, here: " << title() << "\n";

  RollbackOptions everywhere;
  everywhere.origin = true;
  must(hub.rollback(run.run, everywhere));
  std::cout << "rolled back, here: " << title() << "\n";
  std::cout << "rolled back, there: " << std::get<std::string>(clinic->appointments.at(id).properties.at("title"))
            << "\n";
}
