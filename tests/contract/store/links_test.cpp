// Links, listings and targets.
#include "tests/contract/store/fixture.hpp"

namespace fasti {
namespace store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LinkContract : public StoreContract {
 protected:
  std::int64_t save(Link link) {
    auto id = store().save_link(link);
    EXPECT_TRUE(id.ok()) << text_of(id);
    return id.value();
  }
  static std::vector<std::int64_t> ids(const Result<std::vector<Link>>& links) {
    std::vector<std::int64_t> out;
    for (const Link& link : links.value()) out.push_back(link.id);
    return out;
  }
};

INSTANTIATE_TEST_SUITE_P(Sqlite, LinkContract, testing::Values("memory", "file"), param_name);

TEST_P(LinkContract, a_link_comes_back_as_it_was_saved) {
  Link link = full_link("club", "b1", "/a.ics");
  link.id = save(link);
  EXPECT_NE(link.id, 0);
  EXPECT_TRUE(same(*store().link(link.id).value(), link));

  Link plain;
  plain.target = "club";
  plain.kind = "booking";
  plain.record = "b2";
  plain.id = save(plain);
  EXPECT_TRUE(same(*store().link(plain.id).value(), plain));
  EXPECT_FALSE(store().link(99).value().has_value());
}

TEST_P(LinkContract, equal_bases_are_stored_once_and_come_back_equal) {
  Link link = full_link("club", "b1", "/a.ics");
  link.stored = link.sent;
  link.id = save(link);
  EXPECT_TRUE(same(*store().link(link.id).value(), link));
  link.seen = link.stored;
  ASSERT_EQ(save(link), link.id);
  EXPECT_TRUE(same(*store().link(link.id).value(), link));
  link.stored = {};
  ASSERT_EQ(save(link), link.id);
  EXPECT_TRUE(same(*store().link(link.id).value(), link));
  link.sent = {};
  link.seen = {};
  link.base_version = link.seen_version = "same";
  ASSERT_EQ(save(link), link.id);
  EXPECT_TRUE(same(*store().link(link.id).value(), link));
}

TEST_P(LinkContract, saving_again_changes_the_same_row) {
  Link link = full_link("club", "b1", "/a.ics");
  link.id = save(link);
  link.state = LinkState::gone;
  link.record = "b2";
  link.remote_id = "/b.ics";
  link.uid = "other";
  link.marker.reset();
  link.superseded.clear();
  link.churn.clear();
  ASSERT_EQ(save(link), link.id);
  EXPECT_TRUE(same(*store().link(link.id).value(), link));
  EXPECT_FALSE(store().link_of_object("club", "/a.ics").value().has_value());
  link.id = 99;
  EXPECT_FAILS(store().save_link(link), ErrorKind::not_found);
}

TEST_P(LinkContract, links_are_found_by_record_object_and_uid) {
  const std::int64_t a = save(full_link("club", "b1", "/a.ics"));
  const std::int64_t b = save(full_link("team/rhinos", "b1", "/a.ics"));
  Link unsent = full_link("feed", "b1", "");
  const std::int64_t c = save(unsent);
  EXPECT_EQ(store().link_of_record("team/rhinos", "booking", "b1").value()->id, b);
  EXPECT_FALSE(store().link_of_record("club", "venue", "b1").value().has_value());
  EXPECT_EQ(store().link_of_object("club", "/a.ics").value()->id, a);
  EXPECT_FALSE(store().link_of_object("feed", "").value().has_value());
  EXPECT_THAT(ids(store().links_of_record("booking", "b1")), ElementsAre(a, b, c));
  ASSERT_OK(store().delete_link(a));
  EXPECT_THAT(ids(store().links_of_record("booking", "b1")), ElementsAre(b, c));
  EXPECT_FALSE(store().link(a).value().has_value());
  ASSERT_OK(store().delete_link(a));
}

TEST_P(LinkContract, who_has_had_an_object_with_a_uid_is_found_by_kind) {
  const std::string uid = "uid-/a.ics";
  Link gone = full_link("club", "b1", "/a.ics");
  gone.seen_present = false;
  save(gone);
  save(full_link("team/rhinos", "b2", "/a.ics"));
  save(full_link("feed", "", "/a.ics"));
  Link of_other_kind = full_link("busy", "b3", "/a.ics");
  of_other_kind.kind = "busy";
  save(of_other_kind);
  EXPECT_THAT(store().holders_of_uid("booking", uid).value(), ElementsAre(Holder{"b1", false}, Holder{"b2", true}));
  EXPECT_THAT(store().holders_of_uid("booking", "").value(), IsEmpty());
}

TEST_P(LinkContract, one_record_and_one_object_have_one_link_in_a_target) {
  save(full_link("club", "b1", "/a.ics"));
  EXPECT_FAILS(store().save_link(full_link("club", "b1", "/b.ics")), ErrorKind::internal);
  EXPECT_FAILS(store().save_link(full_link("club", "b2", "/a.ics")), ErrorKind::internal);
  save(full_link("feed", "b1", "/a.ics"));
  save(full_link("club", "b3", ""));
  save(full_link("club", "b4", ""));
  save(full_link("club", "", "/s1.ics"));
  save(full_link("club", "", "/s2.ics"));
  EXPECT_EQ(store().count_links("club").value(), 5U);
}

TEST_P(LinkContract, states_and_presence_decide_what_counts) {
  std::vector<std::int64_t> saved;
  for (const LinkState state :
       {LinkState::live, LinkState::stranger, LinkState::detached, LinkState::parked, LinkState::gone}) {
    Link link = full_link("club", "b" + std::to_string(saved.size()), "/" + std::to_string(saved.size()));
    link.state = state;
    saved.push_back(save(link));
    EXPECT_THAT(ids(store().links_in_state("club", state)), ElementsAre(saved.back()));
  }
  Link absent = full_link("club", "b9", "/9");
  absent.seen_present = false;
  save(absent);
  EXPECT_EQ(store().count_links("club").value(), 1U);
  EXPECT_EQ(store().count_links("feed").value(), 0U);
  EXPECT_EQ(ids(store().links_in_state("club", LinkState::live)).size(), 2U);
  EXPECT_THAT(ids(store().links_in_state("feed", LinkState::live)), IsEmpty());
}

TEST_P(LinkContract, each_link_goes_through_one_target_and_lets_the_callback_write) {
  auto transaction = store().begin().value();
  for (int i = 0; i < 600; ++i) save(full_link("club", "b" + std::to_string(i), "/" + std::to_string(i)));
  save(full_link("feed", "b1", "/1"));
  std::vector<std::int64_t> seen;
  ASSERT_OK(store().each_link("club", [&](Link&& link) -> Status {
    seen.push_back(link.id);
    link.missed = 9;
    auto id = store().save_link(link);
    return id.ok() ? Status() : Status(id.error());
  }));
  ASSERT_OK(transaction->commit());
  EXPECT_EQ(seen.size(), 600U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(store().link(seen.back()).value()->missed, 9);
  EXPECT_FAILS(store().each_link("feed",
                                 [](Link&&) -> Status {
                                   return Error{ErrorKind::cancelled, "", "", "", std::nullopt};
                                 }),
               ErrorKind::cancelled);
}

TEST_P(LinkContract, the_seen_version_is_known_without_the_values) {
  Link link = full_link("club", "b1", "/a.ics");
  link.echo_pending = false;
  save(link);
  EXPECT_EQ(store().seen_version("club", "/a.ics").value(), "\"v2\"");
  Link pending = full_link("club", "b2", "/p.ics");
  pending.echo_pending = true;
  save(pending);
  EXPECT_EQ(store().seen_version("club", "/p.ics").value(), std::nullopt);
  EXPECT_EQ(store().seen_version("club", "/b.ics").value(), std::nullopt);
  EXPECT_EQ(store().seen_version("feed", "/a.ics").value(), std::nullopt);
  EXPECT_EQ(store().seen_version("club", "").value(), std::nullopt);
}

TEST_P(LinkContract, only_what_a_listing_did_not_show_is_unstamped) {
  const auto add = [&](const std::string& id, std::int64_t confirmed, bool present) {
    Link link = full_link("club", "r" + id, id);
    link.listing = 1;
    link.confirmed = at(confirmed);
    link.seen_present = present;
    return save(link);
  };
  add("shown", 100, true);
  const std::int64_t missing = add("missing", 100, true);
  add("fresh", 500, true);
  add("known to be gone", 100, false);
  Link elsewhere = full_link("feed", "r", "elsewhere");
  save(elsewhere);
  ASSERT_OK(store().stamp_listing("club", "shown", 2, at(600)));
  ASSERT_OK(store().stamp_listing("club", "never heard of", 2, at(600)));
  EXPECT_THAT(ids(store().unstamped("club", 2, at(500))), ElementsAre(missing));
  EXPECT_THAT(ids(store().unstamped("club", 1, at(500))), IsEmpty());
  const Link shown = *store().link_of_object("club", "shown").value();
  EXPECT_EQ(shown.listing, 2);
  EXPECT_EQ(shown.confirmed, at(600));
  EXPECT_EQ(shown.observed, at(101));
}

TEST_P(LinkContract, targets_come_back_as_they_were_saved) {
  TargetRow row;
  row.name = "team/rhinos";
  row.sync = "team";
  row.connection = "google";
  row.collection = "c1";
  row.cursor = "opaque \"cursor\"";
  row.cursor_key = "k";
  row.mapping_hash = "m";
  row.contacted = true;
  row.paused = true;
  row.listing = 4;
  row.listed = at(5);
  row.last_success = at(6);
  row.held = "";
  row.error = "e";
  ASSERT_OK(store().save_target(row));
  const TargetRow got = *store().target("team/rhinos").value();
  EXPECT_EQ(std::tie(got.name, got.sync, got.connection, got.collection, got.cursor, got.cursor_key, got.mapping_hash),
            std::tie(row.name, row.sync, row.connection, row.collection, row.cursor, row.cursor_key, row.mapping_hash));
  EXPECT_EQ(std::tie(got.contacted, got.paused, got.listing, got.listed, got.last_success, got.held, got.error),
            std::tie(row.contacted, row.paused, row.listing, row.listed, row.last_success, row.held, row.error));
  row.held.reset();
  row.last_success.reset();
  ASSERT_OK(store().save_target(row));
  EXPECT_EQ(store().target("team/rhinos").value()->held, std::nullopt);
  EXPECT_EQ(store().target("team/rhinos").value()->last_success, std::nullopt);
  EXPECT_FALSE(store().target("no").value().has_value());
  row.name = "a";
  ASSERT_OK(store().save_target(row));
  const auto all = store().targets().value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "a");
}

}  // namespace
}  // namespace store
}  // namespace fasti
