#include <stdlib.h>

#include <filesystem>
#include <map>

#include "connectors/ics/ics.hpp"
#include "tests/contract/connector/ical_person.hpp"
#include "tests/support/table_settings.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

class FilesBench : public IcalBench {
 public:
  FilesBench() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fasti-contract-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    Services services{files_, system_clock(), system_random(), nullptr, {}};
    connector_ = ics::ics_factory(services).make(support::table({{"path", "calendars"}}, "files", folder_)).value();
  }
  FilesBench(const FilesBench&) = delete;
  FilesBench& operator=(const FilesBench&) = delete;
  ~FilesBench() override { std::filesystem::remove_all(folder_); }

  Connector& connector() override { return *connector_; }
  void drop_collection(const std::string& collection) override { std::filesystem::remove_all(path(collection)); }

 protected:
  std::string path(const std::string& name) const { return folder_ + "/calendars/" + name; }
  std::string open(const std::string& name) { return connector_->open_collection(name, true).value().id; }
  std::string next() { return "person-" + std::to_string(++made_) + "@editor"; }
  std::string read(const std::string& name) { return files_.read(path(name)).value(); }
  void write(const std::string& name, const std::string& text) {
    const Status status = files_.write_atomically(path(name), text);
    if (!status) std::abort();
  }
  FileSystem& files_ = system_files();

 private:
  std::string folder_;
  std::shared_ptr<Connector> connector_;
  int made_ = 0;
};

class FolderBench final : public FilesBench {
 public:
  std::string empty_collection() override { return open("club"); }
  std::string person_creates(const std::string& collection, const std::string& title) override {
    const std::string uid = next();
    write(collection + "/" + uid + ".ics", calendar_text(uid, title));
    return uid + ".ics";
  }
  void person_renames(const std::string& collection, const std::string& id, const std::string& title) override {
    const std::string name = collection + "/" + id;
    write(name, with_title(read(name), "", title));
  }
  void person_deletes(const std::string& collection, const std::string& id) override {
    std::filesystem::remove(path(collection + "/" + id));
  }
  std::optional<std::string> person_sees(const std::string& collection, const std::string& id) override {
    auto text = files_.read(path(collection + "/" + id));
    return text ? title_in(*text, "") : std::nullopt;
  }
  bool person_breaks(const std::string& collection, const std::string& id) override {
    const std::string name = collection + "/" + id;
    write(name, with_broken_start(read(name), ""));
    return true;
  }
};

class FileBench final : public FilesBench {
 public:
  std::string empty_collection() override { return open("club.ics"); }
  std::string person_creates(const std::string& collection, const std::string& title) override {
    const std::string uid = next();
    write(collection, with_event(read(collection), uid, title));
    return uid;
  }
  void person_renames(const std::string& collection, const std::string& id, const std::string& title) override {
    write(collection, with_title(read(collection), id, title));
  }
  void person_deletes(const std::string& collection, const std::string& id) override {
    write(collection, without_event(read(collection), id));
  }
  std::optional<std::string> person_sees(const std::string& collection, const std::string& id) override {
    return title_in(read(collection), id);
  }
  bool person_breaks(const std::string& collection, const std::string& id) override {
    write(collection, with_broken_start(read(collection), id));
    return true;
  }
};

}  // namespace

std::unique_ptr<Bench> ics_folder_bench() { return std::make_unique<FolderBench>(); }
std::unique_ptr<Bench> ics_file_bench() { return std::make_unique<FileBench>(); }

}  // namespace contract
}  // namespace v1
}  // namespace fasti
