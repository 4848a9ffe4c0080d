#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <thread>

#include <fasti/error.hpp>

#include "engine/base/clock.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/id.hpp"
#include "engine/base/secret.hpp"
#include "engine/base/try.hpp"

namespace fasti {
namespace {

using testing::MatchesRegex;

struct FixedClock : Clock {
  Instant time{std::chrono::milliseconds(0x0123456789ab)};
  Instant now() override { return time; }
  std::chrono::nanoseconds ticks() override { return time.time_since_epoch(); }
  void sleep(std::chrono::milliseconds duration, std::stop_token) override { time += duration; }
};

struct AllOnes : Random {
  std::uint64_t next() override { return ~std::uint64_t{0}; }
};

TEST(ErrorText, joins_place_message_and_hint) {
  EXPECT_EQ((Error{ErrorKind::disk, "full", "/x", "make room", {}}).text(), "/x: full; make room");
  EXPECT_EQ((Error{ErrorKind::disk, "full", "", "", {}}).text(), "full");
}

TEST(ErrorName, is_different_for_every_kind) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
    names.insert(name(static_cast<ErrorKind>(kind)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorKind::internal) + 1);
  EXPECT_STREQ(name(ErrorKind::rate_limited), "rate_limited");
}

Result<int> half(int n) {
  if (n % 2 != 0) return Error{ErrorKind::bad_input, "odd", "", "", {}};
  return n / 2;
}

Result<int> quarter(int n) {
  FASTI_TRY(const int h, half(n));
  return half(h);
}

Status check_even(int n) {
  FASTI_CHECK(half(n));
  return {};
}

TEST(Try, hands_up_the_error_or_binds_the_value) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_TRUE(check_even(2).ok());
  EXPECT_EQ(check_even(3).error().kind, ErrorKind::bad_input);
}

TEST(Uuid7, carries_time_version_and_variant) {
  FixedClock clock;
  AllOnes random;
  EXPECT_EQ(make_uuid7(clock, random), "01234567-89ab-7fff-bfff-ffffffffffff");
}

TEST(Uuid7, sorts_by_time_and_does_not_repeat) {
  FixedClock clock;
  std::string before;
  for (int i = 0; i < 100; ++i) {
    clock.time += std::chrono::milliseconds(1);
    const std::string id = make_uuid7(clock, system_random());
    EXPECT_THAT(id, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    EXPECT_LT(before, id);
    before = id;
  }
}

TEST(RecordId, is_printable_ascii_of_at_most_128_without_blanks_at_the_ends) {
  EXPECT_TRUE(is_record_id("a"));
  EXPECT_TRUE(is_record_id("match 12/B~"));
  EXPECT_TRUE(is_record_id(std::string(128, 'x')));
  EXPECT_FALSE(is_record_id(""));
  EXPECT_FALSE(is_record_id(std::string(129, 'x')));
  EXPECT_FALSE(is_record_id(" a"));
  EXPECT_FALSE(is_record_id("a "));
  EXPECT_FALSE(is_record_id("a\tb"));
  EXPECT_FALSE(is_record_id("caf\xc3\xa9"));
  EXPECT_FALSE(is_record_id(std::string_view("a\0b", 3)));
}

TEST(Sha256, agrees_with_the_published_vectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ShortHash, is_the_first_160_bits_in_base32hex) {
  EXPECT_EQ(short_hash("abc"), "n9s1dfsf077ukga183f5rbh24eo06od3");
  EXPECT_NE(short_hash("abc"), short_hash("abd"));
}

TEST(Sha256, is_the_same_on_every_thread) {
  const std::string expected = sha256_hex("fasti");
  std::string other;
  std::thread([&] { other = sha256_hex("fasti"); }).join();
  EXPECT_EQ(other, expected);
}

TEST(SystemClock, ticks_forward_and_wakes_on_stop) {
  const auto before = system_clock().ticks();
  std::stop_source stop;
  stop.request_stop();
  system_clock().sleep(std::chrono::hours(1000), stop.get_token());
  system_clock().sleep(std::chrono::milliseconds(1), {});
  EXPECT_GE(system_clock().ticks() - before, std::chrono::milliseconds(1));
  EXPECT_GT(system_clock().now(), Instant(std::chrono::hours(24 * 365 * 50)));
}

TEST(Secrets, print_as_stars) {
  const Secret secret("hunter2");
  std::ostringstream out;
  out << secret;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(to_string(secret), "***");
  EXPECT_EQ(secret.reveal(), "hunter2");
}

}  // namespace
}  // namespace fasti
