// Records, the work list, the journal and transactions.
#include <future>
#include <thread>

#include "tests/contract/store/fixture.hpp"

namespace fasti {
namespace store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values("memory", "file"), param_name);

TEST_P(StoreContract, a_record_comes_back_as_it_was_saved) {
  RecordRow row = booking("b1", "Match \xf0\x9f\x8f\x80 \"x\"");
  row.record.fields["title@2026-04-13T18:00:00"] = Value(std::string("Final"));
  ASSERT_EQ(store().save_record(row, 0).value(), 1);
  const auto loaded = store().load_record("booking", "b1").value();
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->record.kind, "booking");
  EXPECT_EQ(loaded->record.id, "b1");
  EXPECT_EQ(loaded->record.revision, 1);
  EXPECT_FALSE(loaded->record.deleted);
  EXPECT_EQ(loaded->record.fields, row.record.fields);
  EXPECT_EQ(loaded->stamps, row.stamps);
  EXPECT_EQ(loaded->changed, at(42));
}

TEST_P(StoreContract, absent_cleared_and_set_fields_stay_three_states) {
  ASSERT_OK(store().save_record(booking("b1", ""), 0));
  const Fields fields = store().load_record("booking", "b1").value()->record.fields;
  EXPECT_EQ(fields.count("venue"), 0U);
  EXPECT_EQ(fields.at("notes"), std::nullopt);
  EXPECT_EQ(fields.at("title"), Value(std::string()));
}

TEST_P(StoreContract, what_is_not_there_is_nothing) {
  EXPECT_EQ(store().load_record("booking", "no").value().has_value(), false);
  ASSERT_OK(store().save_record(booking("b1", "x"), 0));
  EXPECT_EQ(store().load_record("venue", "b1").value().has_value(), false);
}

TEST_P(StoreContract, a_record_is_saved_only_over_the_expected_revision) {
  ASSERT_EQ(store().save_record(booking("b1", "one"), 0).value(), 1);
  EXPECT_FAILS(store().save_record(booking("b1", "two"), 0), ErrorKind::precondition_failed);
  EXPECT_FAILS(store().save_record(booking("b1", "two"), 2), ErrorKind::precondition_failed);
  EXPECT_FAILS(store().save_record(booking("b2", "two"), 1), ErrorKind::precondition_failed);
  EXPECT_EQ(store().save_record(booking("b1", "three"), 1).value(), 2);
  EXPECT_EQ(store().save_record(booking("b1", "four"), 2).value(), 3);
  EXPECT_EQ(*store().load_record("booking", "b1").value()->record.find("title"), Value(std::string("four")));
}

TEST_P(StoreContract, a_refused_save_inside_a_transaction_does_not_spoil_it) {
  auto transaction = store().begin().value();
  ASSERT_OK(store().save_record(booking("b1", "one"), 0));
  EXPECT_FAILS(store().save_record(booking("b1", "two"), 0), ErrorKind::precondition_failed);
  ASSERT_OK(transaction->commit());
  EXPECT_EQ(store().load_record("booking", "b1").value()->record.revision, 1);
}

TEST_P(StoreContract, tombstones_are_kept_apart) {
  RecordRow gone = booking("b2", "gone");
  ASSERT_OK(store().save_record(booking("b1", "here"), 0));
  ASSERT_OK(store().save_record(gone, 0));
  gone.record.deleted = true;
  ASSERT_OK(store().save_record(gone, 1));
  EXPECT_EQ(store().count_records("booking").value(), 1U);
  const auto ids = [&](bool deleted) {
    std::vector<std::string> out;
    EXPECT_TRUE(store()
                    .each_record("booking", deleted,
                                 [&](RecordRow&& row) {
                                   out.push_back(row.record.id);
                                   return Status();
                                 })
                    .ok());
    return out;
  };
  EXPECT_THAT(ids(false), ElementsAre("b1"));
  EXPECT_THAT(ids(true), ElementsAre("b1", "b2"));
  EXPECT_TRUE(store().load_record("booking", "b2").value()->record.deleted);
  EXPECT_EQ(store().load_record("booking", "b2").value()->record.fields, gone.record.fields);
  ASSERT_OK(store().forget_record("booking", "b2"));
  EXPECT_FALSE(store().load_record("booking", "b2").value().has_value());
  EXPECT_EQ(store().count_records("booking").value(), 1U);
}

