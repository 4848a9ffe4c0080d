// What the engine relies on, asked of every connector (engine/include/fasti/connector.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/contract/connector/bench.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::UnorderedElementsAre;

struct Pulled {
  PullResult result;
  std::vector<RemoteChange> changes;

  const RemoteChange* find(const std::string& id) const {
    auto found = std::find_if(changes.begin(), changes.end(), [&](const RemoteChange& c) { return c.object.id == id; });
    return found == changes.end() ? nullptr : &*found;
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> out;
    for (const auto& change : changes) out.push_back(change.object.id);
    return out;
  }
};

class ConnectorContract : public ::testing::TestWithParam<Candidate> {
 protected:
  void SetUp() override {
    bench_ = GetParam().make();
    if (!bench_) GTEST_SKIP() << "skipped: " << GetParam().name << " is not available here";
    collection_ = bench_->empty_collection();
  }

  Connector& connector() { return bench_->connector(); }
  Capabilities can() { return connector().capabilities(); }

  Pulled pull(const std::string& cursor = {}, const std::map<std::string, std::string>& known = {},
              PullMode mode = PullMode::changes) {
    PullRequest request;
    request.collection = collection_;
    request.cursor = cursor;
    request.mode = mode;
    request.known_version = [&](const std::string& id) -> std::optional<std::string> {
      auto found = known.find(id);
      return found == known.end() ? std::nullopt : std::optional(found->second);
    };
    Pulled out;
    auto result = connector().pull_changes(request, [&](std::vector<RemoteChange>&& page) {
      for (auto& change : page) out.changes.push_back(std::move(change));
      return Status();
    });
    EXPECT_TRUE(result.ok()) << result.error().text();
    if (result) out.result = *result;
    return out;
  }

  WriteRequest create_request(const std::string& record, const std::string& title) {
    WriteRequest request;
    request.op = WriteOp::create;
    request.collection = collection_;
    request.key = "write-" + record + "-" + title;
    request.uid = record;
    request.set = bench_->event(title);
    request.marker = {"store-1", record, true, request.key};
    if (can().client_ids) {
      request.id = "id" + record;
      request.id = connector().create_id(request);
    }
    return request;
  }

  WriteRequest change_request(WriteOp op, const RemoteObject& object, const std::string& title) {
    WriteRequest request;
    request.op = op;
    request.collection = collection_;
    request.key = "change-" + object.id + "-" + title;
    request.id = object.id;
    request.uid = object.uid;
    request.version = object.version;
    request.shadow = object.shadow;
    if (op == WriteOp::update) request.set[bench_->title_property()] = title;
    request.marker = object.marker.value_or(Marker{"store-1", "r0", false, request.key});
    return request;
  }

  RemoteObject fetch(const std::string& id) {
    const std::vector<std::string> ids = {id};
    auto replies = connector().fetch(collection_, ids);
    EXPECT_EQ(replies.size(), 1U);
    EXPECT_TRUE(replies.at(0).ok()) << replies.at(0).error().text();
    return replies.at(0) ? *replies.at(0) : RemoteObject{};
  }

  Result<Written> send(const WriteRequest& request) {
    auto replies = connector().send(std::span(&request, 1), {});
    EXPECT_EQ(replies.size(), 1U);
    return replies.at(0);
  }

  std::string title_of(const RemoteObject& object) {
    auto found = object.properties.find(bench_->title_property());
    return found == object.properties.end() ? "(none)" : std::get<std::string>(found->second);
  }

  std::unique_ptr<Bench> bench_;
  std::string collection_;
};

TEST_P(ConnectorContract, AnEmptyCollectionIsACompleteListingOfNothing) {
  const auto pulled = pull();
  EXPECT_EQ(pulled.result.coverage, Coverage::complete);
  EXPECT_TRUE(pulled.changes.empty());
  EXPECT_EQ(!pulled.result.cursor.empty(), can().cursor);
}

