// Folders and single files as other programs keep and change them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ics/ics_world.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Type = RemoteChange::Type;

const Value kTwo{std::string("two")};

class Both : public testing::TestWithParam<const char*>, protected World {
 protected:
  void SetUp() override { ASSERT_TRUE(connector->open_collection(GetParam(), true)); }
  Written make(const std::string& uid) {
    auto made = connector->create(request(WriteOp::create, GetParam(), uid, "", "one"));
    EXPECT_TRUE(made) << (made ? "" : made.error().text());
    return made ? *made : Written{};
  }
};

TEST_P(Both, WritesConditionallyAndReadsBack) {
  const Written made = make("a/b");
  EXPECT_EQ(connector->create(request(WriteOp::create, GetParam(), "a/b", "", "x")).error().kind,
            ErrorKind::precondition_failed);
  EXPECT_EQ(pull(GetParam())->changes.at(made.id).object.version, made.version);
  auto update = request(WriteOp::update, GetParam(), made.id, made.version, "two");
  auto changed = connector->update(update);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->echo->properties.at("SUMMARY"), kTwo);
  EXPECT_EQ(pull(GetParam())->changes.at(made.id).object.properties.at("SUMMARY"), kTwo);
  EXPECT_EQ(connector->update(update).error().kind, ErrorKind::precondition_failed);
  ASSERT_TRUE(connector->remove(request(WriteOp::remove, GetParam(), made.id, changed->version, "")));
  EXPECT_TRUE(pull(GetParam())->changes.empty());
}

TEST_P(Both, AQuietPullReadsNothing) {
  make("a");
  make("b");
  const auto first = pull(GetParam());
  const auto known = versions_of(*first);
  files.reads = 0;
  const auto second = pull(GetParam(), first->result.cursor, known);
  EXPECT_EQ(files.reads, 0);
  EXPECT_EQ(second->result.coverage, Coverage::complete);
  EXPECT_EQ(second->result.cursor, first->result.cursor);
  ASSERT_EQ(second->changes.size(), 2U);
  for (const auto& [id, change] : second->changes) EXPECT_EQ(change.type, Type::listed) << id;
  ASSERT_TRUE(pull(GetParam(), first->result.cursor, {}));
  EXPECT_GT(files.reads, 0) << "the engine does not know the versions: it needs the objects";
  files.reads = 0;
  clock.advance(std::chrono::hours(24 * 7));
  ASSERT_TRUE(pull(GetParam(), first->result.cursor, known));
  EXPECT_GT(files.reads, 0) << "no stamp is believed for ever";
}

TEST_P(Both, WhatWasWrittenJustNowIsReadAgain) {
  make("a");
  clock.advance(-std::chrono::hours(1));
  const auto first = pull(GetParam());
  files.reads = 0;
  ASSERT_TRUE(pull(GetParam(), first->result.cursor, versions_of(*first)));
  EXPECT_GT(files.reads, 0);
}

TEST_P(Both, ADamagedCursorOnlyCostsReading) {
  make("a");
  const auto first = pull(GetParam());
  for (const std::string& cursor :
       {std::string("nonsense"), std::string("ics1 x"), first->result.cursor + "\nmore of it than belongs there",
        first->result.cursor.substr(0, first->result.cursor.size() - 1)}) {
    const auto again = pull(GetParam(), cursor, versions_of(*first));
    ASSERT_TRUE(again) << cursor;
    EXPECT_EQ(again->changes.size(), 1U) << cursor;
  }
}

TEST_P(Both, AFullDiskLeavesTheOldAndNothingElse) {
  const Written made = make("a");
  const std::string folder = GetParam() == std::string("club") ? "club" : "";
  const auto before = names(folder);
  const std::string file = folder.empty() ? GetParam() : "club/" + made.id;
  const std::string old = text(file);
  const std::vector<WriteRequest> requests = {request(WriteOp::create, GetParam(), "b", "", "new"),
                                              request(WriteOp::update, GetParam(), made.id, made.version, "two"),
                                              request(WriteOp::remove, GetParam(), made.id, made.version, "")};
  for (const WriteRequest& one : requests) {
    files.full_at = files.writes + 1;
    auto replies = connector->send(std::span(&one, 1), {});
    ASSERT_EQ(replies.size(), 1U);
    ASSERT_FALSE(replies[0]);
    EXPECT_EQ(replies[0].error().kind, ErrorKind::disk);
    EXPECT_EQ(text(file), old);
    EXPECT_EQ(names(folder), before);
  }
}

