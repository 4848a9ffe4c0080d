#include <cstdlib>

#include "tests/contract/connector/bench.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {

std::unique_ptr<Bench> alpha_bench();
std::unique_ptr<Bench> beta_bench();
std::unique_ptr<Bench> content_versions_bench();
std::unique_ptr<Bench> ics_folder_bench();
std::unique_ptr<Bench> ics_file_bench();
std::unique_ptr<Bench> google_bench();
std::unique_ptr<Bench> restless_google_bench();
std::unique_ptr<Bench> outlook_bench();
std::unique_ptr<Bench> lying_outlook_bench();
std::unique_ptr<Bench> notion_bench();
std::unique_ptr<Bench> lying_notion_bench();
std::unique_ptr<Bench> radicale_bench();
std::unique_ptr<Bench> xandikos_bench();

std::vector<Candidate> benches() {
  // Real servers have a test program of their own run (tests/servers), which starts them.
  if (std::getenv("FASTI_SERVERS")) return {{"radicale", radicale_bench}, {"xandikos", xandikos_bench}};
  return {{"alpha", alpha_bench},
          {"beta", beta_bench},
          {"content_versions", content_versions_bench},
          {"ics_folder", ics_folder_bench},
          {"ics_file", ics_file_bench},
          {"google", google_bench},
          {"restless_google", restless_google_bench},
          {"outlook", outlook_bench},
          {"lying_outlook", lying_outlook_bench},
          {"notion", notion_bench},
          {"lying_notion", lying_notion_bench}};
}

}  // namespace contract
}  // namespace v1
}  // namespace fasti
