#include "tests/contract/connector/bench.hpp"
#include "tests/support/fake_provider.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {
namespace {

class FakeBench final : public Bench {
 public:
  explicit FakeBench(support::Nature nature) : chaos_(1), provider_(std::move(nature), clock_, chaos_) {}

  Connector& connector() override { return provider_; }
  std::string empty_collection() override {
    const std::string name = "collection-" + std::to_string(++made_);
    provider_.add_collection(name);
    return name;
  }
  void drop_collection(const std::string& collection) override { provider_.drop_collection(collection); }
  std::string person_creates(const std::string& collection, const std::string& title) override {
    clock_.advance(std::chrono::minutes(1));
    return person_.create(collection, event(title));
  }
  void person_renames(const std::string& collection, const std::string& id, const std::string& title) override {
    clock_.advance(std::chrono::minutes(1));
    person_.set(collection, id, "Title", Value(title));
  }
  void person_deletes(const std::string& collection, const std::string& id) override {
    clock_.advance(std::chrono::minutes(1));
    person_.remove(collection, id);
  }
  std::optional<std::string> person_sees(const std::string& collection, const std::string& id) override {
    const auto& objects = provider_.objects(collection);
    auto found = objects.find(id);
    if (found == objects.end() || found->second.gone) return std::nullopt;
    return std::get<std::string>(found->second.properties.at("Title"));
  }
  bool person_breaks(const std::string& collection, const std::string& id) override {
    return person_.break_object(collection, id, true);
  }
  std::string title_property() const override { return "Title"; }
  Properties event(const std::string& title) const override { return {{"Title", title}, {"Notes", "bring flags"}}; }
  std::string add_override(Properties& set, const std::string& title) const override {
    if (!provider_.nature().abilities.remove_parts) return {};
    set["Title@2026-06-18T18:00:00"] = title;
    return "2026-06-18T18:00:00";
  }
  void wait() override { clock_.advance(std::chrono::minutes(5)); }

 private:
  support::VirtualClock clock_;
  support::Chaos chaos_;
  support::FakeProvider provider_;
  support::Person person_{provider_};
  int made_ = 0;
};

}  // namespace

std::unique_ptr<Bench> alpha_bench() { return std::make_unique<FakeBench>(support::alpha()); }
std::unique_ptr<Bench> beta_bench() { return std::make_unique<FakeBench>(support::beta()); }
std::unique_ptr<Bench> content_versions_bench() {
  auto nature = support::alpha();
  nature.versions = support::Nature::Versions::content;
  nature.echo = support::Nature::Echo::none;
  return std::make_unique<FakeBench>(nature);
}

}  // namespace contract
}  // namespace v1
}  // namespace fasti
