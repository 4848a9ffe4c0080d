#include "connectors/emulators/outlook_html.hpp"

#include <algorithm>
#include <utility>

namespace fasti {
inline namespace v1 {
namespace emulators {

std::string stored_html(std::string html) {
  for (const auto& [open, close] : {std::pair<std::string, std::string>{"<script", "</script>"}, {"<!--", "-->"}}) {
    for (auto at = html.find(open); at != std::string::npos; at = html.find(open)) {
      const auto end = html.find(close, at);
      html.erase(at, end == std::string::npos ? std::string::npos : end + close.size() - at);
    }
  }
  if (html.find("<html") == std::string::npos) html = "<html><body>" + html + "</body></html>";
  if (html.find("<head>") == std::string::npos)
    html.insert(html.find('>', html.find("<html")) + 1,
                "<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>");
  return html;
}

std::string html_of_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '\n')
      out += "<br>\r\n";
    else if (c != '\r')
      out += c;
  }
  return "<html><body><div>" + out + "</div></body></html>";
}

std::string text_of_html(const std::string& html) {
  std::string out;
  const auto body = html.find("<body");
  for (std::size_t i = body == std::string::npos ? 0 : body; i < html.size(); ++i) {
    const char c = html[i];
    if (c == '\r' || c == '\n') continue;
    if (c == '<') {
      const auto end = std::min(html.find('>', i), html.size());
      const std::string tag = html.substr(i + 1, end - i - 1);
      if (tag.compare(0, 2, "br") == 0 || tag == "/div" || tag == "/p") out += "\r\n";
      i = end;
    } else if (c == '&') {
      const auto end = std::min(html.find(';', i), html.size());
      const std::string name = html.substr(i + 1, end - i - 1);
      out += name == "amp" ? "&" : name == "lt" ? "<" : name == "gt" ? ">" : name == "nbsp" ? " " : "";
      i = end;
    } else {
      out += c;
    }
  }
  return out;
}

std::string meeting_html(const std::string& join_url) {
  const std::string rule(80, '_');
  return "<br><div style=\"width:100%\"><span>" + rule +
         "</span></div><div class=\"me-email-text\"><div>Microsoft Teams "
         "meeting</div><div>Join: <a href=\"" +
         join_url + "\">" + join_url + "</a></div></div><div><span>" + rule + "</span></div>";
}

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
