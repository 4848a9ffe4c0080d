#include "connectors/caldav/multistatus.hpp"

#include <cstring>
#include <pugixml.hpp>

namespace fasti {
inline namespace v1 {
namespace caldav {
namespace {

constexpr std::string_view kDav = "DAV:";
constexpr std::string_view kCaldav = "urn:ietf:params:xml:ns:caldav";
constexpr std::string_view kCalendarServer = "http://calendarserver.org/ns/";
constexpr int kDepthMax = 64;
constexpr std::size_t kTextMax = 300;

std::string_view local_name(const pugi::xml_node& node) {
  const char* colon = std::strchr(node.name(), ':');
  return colon ? colon + 1 : node.name();
}

/// The namespace that the node's prefix is bound to at that place.
std::string_view namespace_of(const pugi::xml_node& node) {
  const char* name = node.name();
  const char* colon = std::strchr(name, ':');
  const std::string_view prefix = colon ? std::string_view(name, static_cast<std::size_t>(colon - name)) : "";
  int depth = 0;
  for (auto scope = node; scope && depth < kDepthMax; scope = scope.parent(), ++depth) {
    for (const auto& attribute : scope.attributes()) {
      const std::string_view key = attribute.name();
      const bool bound =
          prefix.empty() ? key == "xmlns"
                         : key.size() == prefix.size() + 6 && key.substr(0, 6) == "xmlns:" && key.substr(6) == prefix;
      if (bound) return attribute.value();
    }
  }
  return {};
}

bool is(const pugi::xml_node& node, std::string_view space, std::string_view name) {
  return node.type() == pugi::node_element && local_name(node) == name && namespace_of(node) == space;
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view space, std::string_view name) {
  for (const auto& inner : node.children())
    if (is(inner, space, name)) return inner;
  return {};
}

/// All character data of the node itself, CDATA included: some servers split it.
std::string text_of(const pugi::xml_node& node) {
  std::string out;
  for (const auto& inner : node.children())
    if (inner.type() == pugi::node_pcdata || inner.type() == pugi::node_cdata) out += inner.value();
  return out;
}

std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  text.resize(end == std::string::npos ? 0 : end + 1);
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  return text;
}

std::string href_in(const pugi::xml_node& node) { return trimmed(text_of(child(node, kDav, "href"))); }

/// "HTTP/1.1 404 Not Found".
int status_in(const pugi::xml_node& node) {
  const std::string line = trimmed(text_of(child(node, kDav, "status")));
  const auto space = line.find(' ');
  int status = 0;
  for (std::size_t i = space + 1; space != std::string::npos && i < line.size() && i < space + 4; ++i) {
    if (line[i] < '0' || line[i] > '9') return 0;
    status = status * 10 + (line[i] - '0');
  }
  return status;
}

DavError error_of(const pugi::xml_node& error, const pugi::xml_node& description) {
  DavError out;
  for (const auto& inner : error.children()) {
    if (inner.type() != pugi::node_element) continue;
    const auto name = local_name(inner);
    const auto space = namespace_of(inner);
    if (space == kDav || space == kCaldav) {
      if (name == "responsedescription") {
        out.text = trimmed(text_of(inner));
      } else if (out.condition.empty()) {
        out.condition = name;
        out.href = href_in(inner);
        if (out.text.empty()) out.text = trimmed(text_of(inner));
      }
    } else if (name == "message" && out.text.empty()) {
      out.text = trimmed(text_of(inner));
    }
  }
  if (description && out.text.empty()) out.text = trimmed(text_of(description));
  if (out.text.size() > kTextMax) out.text.resize(kTextMax);
  return out;
}

std::vector<std::string> privileges_of(const pugi::xml_node& set) {
  std::vector<std::string> out;
  for (const auto& privilege : set.children())
    for (const auto& inner : privilege.children())
      if (inner.type() == pugi::node_element) out.emplace_back(local_name(inner));
  return out;
}

void read_resource_type(const pugi::xml_node& property, DavResponse& out) {
  out.collection = static_cast<bool>(child(property, kDav, "collection"));
  out.calendar = static_cast<bool>(child(property, kCaldav, "calendar"));
}

void read_property(const pugi::xml_node& property, DavResponse& out) {
  const auto name = local_name(property);
  if (is(property, kDav, "getetag")) {
    out.etag = trimmed(text_of(property));
  } else if (is(property, kCaldav, "calendar-data")) {
    out.calendar_data = text_of(property);
  } else if (is(property, kDav, "resourcetype")) {
    read_resource_type(property, out);
  } else if (is(property, kDav, "displayname")) {
    out.display_name = trimmed(text_of(property));
  } else if (is(property, kCalendarServer, "getctag")) {
    out.ctag = trimmed(text_of(property));
  } else if (is(property, kDav, "current-user-principal")) {
    out.principal = href_in(property);
  } else if (is(property, kCaldav, "calendar-home-set")) {
    for (const auto& inner : property.children())
      if (is(inner, kDav, "href")) out.homes.push_back(trimmed(text_of(inner)));
  } else if (is(property, kCaldav, "supported-calendar-component-set")) {
    for (const auto& inner : property.children())
      if (is(inner, kCaldav, "comp")) out.components.emplace_back(inner.attribute("name").value());
  } else if (name == "current-user-privilege-set" && is(property, kDav, name)) {
    out.privileges = privileges_of(property);
  }
}

DavResponse read_response(const pugi::xml_node& node) {
  DavResponse out;
  out.href = href_in(node);
  out.status = status_in(node);
  if (const auto error = child(node, kDav, "error"))
    out.error = error_of(error, child(node, kDav, "responsedescription"));
  for (const auto& propstat : node.children()) {
    if (!is(propstat, kDav, "propstat")) continue;
    const int status = status_in(propstat);
    if (status < 200 || status > 299) {
      out.failed_status = status;
      if (const auto error = child(propstat, kDav, "error"))
        out.error = error_of(error, child(propstat, kDav, "responsedescription"));
      continue;
    }
    for (const auto& property : child(propstat, kDav, "prop").children())
      if (property.type() == pugi::node_element) read_property(property, out);
  }
  return out;
}

}  // namespace

Result<Multistatus> parse_multistatus(std::string body) {
  Error error;
  error.kind = ErrorKind::bad_reply;
  pugi::xml_document document;
  const auto parsed = document.load_buffer_inplace(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    error.message = std::string("the answer is not a whole XML document: ") + parsed.description();
    return error;
  }
  const auto root = document.document_element();
  if (!is(root, kDav, "multistatus")) {
    error.message = "the answer is no WebDAV multistatus";
    return error;
  }
  Multistatus out;
  for (const auto& node : root.children()) {
    if (is(node, kDav, "response"))
      out.responses.push_back(read_response(node));
    else if (is(node, kDav, "sync-token"))
      out.sync_token = trimmed(text_of(node));
  }
  return out;
}

DavError parse_error(std::string_view body) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8)) return {};
  const auto root = document.document_element();
  return is(root, kDav, "error") ? error_of(root, {}) : DavError{};
}

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
