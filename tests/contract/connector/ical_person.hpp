#pragma once
// A person with a text editor: iCalendar texts changed line by line, without the connector's own code.
#include <optional>
#include <string>

#include <fasti/value.hpp>

#include "tests/contract/connector/bench.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {

/// A whole calendar; no event when `uid` is empty.
std::string calendar_text(const std::string& uid, const std::string& title);
std::string with_event(std::string calendar, const std::string& uid, const std::string& title);
std::string without_event(std::string calendar, const std::string& uid);
/// These look at the first event when `uid` is empty.
std::string with_title(std::string calendar, const std::string& uid, const std::string& title);
std::string with_broken_start(std::string calendar, const std::string& uid);
std::optional<std::string> title_in(const std::string& calendar, const std::string& uid);

/// What all providers of iCalendar texts have in common.
class IcalBench : public Bench {
 public:
  std::string title_property() const override { return "SUMMARY"; }
  Properties event(const std::string& title) const override;
  std::string add_override(Properties& set, const std::string& title) const override;
};

}  // namespace contract
}  // namespace v1
}  // namespace fasti
