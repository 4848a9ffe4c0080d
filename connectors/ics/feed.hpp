#pragma once
// A calendar somebody publishes at an address: read only, asked conditionally, never believed to be empty.
#include <memory>

#include <fasti/connector.hpp>

#include "connectors/http/client.hpp"
#include "connectors/http/url.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

struct FeedSettings {
  http::Url url;  ///< collections are references relative to it
  http::ClientOptions client;
};

std::shared_ptr<Connector> make_feed(Services services, FeedSettings settings);

}  // namespace ics
}  // namespace v1
}  // namespace fasti
