#include "connectors/emulators/control.hpp"

#include <algorithm>
#include <charconv>

#include "connectors/http/url.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace emulators {
namespace {

const std::string kRoot = "/sandbox/";

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(at), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

template <class Number>
std::optional<Number> number_in(const std::string& text) {
  Number out{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

http::Response json(int status, std::string body) {
  http::Response out;
  out.status = status;
  out.headers = {{"Content-Type", "application/json"}};
  out.body = std::move(body);
  return out;
}

std::string counts_json(const Faults& faults, const Traffic& traffic) {
  std::string out = "{\"requests\":" + std::to_string(traffic.requests) +
                    ",\"writes\":" + std::to_string(traffic.writes) + ",\"calls\":{";
  std::string separator;
  const auto member = [&](const std::string& name, std::uint64_t count) {
    append_json_string(out += std::exchange(separator, ","), name);
    out += ":" + std::to_string(count);
  };
  for (const auto& [method, count] : traffic.calls) member(method, count);
  out += "},\"faults\":{";
  separator.clear();
  for (const auto& name : faults.names())
    if (faults.counted(name) != 0) member(name, faults.counted(name));
  return out + "}}";
}

}  // namespace

std::string ControlCall::parameter(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

bool ControlCall::is(const std::string& wanted_method, std::initializer_list<const char*> wanted_path) const {
  return method == wanted_method && std::equal(path.begin(), path.end(), wanted_path.begin(), wanted_path.end());
}

std::optional<ControlCall> control_call(const http::Request& request) {
  const auto url = http::parse_url(request.url);
  if (!url || url->path.compare(0, kRoot.size(), kRoot) != 0) return std::nullopt;
  ControlCall out;
  out.method = request.method;
  out.body = request.body;
  for (const auto& segment : split(std::string_view(url->path).substr(kRoot.size()), '/'))
    out.path.push_back(http::percent_decode(segment));
  for (const auto& pair : split(std::string_view(url->query).substr(url->query.empty() ? 0 : 1), '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    out.query[http::percent_decode(pair.substr(0, equals))] =
        http::percent_decode(pair.substr(std::min(equals + 1, pair.size())));
  }
  return out;
}

std::optional<http::Response> control_answer(const ControlCall& call, Faults& faults, const Traffic& traffic) {
  if (call.is("GET", {"counts"})) return json(200, counts_json(faults, traffic));
  if (call.method != "POST" || call.path.size() != 2 || call.path[0] != "faults") return std::nullopt;
  const auto times = number_in<int>(call.parameter("times"));
  const auto probability = number_in<double>(call.parameter("probability"));
  if (!times == !probability) return control_refused("times or probability is needed");
  const bool known =
      times ? faults.force(call.path[1], *times) : faults.set(call.path[1], std::clamp(*probability, 0.0, 1.0));
  return known ? control_done() : control_refused("no fault has the name " + call.path[1]);
}

http::Response control_done() {
  http::Response out;
  out.status = 204;
  return out;
}

http::Response control_refused(const std::string& message) {
  std::string body = "{\"error\":";
  append_json_string(body, message);
  return json(400, body + "}");
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
