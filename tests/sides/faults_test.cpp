// What goes wrong between the program and the calendars: nothing is lost, nothing is there twice, and where nothing
// goes wrong no request is sent in vain.
#include <gmock/gmock.h>

#include "tests/sides/league_world.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

using emulators::NetworkFault;

Span evening(const std::string& day) {
  const auto start =
      LocalSeconds(std::chrono::sys_days(std::chrono::year{2026} / 6 / std::stoi(day)).time_since_epoch());
  return {SpanKind::zoned, start + std::chrono::hours(18), start + std::chrono::hours(20), "Europe/Berlin"};
}

/// What everybody shall see in the end, and who says so.
class Troubled : public testing::Test {
 protected:
  void put(const std::string& id, const std::string& title) {
    Fields fields{{"title", title}, {"when", evening("11")}};
    ASSERT_TRUE(world_.hub().put({"booking", id, fields, 0, false}));
    titles_[id] = title;
  }
  void put_training(const std::string& guests) {
    Fields fields{{"title", "Training"}, {"when", evening("16")}};
    fields["recurrence"] = Recurrence{{"FREQ=WEEKLY;COUNT=4;BYDAY=TU"}, {}, {}, {"2026-07-07T18:00:00"}};
    fields["title@2026-06-23T18:00:00"] = guests;
    ASSERT_TRUE(world_.hub().put({"booking", "training", fields, 0, false}));
    guests_ = guests;
  }
  void person_creates(const std::string& side, const std::string& title) {
    world_.people[side]->create(title, "2026-06-11T18:00:00", "2026-06-11T20:00:00");
    titles_["by " + title] = title;
  }
  void person_renames(const std::string& side, const std::string& id, const std::string& title) {
    world_.people[side]->rename(titles_.at(id), title);
    titles_[id] = title;
  }
  /// Eight bookings and a series, everywhere and at rest.
  void begin() {
    for (int i = 0; i < 8; ++i) put("m" + std::to_string(i), "Match " + std::to_string(i));
    put_training("With guests");
    world_.settle();
    expect_all("the beginning");
  }
  /// Each side does something of its own, so that there is one right answer.
  void everybody_works(const std::string& round) {
    for (int i = 0; i < 3; ++i) put("new" + round + std::to_string(i), "New " + round + std::to_string(i));
    put("m0", "Match 0 says the app " + round);
    put("m1", "Match 1 says the app " + round);
    put_training("With guests " + round);
    int own = 2;
    for (auto& [side, person] : world_.people) {
      person_renames(side, "m" + std::to_string(own++), "Renamed in " + side + " " + round);
      person_creates(side, "Made in " + side + " " + round);
    }
  }
  void expect_all(const std::string& after) {
    Agenda wanted;
    for (const auto& [id, title] : titles_) wanted.insert("2026-06-11T16:00:00.000Z " + title);
    for (const char* day : {"2026-06-16", "2026-06-30"}) wanted.insert(std::string(day) + "T16:00:00.000Z Training");
    wanted.insert("2026-06-23T16:00:00.000Z " + guests_);
    for (auto& [side, person] : world_.people) EXPECT_EQ(person->agenda(), wanted) << side << " after " << after;
    EXPECT_EQ(world_.hub().list("booking")->size(), titles_.size() + 1) << after;
    const auto conflicts = world_.hub().conflicts(Hub::ConflictFilter::all).value();
    for (const auto& one : conflicts) ADD_FAILURE() << one.record << " " << one.field << " after " << after;
    const auto parked = world_.hub().parked().value();
    for (const auto& one : parked) ADD_FAILURE() << one.target << ": " << one.reason << " after " << after;
  }
  void end_trouble() {
    world_.fault = {};
    for (const auto name : emulators::kOutlookFaults) world_.outlook.faults().set(name, 0);
    for (const auto* name : emulators::kGoogleFaults) world_.google.faults().set(name, 0);
    world_.google.faults().set_quiet(true);
    world_.outlook.faults().set_quiet(true);
  }

  LeagueWorld world_;
  std::map<std::string, std::string> titles_;
  std::string guests_;
};

struct OneFault {
  const char* side;
  const char* fault;
};

class TroubledBy : public Troubled, public testing::WithParamInterface<OneFault> {};

