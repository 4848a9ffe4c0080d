// The merge as laws over generated sides, and its cases by name.
#include "engine/merge/three_way.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace fasti {
inline namespace v1 {
namespace merge {
namespace {

Kind make_kind() {
  Kind kind;
  kind.name = "booking";
  kind.label = "title";
  for (const char* name : {"title", "notes", "status"})
    kind.fields.push_back({name, FieldType::text, false, "", {}, ""});
  kind.fields.push_back({"when", FieldType::span, false, "", {}, "when"});
  kind.fields.push_back({"recurrence", FieldType::recurrence, false, "", {}, "when"});
  kind.fields.push_back({"tags", FieldType::choices, false, "", {}, ""});
  return kind;
}

const Kind& kind() {
  static const Kind kKind = make_kind();
  return kKind;
}

Properties identity(const Record& record) {
  Properties properties;
  for (const auto& [path, value] : record.fields) {
    if (value) properties[path] = *value;
  }
  return properties;
}

Fields as_fields(const Properties& properties) {
  Fields fields;
  for (const FieldDef& field : kind().fields) fields[field.name] = std::nullopt;
  for (const auto& [path, value] : properties) fields[path] = value;
  return fields;
}

Record record_of(std::map<std::string, Value> values) {
  Record record{"booking", "r1", {}, 1, false};
  for (auto& [path, value] : values) record.fields[path] = std::move(value);
  return record;
}

Remote remote_of(const std::string& name, const Properties& base, const Properties& seen, const Record& local) {
  Remote remote;
  remote.target = remote.sync = name;
  remote.base_present = remote.seen_present = true;
  remote.sent = remote.stored = base;
  remote.seen = seen;
  remote.encoded = identity(local);
  remote.decoded = as_fields(seen);
  remote.read_base = [base] { return as_fields(base); };
  for (const FieldDef& field : kind().fields) remote.pairings.push_back({{field.name}, {field.name}, Direction::both});
  remote.encode = identity;
  remote.seen_until = Instant(std::chrono::seconds(100));
  return remote;
}

struct Table {
  Input input;
  KindPolicy policy;
  explicit Table(Record local, KindPolicy chosen = {}) : policy(std::move(chosen)) {
    input.kind = &kind();
    input.policy = &policy;
    input.local = std::move(local);
  }
  void add(const std::string& name, const Properties& base, const Properties& seen) {
    input.remotes.push_back(remote_of(name, base, seen, input.local));
  }
};

std::string text_at(const Record& record, const std::string& field) {
  const Value* value = record.find(field);
  return value ? std::get<std::string>(*value) : "(none)";
}

const Properties kBase{{"title", std::string("B0")}, {"notes", std::string("N0")}};

Properties with(Properties base, const std::string& path, const std::string& value) {
  base[path] = value;
  return base;
}

rc::Gen<Properties> any_properties() {
  return rc::gen::map(
      rc::gen::container<std::vector<int>>(3, rc::gen::inRange(0, 3)), [](const std::vector<int>& drawn) {
        Properties properties;
        const char* names[] = {"title", "notes", "status"};
        for (int i = 0; i < 3; ++i) {
          if (drawn[static_cast<std::size_t>(i)] > 0) {
            properties[names[i]] = std::string("v") + std::to_string(drawn[static_cast<std::size_t>(i)]);
          }
        }
        return properties;
      });
}

RC_GTEST_PROP(MergeLaws, WhoAgreesWithEverybodyChangesNothing, ()) {
  Properties base = *any_properties();
  Table table(record_of(base));
  table.add("google", base, base);
  table.add("club", base, base);
  Output out = merge_record(table.input);
  RC_ASSERT(out.merged.fields == table.input.local.fields);
  RC_ASSERT(out.conflicts.empty());
}

RC_GTEST_PROP(MergeLaws, EditsOfDifferentFieldsAllArriveInAnyOrder, ()) {
  Properties base = *any_properties();
  auto swap = *rc::gen::arbitrary<bool>();
  Table table(record_of(base));
  std::vector<std::pair<std::string, Properties>> sides{{"google", with(base, "title", "G")},
                                                        {"club", with(base, "notes", "C")}};
  if (swap) std::swap(sides[0], sides[1]);
  for (const auto& [name, seen] : sides) table.add(name, base, seen);
  Output out = merge_record(table.input);
  RC_ASSERT(text_at(out.merged, "title") == "G");
  RC_ASSERT(text_at(out.merged, "notes") == "C");
  RC_ASSERT(out.conflicts.empty());
}

RC_GTEST_PROP(MergeLaws, EveryValueThatContendsWinsOrIsKept, ()) {
  Properties base = *any_properties();
  Properties local = *any_properties();
  Properties google = *any_properties();
  Properties club = *any_properties();
  KindPolicy policy;
  policy.fallback.type = *rc::gen::element(Policy::Type::latest, Policy::Type::ask, Policy::Type::prefer);
  policy.fallback.prefer = "club";
  Table table(record_of(local), policy);
  table.add("google", base, google);
  table.add("club", base, club);
  Output out = merge_record(table.input);
  for (const auto& [name, seen] : {std::pair{std::string("google"), google}, {std::string("club"), club}}) {
    for (const auto& [path, value] : seen) {
      auto was = base.find(path);
      if (was != base.end() && was->second == value) continue;
      const Value* merged = out.merged.find(path);
      bool won = merged && *merged == value;
      bool kept =
          std::any_of(out.conflicts.begin(), out.conflicts.end(), [&, path = path, value = value](const Conflict& c) {
            auto it = c.remotes.find(name);
            return c.field == path && it != c.remotes.end() && it->second == value;
          });
      RC_ASSERT(won || kept);
    }
  }
}

RC_GTEST_PROP(MergeLaws, MergingAgainAfterTheBaseMovedChangesNothing, ()) {
  Properties base = *any_properties();
  Properties google = *any_properties();
  Table table(record_of(base));
  table.add("google", base, google);
  Output first = merge_record(table.input);
  Table again(first.merged);
  Properties merged = identity(first.merged);
  again.add("google", merged, merged);
  Output second = merge_record(again.input);
  RC_ASSERT(second.merged.fields == first.merged.fields);
  RC_ASSERT(second.conflicts.empty());
}

TEST(Merge, ASideThatDidNotChangeNeverWins) {
  KindPolicy policy;
  policy.fallback.type = Policy::Type::prefer;
  policy.fallback.prefer = "local";
  Table table(record_of(kBase), policy);
  table.add("google", kBase, with(kBase, "title", "G1"));
  table.add("club", kBase, with(kBase, "title", "C1"));
  Output out = merge_record(table.input);
  EXPECT_EQ(text_at(out.merged, "title"), "G1");  // latest overlaps: the order of fasti.toml decides
  ASSERT_EQ(out.conflicts.size(), 1U);
  EXPECT_EQ(out.conflicts[0].losers, std::vector<std::string>{"club"});
}

TEST(Merge, AnEditMadeOnTopOfTheLocalValueIsNoConflict) {
  Record local = record_of(with(kBase, "title", "L1"));
  Table table(local);
  table.add("google", with(kBase, "title", "L1"), with(kBase, "title", "G1"));
  table.add("club", kBase, kBase);
  Output out = merge_record(table.input);
  EXPECT_EQ(text_at(out.merged, "title"), "G1");
  EXPECT_TRUE(out.conflicts.empty());
}

TEST(Merge, AskFreezesTheFieldAndLetsTheOthersFlow) {
  KindPolicy policy;
  policy.fields["title"].type = Policy::Type::ask;
  Table table(record_of(with(kBase, "title", "A")), policy);
  table.add("google", kBase, with(with(kBase, "title", "B"), "notes", "N1"));
  Output out = merge_record(table.input);
  EXPECT_EQ(text_at(out.merged, "title"), "A");
  EXPECT_EQ(text_at(out.merged, "notes"), "N1");
  EXPECT_TRUE(out.frozen.count({"title", ""}));
  ASSERT_EQ(out.conflicts.size(), 1U);
  EXPECT_TRUE(out.conflicts[0].winner.empty());
}

TEST(Merge, AFieldThatARollbackFrozeWaitsEvenWithoutARival) {
  Table table(record_of(kBase));
  table.add("google", kBase, with(kBase, "title", "G1"));
  table.input.frozen = {"title"};
  Output out = merge_record(table.input);
  EXPECT_EQ(text_at(out.merged, "title"), "B0");
  EXPECT_TRUE(out.frozen.count({"title", ""}));
}

TEST(Merge, AnEditWinsOverADeletionUnlessTheUserChoseOtherwise) {
  for (DeletePolicy chosen : {DeletePolicy::edit_wins, DeletePolicy::delete_wins, DeletePolicy::ask}) {
    KindPolicy policy;
    policy.on_delete = chosen;
    Table table(record_of(kBase), policy);
    table.add("google", kBase, {});
    table.input.remotes[0].seen_present = false;
    table.add("club", kBase, with(kBase, "title", "C1"));
    Output out = merge_record(table.input);
    EXPECT_EQ(out.merged.deleted, chosen == DeletePolicy::delete_wins);
    EXPECT_EQ(out.frozen_existence, chosen == DeletePolicy::ask);
    EXPECT_FALSE(out.conflicts.empty());
    if (chosen == DeletePolicy::edit_wins) {
      EXPECT_EQ(text_at(out.merged, "title"), "C1");
    }
  }
}

TEST(Merge, ADeletionMadeWithEverythingInSightIsNotContestedByAnotherDeleter) {
  Record local = record_of(with(kBase, "title", "L1"));
  Table table(local);
  table.add("behind", kBase, {});
  table.add("current", with(kBase, "title", "L1"), {});
  for (Remote& remote : table.input.remotes) remote.seen_present = false;
  Output out = merge_record(table.input);
  EXPECT_TRUE(out.merged.deleted);
}

TEST(Merge, WhereEditsOnlyFlowOutAVanishedObjectIsPutBack) {
  Table table(record_of(kBase));
  table.add("feed", kBase, {});
  table.input.remotes[0].seen_present = false;
  table.input.remotes[0].may_delete = false;
  EXPECT_FALSE(merge_record(table.input).merged.deleted);
}

TEST(Merge, WhenAndRecurrenceMergeAsOne) {
  auto span = [](int hour) {
    LocalSeconds start = LocalDays(std::chrono::days(20000)) + std::chrono::hours(hour);
    return Value(Span{SpanKind::zoned, start, start + std::chrono::hours(1), "Europe/Berlin"});
  };
  Properties base{{"when", span(18)}, {"recurrence", Value(Recurrence{{"FREQ=WEEKLY;BYDAY=MO"}, {}, {}, {}})}};
  Properties moved = base;
  moved["when"] = span(19);
  Properties doubled = base;
  doubled["recurrence"] = Value(Recurrence{{"FREQ=WEEKLY;BYDAY=MO,WE"}, {}, {}, {}});
  Table table(record_of(base));
  table.add("google", base, moved);
  table.add("club", base, doubled);
  Output out = merge_record(table.input);
  EXPECT_EQ(*out.merged.find("when"), span(19));
  EXPECT_EQ(*out.merged.find("recurrence"), base.at("recurrence")) << "never one's day with the other's rule";
  EXPECT_EQ(out.conflicts.size(), 1U);
}

TEST(Merge, AUnionTakesWhatAnyoneAddedAndDropsWhatAnyoneRemoved) {
  KindPolicy policy;
  policy.fields["tags"].type = Policy::Type::set_union;
  Properties base{{"tags", Value(Choices{"a", "b"})}};
  Table table(record_of({{"tags", Value(Choices{"a", "b", "l"})}}), policy);
  table.add("google", base, {{"tags", Value(Choices{"a", "g"})}});
  Output out = merge_record(table.input);
  EXPECT_EQ(*out.merged.find("tags"), Value(Choices({"a", "g", "l"})));
}

TEST(Merge, ACustomStrategyThatThrowsCountsAsAsk) {
  KindPolicy policy;
  policy.fields["title"].type = Policy::Type::custom;
  policy.fields["title"].custom = "mine";
  std::map<std::string, Strategy> strategies{
      {"mine", [](const ConflictView&) -> Settlement { throw std::runtime_error("no idea"); }}};
  Table table(record_of(with(kBase, "title", "A")), policy);
  table.input.strategies = &strategies;
  table.add("google", kBase, with(kBase, "title", "B"));
  Output out = merge_record(table.input);
  EXPECT_TRUE(out.frozen.count({"title", ""}));
}

TEST(Merge, OverridesMoveWithTheirSeries) {
  auto at_hour = [](int day, int hour) {
    LocalSeconds start = LocalDays(std::chrono::days(20000 + day)) + std::chrono::hours(hour);
    return Span{SpanKind::zoned, start, start + std::chrono::hours(1), "Europe/Berlin"};
  };
  Properties base{{"when", at_hour(0, 18)},
                  {"recurrence", Value(Recurrence{{"FREQ=WEEKLY"}, {}, {}, {}})},
                  {"title@2024-10-11T18:00:00", std::string("Away")}};
  Properties moved = base;
  moved["when"] = at_hour(1, 19);
  moved.erase("title@2024-10-11T18:00:00");
  Table table(record_of(base));
  table.add("google", base, moved);
  Output out = merge_record(table.input);
  EXPECT_EQ(text_at(out.merged, "title@2024-10-12T19:00:00"), "Away");
  EXPECT_EQ(out.merged.find("title@2024-10-11T18:00:00"), nullptr);
}

}  // namespace
}  // namespace merge
}  // namespace v1
}  // namespace fasti
