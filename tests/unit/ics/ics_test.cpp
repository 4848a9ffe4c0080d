#include "connectors/ics/ics.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace fasti {
namespace {

class Settings : public ConnectionSettings {
 public:
  explicit Settings(std::string folder) : folder_(std::move(folder)) {}
  std::string name() const override { return "feeds"; }
  std::optional<std::string> get(const std::string& key) const override {
    return key == "path" ? std::optional<std::string>("public") : std::nullopt;
  }
  std::string place(const std::string&) const override { return "fasti.toml:1:1"; }
  Result<std::string> secret(const std::string&) const override { return std::string(); }
  std::string folder() const override { return folder_; }

 private:
  std::string folder_;
};

class Ics : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/fasti-ics-XXXXXX";
    folder_ = mkdtemp(name);
    Services services{system_files(), system_clock(), system_random(), nullptr, {}};
    connector_ = ics::ics_factory(services).make(Settings(folder_)).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::vector<RemoteChange> pull() {
    std::vector<RemoteChange> out;
    PullRequest request;
    request.collection = GetParam();
    auto result = connector_->pull_changes(request, [&](std::vector<RemoteChange>&& page) {
      for (auto& change : page) out.push_back(std::move(change));
      return Status();
    });
    EXPECT_TRUE(result.ok() && result->coverage == Coverage::complete);
    return out;
  }
  std::string folder_;
  std::shared_ptr<Connector> connector_;
};

TEST_P(Ics, WritesConditionallyAndReadsBack) {
  EXPECT_EQ(connector_->open_collection(GetParam(), false).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(connector_->open_collection(GetParam(), true).ok());
  EXPECT_TRUE(pull().empty());
  WriteRequest request;
  request.collection = GetParam();
  request.uid = "a/b";
  request.set = {{"SUMMARY", std::string("one")}};
  auto made = connector_->create(request);
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_EQ(connector_->create(request).error().kind, ErrorKind::precondition_failed);
  ASSERT_EQ(pull().size(), 1u);
  EXPECT_EQ(pull()[0].object.version, made->version);
  request.id = made->id;
  request.version = made->version;
  request.set = {{"SUMMARY", std::string("two")}};
  auto changed = connector_->update(request);
  ASSERT_TRUE(changed.ok()) << changed.error().text();
  EXPECT_EQ(pull()[0].object.properties.at("SUMMARY"), Value(std::string("two")));
  EXPECT_EQ(connector_->update(request).error().kind, ErrorKind::precondition_failed);
  request.version = changed->version;
  ASSERT_TRUE(connector_->remove(request).ok());
  EXPECT_TRUE(pull().empty());
}

INSTANTIATE_TEST_SUITE_P(FileAndFolder, Ics, testing::Values("club.ics", "club"));

}  // namespace
}  // namespace fasti