TEST_P(ConnectorContract, ACompleteListingShowsEveryObjectWithItsContent) {
  std::vector<std::string> ids;
  for (int i = 0; i < 23; ++i) ids.push_back(bench_->person_creates(collection_, "Match " + std::to_string(i)));
  bench_->wait();
  const auto pulled = pull();
  EXPECT_EQ(pulled.result.coverage, Coverage::complete);
  EXPECT_THAT(pulled.ids(), ::testing::UnorderedElementsAreArray(ids)) << "page boundaries lose or repeat nothing";
  ASSERT_NE(pulled.find(ids[7]), nullptr);
  EXPECT_EQ(title_of(pulled.find(ids[7])->object), "Match 7");
}

TEST_P(ConnectorContract, APullAfterACursorShowsWhatChangedSince) {
  if (!can().cursor) GTEST_SKIP() << "skipped: no cursor";
  const auto still = bench_->person_creates(collection_, "Still");
  const auto moved = bench_->person_creates(collection_, "Final");
  const auto deleted = bench_->person_creates(collection_, "Off");
  const auto first = pull();
  bench_->person_renames(collection_, moved, "Final (moved)");
  bench_->person_deletes(collection_, deleted);
  const auto fresh = bench_->person_creates(collection_, "New");
  const auto second = pull(first.result.cursor);
  if (second.result.coverage == Coverage::complete) {  // a cursor may only save reading, not listing
    EXPECT_THAT(second.ids(), UnorderedElementsAre(still, moved, fresh));
  } else {
    EXPECT_EQ(second.result.coverage, Coverage::delta);
    EXPECT_THAT(second.ids(), UnorderedElementsAre(moved, deleted, fresh));
    EXPECT_EQ(second.find(deleted)->type, RemoteChange::Type::gone);
    EXPECT_TRUE(pull(second.result.cursor).changes.empty());
  }
  EXPECT_EQ(title_of(second.find(moved)->object), "Final (moved)");
}

TEST_P(ConnectorContract, ADeletedObjectIsMissingFromACompleteListing) {
  const auto kept = bench_->person_creates(collection_, "Kept");
  const auto deleted = bench_->person_creates(collection_, "Deleted");
  bench_->person_deletes(collection_, deleted);
  bench_->wait();
  const auto pulled = pull();
  EXPECT_EQ(pulled.result.coverage, Coverage::complete);
  std::vector<std::string> there;
  for (const auto& change : pulled.changes)
    if (change.type != RemoteChange::Type::gone) there.push_back(change.object.id);
  EXPECT_THAT(there, ElementsAre(kept));
}

TEST_P(ConnectorContract, AnObjectWhoseVersionIsKnownNeedNotBeReadAgain) {
  const auto known = bench_->person_creates(collection_, "Known");
  const auto changed = bench_->person_creates(collection_, "Changed");
  bench_->wait();
  const auto first = pull();
  std::map<std::string, std::string> versions;
  for (const auto& change : first.changes) versions[change.object.id] = change.object.version;
  bench_->wait();
  bench_->person_renames(collection_, changed, "Changed twice");
  bench_->wait();
  const auto second = pull({}, versions, PullMode::complete);
  ASSERT_NE(second.find(known), nullptr);
  ASSERT_NE(second.find(changed), nullptr);
  EXPECT_EQ(second.result.coverage, Coverage::complete);
  EXPECT_EQ(second.find(known)->object.version, versions[known]);
  EXPECT_EQ(second.find(changed)->type, RemoteChange::Type::object);
  EXPECT_EQ(title_of(second.find(changed)->object), "Changed twice");
  if (second.find(known)->type == RemoteChange::Type::object) {
    EXPECT_EQ(title_of(second.find(known)->object), "Known") << "an object that is shown is shown in full";
  }
}

