// Outlook's stand-in in the same process. People work on it with a token of their own, in plain HTTP.
#include "connectors/emulators/in_process.hpp"
#include "connectors/emulators/outlook.hpp"
#include "connectors/http/url.hpp"
#include "connectors/outlook/outlook.hpp"
#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"
#include "tests/contract/connector/bench.hpp"
#include "tests/support/clock.hpp"
#include "tests/support/outlook_person.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

class OutlookBench final : public Bench {
 public:
  explicit OutlookBench(bool lying)
      : random_(7),
        server_(clock_, random_),
        services_{
            system_files(), clock_, random_, emulators::in_process({{{"graph.microsoft.com", &server_}}, {}}), {}},
        person_(server_),
        connector_(outlook::make_connector(services_, support::outlook_settings(server_))) {
    if (!lying) return;
    for (const char* fault : {"short_page", "empty_page", "repeated_item", "master_missing", "batch_part_throttled",
                              "batch_part_failed", "throttled", "late_bump", "removed_in_first_round"})
      server_.faults().set(fault, 0.2);
  }

  Connector& connector() override { return *connector_; }
  std::string empty_collection() override { return server_.add_calendar("Calendar " + std::to_string(++made_)); }
  void drop_collection(const std::string& collection) override { server_.remove_calendar(collection); }
  std::string person_creates(const std::string& collection, const std::string& title) override {
    return person_.creates(collection, title);
  }
  void person_renames(const std::string&, const std::string& id, const std::string& title) override {
    person_.patches(id, R"({"subject":")" + title + "\"}");
  }
  void person_deletes(const std::string&, const std::string& id) override { person_.deletes(id); }
  std::optional<std::string> person_sees(const std::string&, const std::string& id) override {
    return person_.text(id, "subject");
  }
  bool person_breaks(const std::string&, const std::string& id) override {
    server_.break_event(id);
    return true;
  }

  std::string title_property() const override { return "subject"; }
  Properties event(const std::string& title) const override {
    const Span when{SpanKind::zoned, *parse_time("2026-06-11T18:00:00"), *parse_time("2026-06-11T20:00:00"),
                    "Europe/Berlin"};
    return {{"subject", title}, {"body", std::string("bring flags; and, drums\nat 5 < 6 & more")}, {"start", when}};
  }
  std::string add_override(Properties& set, const std::string& title) const override {
    set["recurrence"] = Recurrence{{"FREQ=WEEKLY;COUNT=4"}, {}, {}, {}};
    set["subject@2026-06-18T18:00:00"] = title;
    return "2026-06-18T18:00:00";
  }
  void wait() override { clock_.advance(std::chrono::minutes(5)); }

 private:
  support::VirtualClock clock_{*parse_instant("2026-06-01T12:00:00Z")};
  support::SeededRandom random_;
  emulators::Outlook server_;
  Services services_;
  support::OutlookPerson person_;
  std::shared_ptr<Connector> connector_;
  int made_ = 0;
};

}  // namespace

std::unique_ptr<Bench> outlook_bench() { return std::make_unique<OutlookBench>(false); }
std::unique_ptr<Bench> lying_outlook_bench() { return std::make_unique<OutlookBench>(true); }

}  // namespace contract
}  // namespace v1
}  // namespace fasti
