#include <fasti/connectors.hpp>

#include "connectors/builtin.hpp"
#include "connectors/caldav/caldav.hpp"
#include "connectors/google/google.hpp"
#include "connectors/http/curl_transport.hpp"
#include "connectors/ics/ics.hpp"
#include "connectors/notion/notion.hpp"
#include "connectors/outlook/outlook.hpp"

namespace fasti {
inline namespace v1 {

std::vector<ConnectorFactory> builtin_connectors(const Services& services) {
  return {caldav::caldav_factory(services), google::google_factory(services), ics::ics_factory(services),
          notion::notion_factory(services), outlook::outlook_factory(services)};
}

std::vector<ConnectorFactory> builtin_connectors() {
  // One for the process: connections, TLS sessions and the loaded CA bundle outlive each hub.
  static const auto transport = http::make_curl_transport();
  return builtin_connectors(Services{system_files(), system_clock(), system_random(), transport, {}});
}

}  // namespace v1
}  // namespace fasti