TEST_P(ConnectorContract, AnErrorOfTheSinkEndsThePull) {
  bench_->person_creates(collection_, "One");
  PullRequest request;
  request.collection = collection_;
  auto result = connector().pull_changes(request, [](std::vector<RemoteChange>&&) {
    return Status(Error{ErrorKind::disk, "full", {}, {}, {}});
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::disk);
}

TEST_P(ConnectorContract, ACreatedObjectIsThereForPeopleAndCarriesItsMarker) {
  const auto request = create_request("r1", "Final");
  auto written = send(request);
  ASSERT_TRUE(written.ok()) << written.error().text();
  if (can().client_ids) {
    EXPECT_EQ(written->id, request.id);
  }
  EXPECT_EQ(bench_->person_sees(collection_, written->id), "Final");
  const auto object = fetch(written->id);
  EXPECT_EQ(title_of(object), "Final");
  if (can().versions && !written->version.empty()) {
    EXPECT_EQ(object.version, written->version);
  }
  if (can().markers) {
    ASSERT_TRUE(object.marker.has_value());
    // Which write it was has no place in every provider.
    Marker expected = request.marker;
    if (object.marker->stamp.empty()) expected.stamp.clear();
    EXPECT_EQ(*object.marker, expected);
  }
  for (const auto& property : request.set) EXPECT_EQ(object.properties.count(property.first), 1U) << property.first;
}

TEST_P(ConnectorContract, AMarkedObjectIsFoundByItsRecord) {
  if (!can().markers) GTEST_SKIP() << "skipped: no markers";
  auto written = send(create_request("r1", "Final"));
  auto other = send(create_request("r2", "Semi-final"));
  ASSERT_TRUE(written.ok() && other.ok());
  bench_->wait();
  auto found = connector().find_marked(collection_, "store-1", "r1");
  if (!found && found.error().kind == ErrorKind::unsupported) {
    EXPECT_TRUE(can().client_ids) << "a create in doubt must be found by its id, then";
    return;
  }
  ASSERT_TRUE(found.ok()) << found.error().text();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().id, written->id);
  auto foreign = connector().find_marked(collection_, "store-2", "r1");
  ASSERT_TRUE(foreign.ok());
  EXPECT_TRUE(foreign->empty());
}

TEST_P(ConnectorContract, ACreateSentTwiceMakesOneObject) {
  if (!can().client_ids) GTEST_SKIP() << "skipped: ids are the provider's to choose";
  const auto request = create_request("r1", "Final");
  ASSERT_TRUE(send(request).ok());
  auto again = send(request);
  if (again) {  // its own stamp may tell a connector that the first try has landed
    EXPECT_EQ(again->id, request.id);
  } else {
    EXPECT_EQ(again.error().kind, ErrorKind::precondition_failed);
  }
  EXPECT_EQ(pull().changes.size(), 1U);
}

TEST_P(ConnectorContract, AnUpdateChangesOnlyWhatItNames) {
  const auto id = bench_->person_creates(collection_, "Final");
  const auto before = fetch(id);
  auto written = send(change_request(WriteOp::update, before, "Final (moved)"));
  ASSERT_TRUE(written.ok()) << written.error().text();
  const auto after = fetch(id);
  EXPECT_EQ(title_of(after), "Final (moved)");
  for (const auto& [path, value] : before.properties) {
    if (path == bench_->title_property()) continue;
    ASSERT_EQ(after.properties.count(path), 1U) << path;
    EXPECT_EQ(after.properties.at(path), value) << path;
  }
  EXPECT_EQ(bench_->person_sees(collection_, id), "Final (moved)");
}

TEST_P(ConnectorContract, AnUpdateOverAnotherVersionIsRefusedAndChangesNothing) {
  if (!can().versions) GTEST_SKIP() << "skipped: no preconditions";
  const auto id = bench_->person_creates(collection_, "Final");
  const auto stale = fetch(id);
  bench_->wait();
  bench_->person_renames(collection_, id, "Final, says a person");
  auto written = send(change_request(WriteOp::update, stale, "Final, says the engine"));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(bench_->person_sees(collection_, id), "Final, says a person");
}

