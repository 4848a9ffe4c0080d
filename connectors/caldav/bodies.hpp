#pragma once
// The XML that we ask with, written by hand. Pure.
#include <span>
#include <string>
#include <string_view>

namespace fasti {
inline namespace v1 {
namespace caldav {

std::string xml_escape(std::string_view text);

enum class Bodies { without, with };
/// An empty token asks for everything (RFC 6578).
std::string sync_collection_body(std::string_view token, Bodies bodies);
std::string multiget_body(std::span<const std::string> hrefs);
std::string listing_body();  ///< hrefs, versions and the collection's ctag
std::string ctag_body();
std::string collection_body();  ///< what a collection is: for discovery
std::string mkcalendar_body(std::string_view display_name);

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
