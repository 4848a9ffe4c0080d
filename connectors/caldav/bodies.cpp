#include "connectors/caldav/bodies.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
constexpr std::string_view kSpaces = " xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"";

std::string propfind(std::string_view properties) {
  return std::string(kHead) + "<D:propfind" + std::string(kSpaces) +
         " xmlns:S=\"http://calendarserver.org/ns/\"><D:prop>" + std::string(properties) + "</D:prop></D:propfind>";
}

}  // namespace

std::string xml_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out.push_back(c);
    }
  }
  return out;
}

std::string sync_collection_body(std::string_view token, Bodies bodies) {
  std::string out(kHead);
  out += "<D:sync-collection" + std::string(kSpaces) + "><D:sync-token>" + xml_escape(token) + "</D:sync-token>";
  out += "<D:sync-level>1</D:sync-level><D:prop><D:getetag/>";
  if (bodies == Bodies::with) out += "<C:calendar-data/>";
  return out + "</D:prop></D:sync-collection>";
}

std::string multiget_body(std::span<const std::string> hrefs) {
  std::string out(kHead);
  out += "<C:calendar-multiget" + std::string(kSpaces) + "><D:prop><D:getetag/><C:calendar-data/></D:prop>";
  for (const auto& href : hrefs) out += "<D:href>" + xml_escape(href) + "</D:href>";
  return out + "</C:calendar-multiget>";
}

std::string listing_body() { return propfind("<D:getetag/><D:resourcetype/><S:getctag/>"); }

std::string ctag_body() { return propfind("<D:resourcetype/><S:getctag/>"); }

std::string collection_body() {
  return propfind(
      "<D:resourcetype/><D:displayname/><D:current-user-principal/><D:current-user-privilege-set/>"
      "<C:calendar-home-set/><C:supported-calendar-component-set/>");
}

std::string mkcalendar_body(std::string_view display_name) {
  return std::string(kHead) + "<C:mkcalendar" + std::string(kSpaces) + "><D:set><D:prop><D:displayname>" +
         xml_escape(display_name) +
         "</D:displayname><C:supported-calendar-component-set><C:comp name=\"VEVENT\"/>"
         "</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>";
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