TEST_P(ConnectorContract, ARemovalOverAnotherVersionIsRefused) {
  if (!can().versions) GTEST_SKIP() << "skipped: no preconditions";
  const auto id = bench_->person_creates(collection_, "Final");
  const auto stale = fetch(id);
  bench_->wait();
  bench_->person_renames(collection_, id, "Final, still on");
  auto removed = send(change_request(WriteOp::remove, stale, {}));
  ASSERT_FALSE(removed.ok());
  EXPECT_EQ(removed.error().kind, ErrorKind::precondition_failed);
  EXPECT_EQ(bench_->person_sees(collection_, id), "Final, still on");
}

TEST_P(ConnectorContract, ARemovedObjectIsGoneAndAskingForItSaysSo) {
  const auto id = bench_->person_creates(collection_, "Final");
  auto removed = send(change_request(WriteOp::remove, fetch(id), {}));
  ASSERT_TRUE(removed.ok()) << removed.error().text();
  EXPECT_EQ(bench_->person_sees(collection_, id), std::nullopt);
  const std::vector<std::string> ids = {id};
  auto replies = connector().fetch(collection_, ids);
  ASSERT_EQ(replies.size(), 1U);
  ASSERT_FALSE(replies[0].ok());
  EXPECT_EQ(replies[0].error().kind, ErrorKind::not_found);
}

TEST_P(ConnectorContract, AnUpdateOfAMissingObjectDoesNotCreateIt) {
  const auto id = bench_->person_creates(collection_, "Final");
  const auto object = fetch(id);
  bench_->person_deletes(collection_, id);
  auto written = send(change_request(WriteOp::update, object, "Ghost"));
  ASSERT_FALSE(written.ok());
  EXPECT_TRUE(written.error().kind == ErrorKind::not_found || written.error().kind == ErrorKind::precondition_failed)
      << written.error().text();
  EXPECT_EQ(bench_->person_sees(collection_, id), std::nullopt);
}

TEST_P(ConnectorContract, RepliesComeInTheOrderOfTheRequests) {
  std::vector<WriteRequest> requests;
  for (int i = 0; i < 9; ++i) requests.push_back(create_request("r" + std::to_string(i), "M" + std::to_string(i)));
  auto replies = connector().send(requests, {});
  ASSERT_EQ(replies.size(), requests.size());
  for (std::size_t i = 0; i < replies.size(); ++i) {
    ASSERT_TRUE(replies[i].ok()) << replies[i].error().text();
    EXPECT_EQ(bench_->person_sees(collection_, replies[i]->id), "M" + std::to_string(i));
  }
}

TEST_P(ConnectorContract, OneRefusedWriteLeavesTheOthersOfItsBatchAlone) {
  if (!can().versions) GTEST_SKIP() << "skipped: no preconditions";
  const auto a = bench_->person_creates(collection_, "A");
  const auto b = bench_->person_creates(collection_, "B");
  const auto stale = fetch(a);
  bench_->wait();
  bench_->person_renames(collection_, a, "A of a person");
  const std::vector<WriteRequest> requests = {change_request(WriteOp::update, stale, "A2"),
                                              change_request(WriteOp::update, fetch(b), "B2")};
  auto replies = connector().send(requests, {});
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_FALSE(replies[0].ok());
  EXPECT_TRUE(replies[1].ok());
  EXPECT_EQ(bench_->person_sees(collection_, b), "B2");
}

TEST_P(ConnectorContract, FetchAnswersInOrderAndNamesWhatIsMissing) {
  const auto a = bench_->person_creates(collection_, "A");
  const auto gone = bench_->person_creates(collection_, "Gone");
  const auto b = bench_->person_creates(collection_, "B");
  bench_->person_deletes(collection_, gone);
  const std::vector<std::string> ids = {b, gone, a};
  auto replies = connector().fetch(collection_, ids);
  ASSERT_EQ(replies.size(), 3U);
  ASSERT_TRUE(replies[0].ok() && replies[2].ok());
  EXPECT_EQ(title_of(*replies[0]), "B");
  EXPECT_EQ(title_of(*replies[2]), "A");
  ASSERT_FALSE(replies[1].ok());
  EXPECT_EQ(replies[1].error().kind, ErrorKind::not_found);
}

