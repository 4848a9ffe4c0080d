// The short way for a record that was just read from its only object gives what the whole merge gives.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engine/config/config.hpp"
#include "engine/config/kind_file.hpp"
#include "engine/store/sqlite/sqlite_store.hpp"
#include "engine/sync/case.hpp"
#include "engine/sync/run.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/generators.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {
namespace {

class FreshMerge : public testing::Test {
 public:
  FreshMerge() {
    const auto& files = config::builtin_files();
    kind_ = *config::parse_kind("kinds/booking.toml", files.at("kinds/booking.toml"));
    Target target;
    target.name = target.sync = "club";
    target.provider = "caldav";
    target.kind = "booking";
    target.mapping =
        *parse_mapping("caldav-booking.toml", files.at("mappings/caldav-booking.toml"), kind_, {}, nullptr);
    Settings settings;
    settings.targets.push_back(std::move(target));
    settings.kinds.emplace("booking", kind_);
    state_.emplace(Engine::State{*store_, clock_, random_, std::move(settings)});
    run_.emplace(std::move(start_run(*state_, "sync", {})).value());
  }

  Case read_from(const Properties& properties) {
    const Mapping& mapping = *state_->settings.targets.front().mapping;
    Case c;
    c.kind = state_->kind("booking");
    c.row.record.kind = "booking";
    c.row.record.id = "b1";
    for (auto& [path, value] : mapping.decode(properties, nullptr, no_references()).fields) {
      if (value) c.row.record.fields[path] = value;
    }
    store::Link link;
    link.id = 1;
    link.target = "club";
    link.kind = "booking";
    link.record = "b1";
    link.seen_present = true;
    link.seen = properties;
    link.created = false;
    c.links.push_back(std::move(link));
    return c;
  }

  Properties written(const Fields& fields) {
    Record record;
    record.kind = "booking";
    record.fields = fields;
    return state_->settings.targets.front().mapping->encode(record, no_references()).properties;
  }

  sync::Run& run() { return *run_; }
  const Kind& kind() const { return kind_; }

 private:
  Kind kind_;
  support::VirtualClock clock_;
  support::SeededRandom random_{7};
  std::unique_ptr<store::Store> store_ = std::move(store::open_sqlite(":memory:", clock_, random_)).value();
  std::optional<Engine::State> state_;
  std::optional<sync::Run> run_;
};

TEST_F(FreshMerge, TakesTheShortWayForAPlainBooking) {
  Span when;
  when.end = when.start + std::chrono::hours(2);
  const Fields fields{{"title", Value(std::string("Final"))},
                      {"when", Value(when)},
                      {"location", Value(std::string("Pitch 9, Long Road"))}};
  EXPECT_TRUE(merge_fresh(run(), read_from(written(fields))));
}

TEST_F(FreshMerge, LeavesEverythingElseToTheWholeMerge) {
  const Fields fields{{"title", Value(std::string("Final"))}};
  const Case plain = read_from(written(fields));
  Case stored = plain;
  stored.row.record.revision = 1;
  EXPECT_FALSE(merge_fresh(run(), stored));
  Case known = plain;
  known.links.front().base_present = true;
  EXPECT_FALSE(merge_fresh(run(), known));
  Case twice = plain;
  twice.links.push_back(plain.links.front());
  EXPECT_FALSE(merge_fresh(run(), twice));
  Case asked = plain;
  asked.open.emplace_back();
  EXPECT_FALSE(merge_fresh(run(), asked));
  Case edited = plain;
  edited.links.front().seen["SUMMARY"] = Value(std::string("Final (moved)"));
  EXPECT_FALSE(merge_fresh(run(), edited));
}

TEST_F(FreshMerge, GivesWhatTheWholeMergeGives) {
  int short_ways = 0;
  EXPECT_TRUE(rc::check([&] {
    Fields fields;
    for (const FieldDef& field : kind().fields) {
      if (*rc::gen::arbitrary<bool>()) fields[field.name] = *support::any_value(field.type, field.options, field.to);
    }
    const Case c = read_from(written(fields));
    const auto fresh = merge_fresh(run(), c);
    if (!fresh) return;
    ++short_ways;
    const merge::Output full = merge_fully(run(), c);
    RC_ASSERT(fresh->merged.fields == full.merged.fields);
    RC_ASSERT(fresh->merged.deleted == full.merged.deleted);
    RC_ASSERT(fresh->agreed == full.agreed);
    RC_ASSERT(full.conflicts.empty() && full.copies.empty() && full.taken_from.empty() && full.frozen.empty());
    RC_ASSERT(!full.frozen_existence && !full.deleted_by && !full.revived);
  }));
  EXPECT_GT(short_ways, 20);
}

}  // namespace
}  // namespace sync
}  // namespace v1
}  // namespace fasti