TEST_P(StoreContract, each_record_goes_in_order_of_id_through_many_and_lets_the_callback_write) {
  auto transaction = store().begin().value();
  for (int i = 999; i >= 0; --i) ASSERT_OK(store().save_record(booking("b" + std::to_string(1000 + i), "x"), 0));
  ASSERT_OK(transaction->commit());
  transaction = store().begin().value();
  std::vector<std::string> ids;
  ASSERT_OK(store().each_record("booking", false, [&](RecordRow&& row) -> Status {
    ids.push_back(row.record.id);
    auto saved = store().save_record(row, row.record.revision);
    return saved.ok() ? Status() : Status(saved.error());
  }));
  ASSERT_OK(transaction->commit());
  EXPECT_EQ(ids.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(store().load_record("booking", "b1500").value()->record.revision, 2);
}

TEST_P(StoreContract, each_record_stops_with_the_callbacks_error) {
  ASSERT_OK(store().save_record(booking("b1", "x"), 0));
  ASSERT_OK(store().save_record(booking("b2", "x"), 0));
  int calls = 0;
  const Status status = store().each_record("booking", false, [&](RecordRow&&) -> Status {
    ++calls;
    return Error{ErrorKind::cancelled, "enough", "", "", std::nullopt};
  });
  EXPECT_FAILS(status, ErrorKind::cancelled);
  EXPECT_EQ(calls, 1);
}

TEST_P(StoreContract, find_records_follows_every_change) {
  ASSERT_OK(store().save_record(booking("b2", "Final"), 0));
  ASSERT_OK(store().save_record(booking("b1", "Final"), 0));
  RecordRow other = booking("b3", "Semi");
  other.record.fields["title@2026-04-13"] = Value(std::string("Final"));
  ASSERT_OK(store().save_record(other, 0));
  EXPECT_THAT(store().find_records("booking", "title", "Final").value(), ElementsAre("b1", "b2"));
  EXPECT_THAT(store().find_records("booking", "title", "final").value(), IsEmpty());
  EXPECT_THAT(store().find_records("venue", "title", "Final").value(), IsEmpty());
  EXPECT_THAT(store().find_records("booking", "seats", "12").value(), IsEmpty());
  EXPECT_THAT(store().find_records("booking", "notes", "").value(), IsEmpty());

  ASSERT_OK(store().save_record(booking("b4", "Final"), 0));
  ASSERT_OK(store().save_record(booking("b1", "Semi"), 1));
  RecordRow gone = booking("b2", "Final");
  gone.record.deleted = true;
  ASSERT_OK(store().save_record(gone, 1));
  EXPECT_THAT(store().find_records("booking", "title", "Final").value(), ElementsAre("b4"));
  EXPECT_THAT(store().find_records("booking", "title", "Semi").value(), ElementsAre("b1", "b3"));

  gone.record.deleted = false;
  ASSERT_OK(store().save_record(gone, 2));
  EXPECT_THAT(store().find_records("booking", "title", "Final").value(), ElementsAre("b2", "b4"));
  ASSERT_OK(store().forget_record("booking", "b4"));
  EXPECT_THAT(store().find_records("booking", "title", "Final").value(), ElementsAre("b2"));
}

TEST_P(StoreContract, find_records_survives_the_rollback_of_its_first_search) {
  ASSERT_OK(store().save_record(booking("b1", "Final"), 0));
  {
    auto transaction = store().begin().value();
    ASSERT_OK(store().save_record(booking("b2", "Final"), 0));
    EXPECT_THAT(store().find_records("booking", "title", "Final").value(), ElementsAre("b1", "b2"));
  }
  ASSERT_OK(store().save_record(booking("b3", "Final"), 0));
  EXPECT_THAT(store().find_records("booking", "title", "Final").value(), ElementsAre("b1", "b3"));
}

TEST_P(StoreContract, kinds_are_each_named_once) {
  EXPECT_THAT(store().kinds().value(), IsEmpty());
  for (const char* kind : {"venue", "booking", "booking"}) {
    RecordRow row = booking(kind + std::to_string(random_.next()), "x");
    row.record.kind = kind;
    ASSERT_OK(store().save_record(row, 0));
  }
  EXPECT_THAT(store().kinds().value(), ElementsAre("booking", "venue"));
  EXPECT_EQ(store().count_records("booking").value(), 2U);
  EXPECT_EQ(store().count_records("team").value(), 0U);
}

TEST_P(StoreContract, work_is_a_set_in_order) {
  for (const char* id : {"b", "a", "b"}) ASSERT_OK(store().add_work("venue", id));
  ASSERT_OK(store().add_work("booking", "z"));
  EXPECT_THAT(store().work().value(), ElementsAre(Pair("booking", "z"), Pair("venue", "a"), Pair("venue", "b")));
  ASSERT_OK(store().remove_work("venue", "a"));
  ASSERT_OK(store().remove_work("venue", "never there"));
  EXPECT_THAT(store().work().value(), ElementsAre(Pair("booking", "z"), Pair("venue", "b")));
}

JournalEntry entry(const std::string& record, const std::string& run, const std::string& field) {
  JournalEntry out;
  out.run = run;
  out.at = at(9);
  out.origin = "club";
  out.type = EntryType::observed;
  out.side = "club";
  out.kind = "booking";
  out.record = record;
  out.field = field;
  out.after = Value(std::string("new"));
  out.cause = "edit";
  return out;
}

TEST_P(StoreContract, the_journal_keeps_entries_in_order_and_answers_by_record_and_run) {
  std::vector<std::int64_t> seqs;
  for (const auto& [record, run] : {std::pair("b1", "r1"), {"b2", "r1"}, {"b1", "r2"}, {"b1", ""}}) {
    seqs.push_back(store().append_journal(entry(record, run, "title")).value());
  }
  EXPECT_TRUE(std::is_sorted(seqs.begin(), seqs.end()));
  const auto got = [&](const std::string& record, const std::string& run, std::int64_t after, std::size_t limit) {
    std::vector<std::int64_t> out;
    const auto entries = store().journal(record, run, after, limit).value();
    for (const JournalEntry& found : entries) out.push_back(found.seq);
    return out;
  };
  EXPECT_EQ(got("", "", 0, 0), seqs);
  EXPECT_THAT(got("", "", seqs[0], 2), ElementsAre(seqs[1], seqs[2]));
  EXPECT_THAT(got("b1", "", 0, 0), ElementsAre(seqs[0], seqs[2], seqs[3]));
  EXPECT_THAT(got("b1", "", seqs[0], 1), ElementsAre(seqs[2]));
  EXPECT_THAT(got("", "r1", 0, 0), ElementsAre(seqs[0], seqs[1]));
  EXPECT_THAT(got("b1", "r1", 0, 0), ElementsAre(seqs[0]));
  EXPECT_THAT(got("b1", "r1", seqs[0], 0), IsEmpty());
  EXPECT_THAT(got("no", "", 0, 0), IsEmpty());
}

TEST_P(StoreContract, a_journal_entry_comes_back_as_it_was_appended) {
  JournalEntry first = entry("b1", "r1", "when@2026-04-13T18:00:00");
  first.before = Value(Decimal{"-12.5"});
  JournalEntry second = entry("b1", "", "");
  second.type = EntryType::applied;
  second.after = std::nullopt;
  ASSERT_OK(store().append_journal(first));
  ASSERT_OK(store().append_journal(second));
  const auto entries = store().journal("b1", "", 0, 0).value();
  ASSERT_EQ(entries.size(), 2U);
  const JournalEntry& a = entries[0];
  EXPECT_EQ(a.run, "r1");
  EXPECT_EQ(a.at, at(9));
  EXPECT_EQ(a.origin, "club");
  EXPECT_EQ(a.type, EntryType::observed);
  EXPECT_EQ(a.side, "club");
  EXPECT_EQ(a.kind, "booking");
  EXPECT_EQ(a.record, "b1");
  EXPECT_EQ(a.field, first.field);
  EXPECT_EQ(a.before, first.before);
  EXPECT_EQ(a.after, first.after);
  EXPECT_EQ(a.cause, "edit");
  EXPECT_EQ(entries[1].type, EntryType::applied);
  EXPECT_EQ(entries[1].before, std::nullopt);
  EXPECT_EQ(entries[1].after, std::nullopt);
}

TEST_P(StoreContract, what_is_not_committed_never_was) {
  ASSERT_OK(store().save_record(booking("b0", "kept"), 0));
  {
    auto transaction = store().begin().value();
    ASSERT_OK(store().save_record(booking("b1", "lost"), 0));
    ASSERT_OK(store().save_record(booking("b0", "lost"), 1));
    ASSERT_OK(store().append_journal(entry("b1", "", "")));
    ASSERT_OK(store().add_work("booking", "b1"));
    ASSERT_OK(store().save_link(full_link("club", "b1", "/a.ics")));
    EXPECT_TRUE(store().load_record("booking", "b1").value().has_value());
  }
  EXPECT_FALSE(store().load_record("booking", "b1").value().has_value());
  EXPECT_EQ(*store().load_record("booking", "b0").value()->record.find("title"), Value(std::string("kept")));
  EXPECT_THAT(store().journal("", "", 0, 0).value(), IsEmpty());
  EXPECT_THAT(store().work().value(), IsEmpty());
  EXPECT_EQ(store().count_links("club").value(), 0U);
  ASSERT_OK(store().save_record(booking("b1", "later"), 0));
}

TEST_P(StoreContract, a_transaction_inside_a_transaction_is_a_bug) {
  auto transaction = store().begin().value();
  EXPECT_FAILS(store().begin(), ErrorKind::internal);
  ASSERT_OK(store().save_record(booking("b1", "x"), 0));
  ASSERT_OK(transaction->commit());
  EXPECT_FAILS(transaction->commit(), ErrorKind::internal);
  ASSERT_OK(store().begin());
  EXPECT_TRUE(store().load_record("booking", "b1").value().has_value());
}

TEST_P(StoreContract, another_thread_waits_for_the_end_of_a_transaction) {
  auto transaction = store().begin().value();
  ASSERT_OK(store().save_record(booking("b1", "x"), 0));
  auto revision = std::async(std::launch::async, [&] { return store().save_record(booking("b1", "y"), 1).value(); });
  ASSERT_OK(transaction->commit());
  EXPECT_EQ(revision.get(), 2);
}

TEST_P(StoreContract, a_failed_write_spoils_its_transaction) {
  {
    auto transaction = store().begin().value();
    ASSERT_OK(store().save_record(booking("b1", "x"), 0));
    ASSERT_OK(store().save_link(full_link("club", "b1", "/a.ics")));
    EXPECT_FAILS(store().save_link(full_link("club", "b2", "/a.ics")), ErrorKind::internal);
    EXPECT_FAILS(store().save_record(booking("b3", "x"), 0), ErrorKind::internal);
    EXPECT_FAILS(transaction->commit(), ErrorKind::internal);
  }
  EXPECT_FALSE(store().load_record("booking", "b1").value().has_value());
  ASSERT_OK(store().save_record(booking("b1", "x"), 0));
}

TEST_P(StoreContract, a_store_has_an_id_of_its_own) {
  EXPECT_EQ(store().store_id().size(), 36U);
  EXPECT_EQ(store().store_id()[14], '7');
  auto other = open_sqlite(":memory:", clock_, random_).value();
  EXPECT_NE(store().store_id(), other->store_id());
}

}  // namespace
}  // namespace store
}  // namespace fasti