TEST_P(ConnectorContract, AnOriginalIsRestoredAsItWas) {
  if (!can().verbatim) GTEST_SKIP() << "skipped: originals cannot be restored";
  const auto id = bench_->person_creates(collection_, "Final");
  const auto before = fetch(id);
  ASSERT_FALSE(before.shadow.empty());
  ASSERT_TRUE(send(change_request(WriteOp::update, before, "Final (moved)")).ok());
  auto request = change_request(WriteOp::update, fetch(id), "ignored");
  request.verbatim = before.shadow;
  ASSERT_TRUE(send(request).ok());
  const auto after = fetch(id);
  EXPECT_EQ(after.shadow, before.shadow);
  EXPECT_EQ(after.properties, before.properties);
}

TEST_P(ConnectorContract, AnOccurrenceOfItsOwnComesBackAndCanBeTakenAway) {
  auto request = create_request("r1", "Training");
  const auto part = bench_->add_override(request.set, "Training with guests");
  if (part.empty()) GTEST_SKIP() << "skipped: no series";
  auto written = send(request);
  ASSERT_TRUE(written.ok()) << written.error().text();
  const auto path = make_path(bench_->title_property(), part);
  const auto object = fetch(written->id);
  ASSERT_EQ(object.properties.count(path), 1U);
  EXPECT_EQ(object.properties.at(path), Value(std::string("Training with guests")));
  auto without = change_request(WriteOp::update, object, "Training");
  without.remove_parts = {part};
  ASSERT_TRUE(send(without).ok());
  const auto after = fetch(written->id);
  EXPECT_EQ(after.properties.count(path), 0U);
  EXPECT_EQ(title_of(after), "Training");
}

TEST_P(ConnectorContract, AnUnreadableObjectIsShownAsSuchAndDoesNotStopTheOthers) {
  const auto fine = bench_->person_creates(collection_, "Fine");
  const auto broken = bench_->person_creates(collection_, "Broken");
  if (!bench_->person_breaks(collection_, broken)) GTEST_SKIP() << "skipped: nothing is unreadable here";
  bench_->wait();
  const auto pulled = pull();
  EXPECT_EQ(pulled.result.coverage, Coverage::complete);
  EXPECT_THAT(pulled.ids(), IsSupersetOf({fine, broken}));
  ASSERT_NE(pulled.find(broken), nullptr);
  EXPECT_EQ(pulled.find(broken)->type, RemoteChange::Type::unreadable);
  EXPECT_TRUE(pulled.find(broken)->reason.has_value());
}

TEST_P(ConnectorContract, AVanishedCollectionIsAnErrorAndNeverEmpty) {
  bench_->person_creates(collection_, "Final");
  const auto cursor = pull().result.cursor;
  bench_->drop_collection(collection_);
  for (const auto& from : {std::string(), cursor}) {
    PullRequest request;
    request.collection = collection_;
    request.cursor = from;
    auto result = connector().pull_changes(request, [](std::vector<RemoteChange>&&) { return Status(); });
    ASSERT_FALSE(result.ok()) << "read as empty";
  }
  EXPECT_FALSE(connector().open_collection(collection_, false).ok());
}

TEST_P(ConnectorContract, ACollectionIsOpenedByNameAndAMissingOneIsAnError) {
  auto opened = connector().open_collection(collection_, false);
  ASSERT_TRUE(opened.ok()) << opened.error().text();
  EXPECT_EQ(opened->id, collection_);
  EXPECT_FALSE(opened->created);
  EXPECT_FALSE(connector().open_collection("no-such-collection", false).ok());
}

INSTANTIATE_TEST_SUITE_P(Providers, ConnectorContract, ::testing::ValuesIn(benches()),
                         [](const auto& candidate) { return candidate.param.name; });

}  // namespace
}  // namespace contract
}  // namespace v1
}  // namespace fasti
