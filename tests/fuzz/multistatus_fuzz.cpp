// WebDAV answers: any bytes give rows or an error, and a row of a whole answer has an href or says nothing.
#include <cstdint>
#include <string>

#include "connectors/caldav/multistatus.hpp"
#include "tests/fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fasti::caldav;
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto answer = parse_multistatus(body);
  if (!answer) FASTI_FUZZ_CHECK(!answer.error().message.empty());
  if (answer)
    for (const DavResponse& row : answer->responses) FASTI_FUZZ_CHECK(row.status >= 0 && row.failed_status >= 0);
  (void)parse_error(body);
  return 0;
}
