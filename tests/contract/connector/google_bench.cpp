// The Google connector over the stand-in.
#include "tests/contract/connector/bench.hpp"
#include "tests/unit/google/google_world.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

class GoogleBench final : public Bench {
 public:
  explicit GoogleBench(bool restless) {
    if (!restless) return;
    for (const char* fault : {"short_page", "duplicate_item", "reordered", "full_tombstones", "exception_etags"})
      world_.google.faults().set(fault, 0.5);
  }

  Connector& connector() override { return *world_.connector; }
  std::string empty_collection() override { return world_.calendar; }
  void drop_collection(const std::string& collection) override {
    world_.ask("DELETE", "calendars/" + world_.encoded(collection));
  }
  std::string person_creates(const std::string&, const std::string& title) override {
    auto event = world_.timed(title);
    event["colorId"] = "5";
    event["extendedProperties"]["shared"]["app"] = "of somebody else";
    return world_.create(event);
  }
  void person_renames(const std::string&, const std::string& id, const std::string& title) override {
    world_.patch(id, {{"summary", title}});
  }
  void person_deletes(const std::string&, const std::string& id) override { world_.remove(id); }
  std::optional<std::string> person_sees(const std::string&, const std::string& id) override {
    int status = 0;
    const auto event = world_.ask("GET", world_.events(id), {}, {}, &status);
    if (status != 200 || event["status"] == "cancelled") return std::nullopt;
    return event.value("summary", "");
  }
  /// The service refuses what cannot be read.
  bool person_breaks(const std::string&, const std::string&) override { return false; }

  std::string title_property() const override { return "summary"; }
  Properties event(const std::string& title) const override {
    return {{"summary", title},
            {"description", std::string("bring flags; and, \"drums\"\nby eight")},
            {"start", google::span_of("2026-06-11T18:00:00", "2026-06-11T20:00:00")}};
  }
  std::string add_override(Properties& set, const std::string& title) const override {
    set["recurrence"] = Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {}};
    set["summary@2026-06-18T18:00:00"] = title;
    return "2026-06-18T18:00:00";
  }
  void wait() override { world_.clock.advance(std::chrono::minutes(1)); }

 private:
  google::GoogleWorld world_;
};

}  // namespace

std::unique_ptr<Bench> google_bench() { return std::make_unique<GoogleBench>(false); }
std::unique_ptr<Bench> restless_google_bench() { return std::make_unique<GoogleBench>(true); }

}  // namespace contract
}  // namespace v1
}  // namespace fasti
