// What the store costs: import rows, a no-op run's look, version look-ups, a listing's stamps, a rollback's reading.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/base/clock.hpp"
#include "engine/base/hash.hpp"
#include "engine/store/sqlite/sqlite_store.hpp"

namespace fasti {
namespace store {
namespace {

class File {
 public:
  File() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fasti-bench-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove_all(folder_); }
  std::unique_ptr<Store> open() const {
    return open_sqlite(folder_ + "/store.db", system_clock(), system_random()).value();
  }

 private:
  std::string folder_;
};

std::string id_of(int i) { return "0198c5d0-7a00-7000-8000-" + std::to_string(100'000'000'000 + i); }
// Providers' ids are in no order, which is what makes an index on them dear.
std::string remote_of(int i) { return "/cal/" + short_hash(std::to_string(i)) + ".ics"; }

RecordRow record_of(int i) {
  RecordRow row;
  row.record.kind = "booking";
  row.record.id = id_of(i);
  row.record.fields = {{"title", Value("Training of the under 15, group " + std::to_string(i))},
                       {"when", Value(Span{SpanKind::zoned, LocalSeconds(std::chrono::seconds(1'781'182'800 + i)),
                                           LocalSeconds(std::chrono::seconds(1'781'190'000 + i)), "Europe/Zurich"})},
                       {"status", Value(std::string("confirmed"))},
                       {"location", Value(std::string("Sports hall 2, Main Street 14"))},
                       {"notes", Value(std::string("Bring the second set of shirts. ") + std::string(120, 'n'))},
                       {"url", Value(std::string("https://club.example.org/bookings/12345"))},
                       {"visibility", Value(std::string("public"))},
                       {"code", Value("C" + std::to_string(i))}};
  for (const auto& [path, value] : row.record.fields)
    row.stamps[path] = Stamp{"club", {}, system_clock().now(), 1, false};
  return row;
}

Link link_of(int i, const RecordRow& row) {
  Link link;
  link.target = "club";
  link.kind = "booking";
  link.record = row.record.id;
  link.remote_id = remote_of(i);
  link.uid = row.record.id;
  for (const auto& [path, value] : row.record.fields) link.sent[path] = *value;
  link.stored = link.sent;
  link.seen = link.sent;
  link.base_present = link.seen_present = true;
  link.base_version = link.seen_version = "\"" + std::to_string(i) + "-etag\"";
  link.marker = Marker{"store", row.record.id, true, "stamp"};
  link.shadow = std::string(600, 's');
  link.listing = 1;
  return link;
}

JournalEntry entry_of(const RecordRow& row) {
  JournalEntry entry;
  entry.run = "run";
  entry.at = system_clock().now();
  entry.origin = "club";
  entry.side = "local";
  entry.kind = "booking";
  entry.record = row.record.id;
  entry.cause = "edit";
  return entry;
}

void fill(Store& store, int first, int count, bool shadow) {
  auto transaction = store.begin().value();
  for (int i = first; i < first + count; ++i) {
    const RecordRow row = record_of(i);
    Link link = link_of(i, row);
    if (!shadow) link.shadow.clear();
    if (!store.save_record(row, 0).ok() || !store.save_link(link).ok() || !store.append_journal(entry_of(row)).ok() ||
        !store.add_work("booking", row.record.id).ok()) {
      std::abort();
    }
  }
  if (!transaction->commit().ok()) std::abort();
}

void import_rows(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    {
      const File file;
      auto store = file.open();
      state.ResumeTiming();
      for (int first = 0; first < count; first += 10'000) fill(*store, first, 10'000, state.range(1) != 0);
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(import_rows)
    ->ArgNames({"records", "shadow"})
    ->Args({10'000, 0})
    ->Args({10'000, 1})
    ->Args({100'000, 0})
    ->Args({100'000, 1})
    ->Unit(benchmark::kMillisecond);

constexpr int kRecords = 100'000;

const File& filled() {
  static const File file;
  static const bool done = [] {
    auto store = file.open();
    for (int first = 0; first < kRecords; first += 10'000) fill(*store, first, 10'000, true);
    TargetRow target;
    target.name = "club";
    target.cursor = "cursor";
    return store->save_target(target).ok();
  }();
  if (!done) std::abort();
  return file;
}

void open_and_read_target(benchmark::State& state) {
  const File& file = filled();
  for (auto _ : state) {
    auto store = file.open();
    benchmark::DoNotOptimize(store->target("club"));
    benchmark::DoNotOptimize(store->open_intents());
  }
}
BENCHMARK(open_and_read_target)->Unit(benchmark::kMicrosecond);

void no_op_writes(benchmark::State& state) {
  auto store = filled().open();
  TargetRow target = *store->target("club").value();
  RunRow run;
  for (auto _ : state) {
    auto transaction = store->begin().value();
    target.cursor += "x";
    if (!store->save_target(target).ok()) std::abort();
    run.report.run = target.cursor;
    if (!store->save_run(run).ok() || !transaction->commit().ok()) std::abort();
    target.cursor.resize(8 + target.cursor.size() % 1000);
  }
}
BENCHMARK(no_op_writes)->Unit(benchmark::kMicrosecond);

void seen_version(benchmark::State& state) {
  auto store = filled().open();
  int i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(store->seen_version("club", remote_of(i++ % kRecords)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(seen_version);

void stamp_listing(benchmark::State& state) {
  auto store = filled().open();
  auto transaction = store->begin().value();
  int i = 0;
  for (auto _ : state) {
    if (!store->stamp_listing("club", remote_of(i++ % kRecords), 2, system_clock().now()).ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(stamp_listing);

void unstamped(benchmark::State& state) {
  auto store = filled().open();
  for (auto _ : state) benchmark::DoNotOptimize(store->unstamped("club", 1, system_clock().now()));
}
BENCHMARK(unstamped)->Unit(benchmark::kMillisecond);

void load_record(benchmark::State& state) {
  auto store = filled().open();
  int i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(store->load_record("booking", id_of(i++ * 7919 % kRecords)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(load_record);

void link_of_object(benchmark::State& state) {
  auto store = filled().open();
  int i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(store->link_of_object("club", remote_of(i++ % kRecords)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(link_of_object);

void find_records(benchmark::State& state) {
  auto store = filled().open();
  int i = 0;
  if (!store->find_records("booking", "code", "").ok()) std::abort();  // the first search builds the index
  for (auto _ : state) benchmark::DoNotOptimize(store->find_records("booking", "code", "C" + std::to_string(i++)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find_records);

void count_links(benchmark::State& state) {
  auto store = filled().open();
  for (auto _ : state) benchmark::DoNotOptimize(store->count_links("club"));
}
BENCHMARK(count_links)->Unit(benchmark::kMillisecond);

/// What a rollback of a run of 1,000 changes reads.
void rollback_reading(benchmark::State& state) {
  const File file;
  auto store = file.open();
  auto transaction = store->begin().value();
  for (int i = 0; i < 20'000; ++i) {
    const RecordRow row = record_of(i);
    JournalEntry entry = entry_of(row);
    entry.run = "run" + std::to_string(i / 1000);
    entry.field = "title";
    entry.before = row.record.fields.at("title");
    entry.after = Value("new");
    Intent intent;
    intent.key = "key" + std::to_string(i);
    intent.run = entry.run;
    intent.set = link_of(i, row).sent;
    intent.before_sent = intent.before_stored = intent.before_seen = intent.encoded = intent.set;
    intent.state = IntentState::confirmed;
    if (!store->append_journal(entry).ok() || !store->save_intent(intent).ok()) std::abort();
  }
  if (!transaction->commit().ok()) std::abort();
  for (auto _ : state) {
    benchmark::DoNotOptimize(store->journal("", "run7", 0, 0));
    benchmark::DoNotOptimize(store->intents_of_run("run7"));
  }
}
BENCHMARK(rollback_reading)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace store
}  // namespace fasti