TEST_P(TroubledBy, OneFaultLosesNothingAndDoublesNothing) {
  begin();
  auto& faults = std::string(GetParam().side) == "google" ? world_.google.faults() : world_.outlook.faults();
  for (const char* round : {"a", "b"}) {
    everybody_works(round);
    ASSERT_TRUE(faults.force(GetParam().fault, 2));
    (void)world_.sync();
  }
  EXPECT_GT(faults.counted(GetParam().fault), 0U) << "it never struck";
  end_trouble();
  world_.settle();
  expect_all(GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
    Sides, TroubledBy,
    testing::Values(OneFault{"google", "expired_token"}, OneFault{"google", "page_shift"},
                    OneFault{"google", "short_page"}, OneFault{"google", "rate_429"}, OneFault{"google", "quota_403"},
                    OneFault{"google", "backend_error"}, OneFault{"google", "error_after_write"},
                    OneFault{"google", "stale_credentials"}, OneFault{"google", "part_conflict"},
                    OneFault{"google", "part_missing"}, OneFault{"outlook", "cursor_expired"},
                    OneFault{"outlook", "cursor_not_found"}, OneFault{"outlook", "short_page"},
                    OneFault{"outlook", "late_item"}, OneFault{"outlook", "throttled"},
                    OneFault{"outlook", "unavailable"}, OneFault{"outlook", "failed_after_write"},
                    OneFault{"outlook", "conflict_from_nowhere"}, OneFault{"outlook", "token_expired"},
                    OneFault{"outlook", "batch_part_throttled"}, OneFault{"outlook", "batch_part_failed"},
                    OneFault{"outlook", "batch_part_missing"}),
    [](const auto& one) { return std::string(one.param.side) + "_" + one.param.fault; });

/// The n-th request of a run is answered by nothing, though it was carried out.
TEST_F(Troubled, ALostReplyAnywhereLosesNothingAndDoublesNothing) {
  begin();
  for (int lost = 1; lost <= 30; lost += 3) {
    const std::string round = "r" + std::to_string(lost);
    everybody_works(round);
    int sent = 0;
    world_.fault = [&](const http::Request&) { return ++sent == lost ? NetworkFault::reply_lost : NetworkFault::none; };
    (void)world_.sync();
    world_.fault = {};
    world_.settle();
    expect_all("lost reply " + round);
    if (HasFailure()) return;
  }
}

/// The process ends after the n-th request of a run, and another one starts a day later.
TEST_F(Troubled, ACrashAnywhereLosesNothingAndDoublesNothing) {
  begin();
  for (int last = 2; last <= 30; last += 4) {
    const std::string round = "c" + std::to_string(last);
    everybody_works(round);
    int sent = 0;
    world_.fault = [&](const http::Request&) {
      return ++sent > last ? NetworkFault::request_lost : NetworkFault::none;
    };
    (void)world_.sync();
    world_.fault = {};
    world_.restart();
    world_.clock.advance(std::chrono::hours(26));
    world_.settle();
    expect_all("crash " + round);
    if (HasFailure()) return;
  }
}

TEST_F(Troubled, TokensThatExpireInTheMiddleOfARunAreRenewed) {
  begin();
  everybody_works("t");
  std::set<std::string> expired;
  world_.fault = [&](const http::Request& request) {
    const std::string side = request.url.find("www.googleapis") != std::string::npos    ? "google"
                             : request.url.find("graph.microsoft") != std::string::npos ? "outlook"
                                                                                        : "";
    if (request.method == "GET" || side.empty() || !expired.insert(side).second) return NetworkFault::none;
    if (side == "outlook") world_.outlook.expire_tokens();
    if (side == "google") world_.google.expire_access_tokens();
    world_.google.add_token("person", "alice@example.org");
    return NetworkFault::none;
  };
  const auto report = world_.sync();
  EXPECT_EQ(report.outcome, Outcome::ok);
  EXPECT_EQ(expired.size(), 2U);
  end_trouble();
  world_.settle();
  expect_all("expired tokens");
}

TEST_F(Troubled, RetryAfterIsWaitedFor) {
  begin();
  everybody_works("w");
  world_.outlook.faults().force("throttled", 2);
  const auto slept = world_.clock.slept();
  const auto report = world_.sync();
  EXPECT_EQ(report.outcome, Outcome::ok);
  EXPECT_GE(world_.clock.slept() - slept, std::chrono::seconds(2));
  world_.settle();
  expect_all("throttling");
}

/// Somebody types between our look and our write: the write is refused, one of the two wins, and the other is kept.
TEST_F(Troubled, APersonWhoIsFasterLosesNothing) {
  begin();
  world_.outlook.faults().set("conflict_409", 0.5);
  std::string there = "Match 1";
  for (const std::string side : {"google", "outlook"}) {
    put("m1", "Match 1 says the app against " + side);
    bool typed = false;
    world_.fault = [&](const http::Request& request) {
      const bool ours = request.url.find(side == "google" ? "googleapis" : "graph.microsoft") != std::string::npos;
      const bool writes = request.method == "PATCH" || request.body.find("PATCH") != std::string::npos;
      if (ours && writes && !std::exchange(typed, true))
        world_.people[side]->rename(there, "Match 1 says a person in " + side);
      return NetworkFault::none;
    };
    (void)world_.sync();
    world_.fault = {};
    EXPECT_TRUE(typed) << side;
    world_.settle();
    const Agenda first = world_.people["files"]->agenda();
    for (auto& [name, person] : world_.people) EXPECT_EQ(person->agenda(), first) << name;
    std::set<std::string> known;
    for (const auto& line : first)
      if (const auto at = line.find("Match 1"); at != std::string::npos) known.insert(there = line.substr(at));
    EXPECT_THAT(known, testing::SizeIs(1)) << side;
    const auto conflicts = world_.hub().conflicts(Hub::ConflictFilter::all).value();
    const auto add = [&](const std::optional<Value>& value) {
      if (value) known.insert(std::get<std::string>(*value));
    };
    for (const auto& one : conflicts) {
      add(one.local);
      for (const auto& remote : one.remotes) add(remote.second);
    }
    EXPECT_THAT(known,
                testing::IsSupersetOf({"Match 1 says the app against " + side, "Match 1 says a person in " + side}));
  }
}

std::uint64_t batches(std::uint64_t changes, std::uint64_t size) { return (changes + size - 1) / size; }

/// The least that a run can do with: the question what changed, what changed there read whole (twenty in a batch), our
/// own changes (fifty, or twenty, in a batch; Outlook's have to be read first), and the look at their echo.
std::uint64_t google_floor(std::uint64_t ours) { return 1 + batches(ours, 50) + (ours > 0 ? 1 : 0); }
std::uint64_t outlook_floor(std::uint64_t theirs, std::uint64_t created, std::uint64_t changed) {
  const std::uint64_t ours = created + changed;
  return 1 + batches(theirs, 20) + batches(created, 20) + 2 * batches(changed, 20) +
         (ours > 0 ? 1 + batches(ours, 20) : 0);
}
std::uint64_t allowed(std::uint64_t floor) { return floor + floor / 50 + 2; }

std::uint64_t asked(const RunReport& report, const std::string& target) {
  for (const auto& one : report.syncs)
    if (one.target == target) return one.requests;
  return 0;
}

class Requests : public Troubled, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(Requests, AreNoMoreThanWhatChangedAsksFor) {
  const std::uint64_t count = GetParam();
  world_.settle();
  for (std::uint64_t i = 0; i < count; ++i) put("m" + std::to_string(i), "Match " + std::to_string(i));
  const auto created = world_.sync();
  EXPECT_LE(asked(created, "google"), allowed(google_floor(count)));
  EXPECT_LE(asked(created, "outlook"), allowed(outlook_floor(0, count, 0)));
  for (std::uint64_t i = 0; i < count; ++i) put("m" + std::to_string(i), "Game " + std::to_string(i));
  const auto changed = world_.sync();
  EXPECT_LE(asked(changed, "google"), allowed(google_floor(count)));
  EXPECT_LE(asked(changed, "outlook"), allowed(outlook_floor(0, 0, count)));
  for (std::uint64_t i = 0; i < count; ++i)
    person_renames("google", "m" + std::to_string(i), "Google says " + std::to_string(i));
  const auto from_google = world_.sync();
  EXPECT_LE(asked(from_google, "google"), allowed(google_floor(0)));
  EXPECT_LE(asked(from_google, "outlook"), allowed(outlook_floor(0, 0, count)));
  for (std::uint64_t i = 0; i < count; ++i)
    person_renames("outlook", "m" + std::to_string(i), "Outlook says " + std::to_string(i));
  const auto from_outlook = world_.sync();
  EXPECT_LE(asked(from_outlook, "google"), allowed(google_floor(count)));
  EXPECT_LE(asked(from_outlook, "outlook"), allowed(outlook_floor(count, 0, 0)));
}

INSTANTIATE_TEST_SUITE_P(Changes, Requests, testing::Values(1, 7, 60));

}  // namespace
}  // namespace sides
}  // namespace v1
}  // namespace fasti