TEST_P(Both, AnEditBetweenLookAndWriteIsNotLost) {
  const Written made = make("a");
  const std::string file = GetParam() == std::string("club") ? "club/" + made.id : GetParam();
  std::string theirs = text(file);
  theirs.replace(theirs.find("SUMMARY:one"), 11, "SUMMARY:theirs");
  files.after_read = [&] { put(file, theirs); };
  auto reply = connector->update(request(WriteOp::update, GetParam(), made.id, made.version, "two"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(text(file), theirs);
}

TEST_P(Both, AVanishedCollectionSaysNothingAboutItsObjects) {
  const Written made = make("a");
  const auto cursor = pull(GetParam())->result.cursor;
  std::filesystem::remove_all(path(GetParam()));
  for (const std::string& from : {std::string(), cursor}) EXPECT_FALSE(pull(GetParam(), from));
  const std::vector<std::string> ids = {made.id};
  EXPECT_EQ(connector->fetch(GetParam(), ids)[0].error().kind, ErrorKind::disk) << "not_found would delete it";
  EXPECT_EQ(connector->remove(request(WriteOp::remove, GetParam(), made.id, made.version, "")).error().kind,
            ErrorKind::disk);
  EXPECT_EQ(connector->create(request(WriteOp::create, GetParam(), "n", "", "x")).error().kind, ErrorKind::disk);
}

INSTANTIATE_TEST_SUITE_P(Ics, Both, testing::Values("club.ics", "club"),
                         [](const auto& name) { return std::string(name.param) == "club" ? "folder" : "file"; });

class Vdir : public testing::Test, protected World {};

TEST_F(Vdir, OtherProgramsFilesAreLeftAlone) {
  put("x", "");
  std::filesystem::create_directories(path("team/sub"));
  for (const char* name : {"displayname", "color", ".hidden.ics", ".ics", "a.ics.tmp", "notes.txt"})
    put(std::string("team/") + name, "Team A");
  put("team/0198c5d0-7a00@khal.ics", calendar_of(event_of("0198c5d0-7a00@khal", "khal")));
  put("team/aaaa-bbbb.ics", calendar_of(event_of("with/slash@pimsync", "pimsync")));
  const auto pulled = pull("team");
  ASSERT_TRUE(pulled);
  ASSERT_EQ(pulled->changes.size(), 2U);
  EXPECT_EQ(pulled->changes.at("aaaa-bbbb.ics").object.uid, "with/slash@pimsync");
  const auto& object = pulled->changes.at("0198c5d0-7a00@khal.ics").object;
  ASSERT_TRUE(connector->update(request(WriteOp::update, "team", object.id, object.version, "moved")));
  EXPECT_THAT(text("team/" + object.id), HasSubstr("X-ODD;P=\"q\":a;b\r\n"));
  EXPECT_EQ(text("team/displayname"), "Team A");
  std::vector<std::string> found;
  const auto collections = connector->collections().value();
  for (const auto& collection : collections) found.push_back(collection.id);
  EXPECT_THAT(found, ElementsAre("team"));
}

TEST_F(Vdir, TwoFilesWithOneUidAreTwoObjects) {
  put("team/a.ics", calendar_of(event_of("u", "first")));
  put("team/b.ics", calendar_of(event_of("u", "second")));
  const auto pulled = pull("team");
  ASSERT_EQ(pulled->changes.size(), 2U);
  EXPECT_EQ(pulled->changes.at("a.ics").object.uid, pulled->changes.at("b.ics").object.uid);
  ASSERT_TRUE(
      connector->remove(request(WriteOp::remove, "team", "b.ics", pulled->changes.at("b.ics").object.version, "")));
  EXPECT_EQ(pull("team")->changes.size(), 1U);
}

TEST_F(Vdir, OneUnreadableFileDoesNotHideTheOthers) {
  put("team/a.ics", calendar_of(event_of("a", "a")));
  put("team/b.ics", calendar_of(event_of("b", "b")));
  put("team/c.ics", "<html>");
  std::filesystem::create_symlink("nowhere", path("team/d.ics"));
  files.forbidden.insert(path("team/a.ics"));
  const auto pulled = pull("team");
  ASSERT_TRUE(pulled) << pulled.error().text();
  EXPECT_EQ(pulled->result.coverage, Coverage::complete);
  EXPECT_EQ(pulled->changes.at("a.ics").type, Type::unreadable);
  EXPECT_EQ(pulled->changes.at("a.ics").reason->kind, ErrorKind::forbidden);
  EXPECT_EQ(pulled->changes.at("b.ics").type, Type::object);
  EXPECT_EQ(pulled->changes.at("c.ics").type, Type::unreadable);
  EXPECT_EQ(pulled->changes.at("d.ics").type, Type::unreadable) << "a link to nowhere is no deletion";
  const std::vector<std::string> ids = {"a.ics", "d.ics", "e.ics"};
  const auto replies = connector->fetch("team", ids);
  EXPECT_EQ(replies[0].error().kind, ErrorKind::rejected);
  EXPECT_EQ(replies[1].error().kind, ErrorKind::rejected);
  EXPECT_EQ(replies[2].error().kind, ErrorKind::not_found);
}

TEST_F(Vdir, WithoutInodesEveryFileIsReadAgain) {
  put("team/a.ics", calendar_of(event_of("a", "a")));
  files.without_inodes = true;
  const auto first = pull("team");
  files.reads = 0;
  ASSERT_TRUE(pull("team", first->result.cursor, versions_of(*first)));
  EXPECT_EQ(files.reads, 1);
}

TEST_F(Vdir, OnlyTheChangedFileIsRead) {
  for (int i = 0; i < 20; ++i) put("team/" + std::to_string(i) + ".ics", calendar_of(event_of(std::to_string(i), "x")));
  const auto first = pull("team");
  put("team/7.ics", calendar_of(event_of("7", "y")));
  std::filesystem::remove(path("team/8.ics"));
  files.reads = 0;
  const auto second = pull("team", first->result.cursor, versions_of(*first));
  EXPECT_EQ(files.reads, 1);
  EXPECT_EQ(second->changes.size(), 19U);
  EXPECT_EQ(second->changes.at("7.ics").type, Type::object);
}

TEST_F(Vdir, NoCollectionLeavesThePath) {
  for (const char* name : {"../other", "a/../../b", "/etc", "..", "../x.ics", "/tmp/x.ics"}) {
    const std::vector<std::string> ids = {"a.ics"};
    EXPECT_EQ(connector->open_collection(name, true).error().kind, ErrorKind::bad_config) << name;
    EXPECT_EQ(pull(name).error().kind, ErrorKind::bad_config) << name;
    EXPECT_EQ(connector->fetch(name, ids)[0].error().kind, ErrorKind::bad_config) << name;
    EXPECT_EQ(connector->create(request(WriteOp::create, name, "a", "", "x")).error().kind, ErrorKind::bad_config);
  }
  EXPECT_TRUE(connector->open_collection("a/b..c", true));
  EXPECT_EQ(connector->fetch("a", std::vector<std::string>{"../x.ics"})[0].error().kind, ErrorKind::not_found);
}

class File : public testing::Test, protected World {};

TEST_F(File, ABatchIsOneReadAndOneWriteWithAnAnswerForEach) {
  std::string events;
  for (int i = 0; i < 50; ++i) events += event_of("e" + std::to_string(i), "x");
  put("c.ics", calendar_of(events));
  const auto first = pull("c.ics");
  std::vector<WriteRequest> requests;
  for (int i = 0; i < 50; ++i) {
    const std::string id = "e" + std::to_string(i);
    const std::string version = i == 3 ? "stale" : first->changes.at(id).object.version;
    requests.push_back(request(i % 10 == 9 ? WriteOp::remove : WriteOp::update, "c.ics", id, version, "two"));
  }
  requests.push_back(request(WriteOp::create, "c.ics", "new", "", "two"));
  requests.push_back(request(WriteOp::create, "c.ics", "new", "", "again"));
  requests.push_back(request(WriteOp::create, "c.ics", "e0", "", "there"));
  requests.push_back(request(WriteOp::update, "c.ics", "ghost", "v", "x"));
  files.reads = files.writes = 0;
  const auto replies = connector->send(requests, {});
  EXPECT_EQ(files.reads, 1);
  EXPECT_EQ(files.writes, 1);
  ASSERT_EQ(replies.size(), 54U);
  for (std::size_t i = 0; i < 51; ++i) EXPECT_EQ(replies[i].ok(), i != 3) << i;
  EXPECT_EQ(replies[3].error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(replies[51].error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(replies[52].error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(replies[53].error().kind, ErrorKind::not_found);
  const auto after = pull("c.ics");
  EXPECT_EQ(after->changes.size(), 46U);
  EXPECT_EQ(after->changes.at("e3").object.properties.at("SUMMARY"), Value(std::string("x")));
  EXPECT_EQ(after->changes.at("new").object.version, replies[50]->version);
  EXPECT_EQ(after->changes.at("e0").object.version, replies[0]->version);
}

TEST_F(File, AnObjectWithoutUidStaysTheSame) {
  put("c.ics", calendar_of("BEGIN:VEVENT\r\nSUMMARY:one\r\nEND:VEVENT\r\n"));
  const auto first = pull("c.ics");
  const auto& object = first->changes.begin()->second.object;
  ASSERT_TRUE(connector->update(request(WriteOp::update, "c.ics", object.id, object.version, "two")));
  EXPECT_EQ(pull("c.ics")->changes.at(object.id).object.properties.at("SUMMARY"), kTwo);
}

TEST_F(File, ATornFileIsAnErrorAndIsNotWritten) {
  const std::string torn = "BEGIN:VCALENDAR\r\n" + event_of("a", "x");
  put("c.ics", torn);
  EXPECT_EQ(pull("c.ics").error().kind, ErrorKind::bad_reply);
  EXPECT_FALSE(connector->create(request(WriteOp::create, "c.ics", "n", "", "x")));
  EXPECT_EQ(text("c.ics"), torn);
}

TEST_F(File, APathOrAnAddressButNotBoth) {
  auto kind = [&](std::map<std::string, std::string> keys) {
    return ics_factory(services).make(table("/", std::move(keys))).error().kind;
  };
  EXPECT_EQ(kind({}), ErrorKind::bad_config);
  EXPECT_EQ(kind({{"path", "a"}, {"url", "https://a.example/"}}), ErrorKind::bad_config);
  EXPECT_EQ(kind({{"path", "a"}, {"username", "u"}}), ErrorKind::bad_config);
  EXPECT_EQ(kind({{"url", "ftp://a.example/"}}), ErrorKind::bad_config);
}

}  // namespace
}  // namespace ics
}  // namespace v1
}  // namespace fasti
