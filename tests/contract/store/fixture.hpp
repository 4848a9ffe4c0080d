#pragma once
// What the store's tests share: a folder that goes away, a clock and a generator under control, ready rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/base/clock.hpp"
#include "engine/store/sqlite/sqlite_store.hpp"
#include "engine/store/store.hpp"

namespace fasti {
inline namespace v1 {
namespace store {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fasti-store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class ManualClock : public Clock {
 public:
  Instant now() override { return time; }
  std::chrono::nanoseconds ticks() override { return time.time_since_epoch(); }
  void sleep(std::chrono::milliseconds duration, std::stop_token) override {
    time += duration;
    ++sleeps;
  }
  Instant time{std::chrono::milliseconds(1'800'000'000'000)};
  int sleeps = 0;
};

class CountingRandom : public Random {
 public:
  std::uint64_t next() override { return ++value; }
  std::uint64_t value = 0;
};

inline Instant at(std::int64_t milliseconds) { return Instant(std::chrono::milliseconds(milliseconds)); }

template <class R>
std::string failure_of(const R& result) {
  return result.ok() ? "no error" : name(result.error().kind);
}

template <class R>
std::string text_of(const R& result) {
  return result.ok() ? "" : result.error().text();
}

#define ASSERT_OK(...) ASSERT_EQ(text_of(__VA_ARGS__), "")
#define EXPECT_FAILS(expression, kind) EXPECT_EQ(failure_of(expression), name(kind))

inline std::string param_name(const testing::TestParamInfo<const char*>& parameter) { return parameter.param; }

/// Runs every promise of store.hpp against a store in memory and one in a file.
class StoreContract : public testing::TestWithParam<const char*> {
 protected:
  StoreContract() {
    auto opened = open_sqlite(path(), clock_, random_);
    if (!opened.ok()) throw std::runtime_error(opened.error().text());
    store_ = std::move(opened).value();
  }
  std::string path() const { return GetParam() == std::string("memory") ? ":memory:" : folder_ / "store.db"; }
  Store& store() { return *store_; }

  Folder folder_;
  ManualClock clock_;
  CountingRandom random_;
  std::unique_ptr<Store> store_;
};

inline RecordRow booking(const std::string& id, const std::string& title) {
  RecordRow row;
  row.record.kind = "booking";
  row.record.id = id;
  row.record.fields["title"] = Value(title);
  row.record.fields["notes"] = std::nullopt;
  row.record.fields["seats"] = Value(std::int64_t{12});
  row.record.fields["when"] = Value(Span{SpanKind::zoned, LocalSeconds(std::chrono::seconds(1'781'182'800)),
                                         LocalSeconds(std::chrono::seconds(1'781'190'000)), "America/Mexico_City"});
  row.stamps["title"] = Stamp{"club", at(1), at(2), 3, false};
  row.stamps["when"] = Stamp{"club", at(1), at(2), 3, false};
  row.stamps["seats"] = Stamp{"local", at(5), at(6), 7, true};
  row.stamps["booked"] = Stamp{"local", at(5), at(6), 7, false, true};
  row.stamps[""] = Stamp{"local", at(0), at(1), 1, false};
  row.changed = at(42);
  return row;
}

inline Link full_link(const std::string& target, const std::string& record, const std::string& remote_id) {
  Link link;
  link.target = target;
  link.kind = "booking";
  link.record = record;
  link.remote_id = remote_id;
  link.uid = remote_id.empty() ? "" : "uid-" + remote_id;
  link.state = LinkState::live;
  link.generation = 2;
  link.created = false;
  link.base_present = true;
  link.seen_present = true;
  link.sent = {{"SUMMARY", Value(std::string("Match"))}};
  link.stored = {{"SUMMARY", Value(std::string("Match "))}};
  link.seen = {{"SUMMARY", Value(std::string("Match!"))}, {"LOCATION", Value(std::string("Here"))}};
  link.base_version = "\"v1\"";
  link.seen_version = "\"v2\"";
  link.superseded = {"\"v0\"", "\"v-1\""};
  link.marker = Marker{"store", record, false, "stamp"};
  link.shadow = "BEGIN:VCALENDAR\r\nX-ODD:\x01\"\\\r\nEND:VCALENDAR\r\n";
  link.echo_pending = true;
  link.listing = 7;
  link.missed = 1;
  link.confirmed = at(100);
  link.observed = at(101);
  link.seen_after = at(102);
  link.seen_until = at(103);
  link.churn = {{"SUMMARY", 2}};
  link.park_reason = "too long";
  link.park_hash = "hash";
  return link;
}

inline bool same(const Link& a, const Link& b) {
  return a.id == b.id && a.target == b.target && a.kind == b.kind && a.record == b.record &&
         a.remote_id == b.remote_id && a.uid == b.uid && a.state == b.state && a.generation == b.generation &&
         a.created == b.created && a.base_present == b.base_present && a.seen_present == b.seen_present &&
         a.sent == b.sent && a.stored == b.stored && a.seen == b.seen && a.base_version == b.base_version &&
         a.seen_version == b.seen_version && a.superseded == b.superseded && a.marker == b.marker &&
         a.shadow == b.shadow && a.echo_pending == b.echo_pending && a.listing == b.listing && a.missed == b.missed &&
         a.confirmed == b.confirmed && a.observed == b.observed && a.seen_after == b.seen_after &&
         a.seen_until == b.seen_until && a.churn == b.churn && a.park_reason == b.park_reason &&
         a.park_hash == b.park_hash;
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
