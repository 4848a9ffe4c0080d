#include "tests/contract/connector/bench.hpp"

namespace fasti {
inline namespace v1 {
namespace contract {

std::unique_ptr<Bench> alpha_bench();
std::unique_ptr<Bench> beta_bench();
std::unique_ptr<Bench> content_versions_bench();

std::vector<Candidate> benches() {
  return {{"alpha", alpha_bench}, {"beta", beta_bench}, {"content_versions", content_versions_bench}};
}

}  // namespace contract
}  // namespace v1
}  // namespace fasti
