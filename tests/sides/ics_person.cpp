#include <filesystem>
#include <functional>
#include <span>
#include <stdexcept>

#include "connectors/ical/inspect.hpp"
#include "engine/base/file_system.hpp"
#include "engine/model/time_text.hpp"
#include "engine/time/series.hpp"
#include "tests/sides/people.hpp"

namespace fasti {
inline namespace v1 {
namespace sides {
namespace {

/// Where iCalendar objects lie, by name.
class Shelf {
 public:
  virtual ~Shelf() = default;
  virtual std::map<std::string, std::string> all() = 0;
  virtual void put(const std::string& name, const std::string& text) = 0;
  virtual void remove(const std::string& name) = 0;
};

class Folder final : public Shelf {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}
  std::map<std::string, std::string> all() override {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().extension() == ".ics")
        out[entry.path().filename().string()] = system_files().read(entry.path()).value();
    }
    return out;
  }
  void put(const std::string& name, const std::string& text) override {
    std::filesystem::create_directories(path_);
    if (!system_files().write_atomically(path_ + "/" + name, text)) throw std::runtime_error("cannot write " + name);
  }
  void remove(const std::string& name) override { std::filesystem::remove(path_ + "/" + name); }

 private:
  std::string path_;
};

/// A collection of a CalDAV server, in plain HTTP.
class DavCollection final : public Shelf {
 public:
  DavCollection(std::shared_ptr<http::Transport> transport, std::string url)
      : transport_(std::move(transport)), url_(std::move(url)) {
    ask("MKCALENDAR", "", "", 201);
  }
  std::map<std::string, std::string> all() override {
    std::map<std::string, std::string> out;
    const std::string listing = ask("PROPFIND", "", "<propfind xmlns='DAV:'><prop><getetag/></prop></propfind>", 207);
    const std::string open = "href>";
    for (auto at = listing.find(open); at != std::string::npos; at = listing.find(open, at + 1)) {
      const auto from = at + open.size();
      const std::string href = listing.substr(from, listing.find('<', from) - from);
      const std::string name = href.substr(href.rfind('/') + 1);
      if (name.size() > 4 && name.substr(name.size() - 4) == ".ics") out[name] = ask("GET", name, "", 200);
    }
    return out;
  }
  void put(const std::string& name, const std::string& text) override { ask("PUT", name, text, 201); }
  void remove(const std::string& name) override { ask("DELETE", name, "", 200); }

 private:
  std::string ask(const std::string& method, const std::string& name, const std::string& body, int status) {
    http::Request request;
    request.method = method;
    std::string escaped;
    for (const char c : name) escaped += c == ' ' ? std::string("%20") : std::string(1, c);
    request.url = url_ + escaped;
    request.body = body;
    request.headers = {{"Depth", "1"}};
    if (!body.empty()) request.headers.emplace_back("Content-Type", method == "PUT" ? "text/calendar" : "text/xml");
    http::Endpoint endpoint;
    endpoint.auth = {http::AuthScheme::basic, "alice", Secret("secret")};
    endpoint.proxy = "";
    request.endpoint = std::make_shared<const http::Endpoint>(std::move(endpoint));
    const auto replies = transport_->send(std::span(&request, 1), 1, {});
    const auto& reply = replies.front();
    if (!reply) throw std::runtime_error(method + " " + request.url + ": " + reply.error().text());
    if (reply->status != status && !(method == "PUT" && reply->status == 204))
      throw std::runtime_error(method + " " + request.url + ": " + std::to_string(reply->status) + " " + reply->body);
    return reply->body;
  }

  std::shared_ptr<http::Transport> transport_;
  std::string url_;
};

/// Somebody with a calendar program that keeps one event in one iCalendar object.
class IcsPerson final : public Person {
 public:
  explicit IcsPerson(std::unique_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {}

  void create(const std::string& title, const std::string& start, const std::string& end) override {
    write(title, event(title + "@khal", title, start, end, ""));
  }
  void create_series(const std::string& title) override {
    write(title, event(title + "@khal", title, kSeriesStart, kSeriesEnd, "RRULE:FREQ=WEEKLY;COUNT=6\r\n"));
  }
  void move_second(const std::string& title) override {
    change(title, [&](std::string& text) {
      const auto uid = text.find("UID:") + 4;
      text.insert(text.find("END:VCALENDAR"),
                  event(text.substr(uid, text.find("\r\n", uid) - uid), title, "2026-10-14T19:00:00",
                        "2026-10-14T20:30:00", "RECURRENCE-ID;TZID=Europe/Berlin:20261013T180000\r\n"));
    });
  }
  void cancel_third(const std::string& title) override {
    change(title, [](std::string& text) {
      text.insert(text.find("BEGIN:VEVENT") + 14, "EXDATE;TZID=Europe/Berlin:20261020T180000\r\n");
    });
  }
  void rename(const std::string& title, const std::string& new_title) override {
    change(title, [&](std::string& text) {
      const std::string line = "SUMMARY:" + title;
      for (auto at = text.find(line); at != std::string::npos; at = text.find(line, at + 1))
        text.replace(at + 8, title.size(), new_title);
    });
  }
  void remove(const std::string& title) override { shelf_->remove(find(title)); }
  Agenda agenda() override {
    Agenda out;
    for (const auto& [name, text] : shelf_->all()) {
      const auto read = ical::inspect(text);
      for (std::size_t i = 0; i < read.objects.size(); ++i) add(read.objects[i].properties, read.series[i], out);
    }
    return out;
  }

 private:
  static void add(const Properties& properties, const SeriesInput& input, Agenda& out) {
    Window window;
    window.from = std::chrono::sys_days{std::chrono::year{2026} / 5 / 1};
    window.to = std::chrono::sys_days{std::chrono::year{2027} / 5 / 1};
    const auto series = Series::make(input).value();
    const auto occurrences = series.expand(window).value();
    for (const Occurrence& one : occurrences) {
      auto title = properties.find("SUMMARY@" + iso_time(one.key));
      if (title == properties.end()) title = properties.find("SUMMARY");
      out.insert(iso_instant(Instant(one.utc_start)) + " " + std::get<std::string>(title->second));
    }
  }
  static std::string compact(const std::string& iso) {
    std::string out;
    for (const char c : iso) {
      if (c != '-' && c != ':') out += c;
    }
    return out;
  }
  static std::string event(const std::string& uid, const std::string& title, const std::string& start,
                           const std::string& end, const std::string& more) {
    return "BEGIN:VEVENT\r\nUID:" + uid +
           "\r\nDTSTAMP:20260601T120000Z\r\nDTSTART;TZID=Europe/Berlin:" + compact(start) +
           "\r\nDTEND;TZID=Europe/Berlin:" + compact(end) + "\r\n" + more + "SUMMARY:" + title + "\r\nEND:VEVENT\r\n";
  }
  void write(const std::string& title, const std::string& events) {
    shelf_->put(title + ".ics",
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//khal//EN\r\n" + events + "END:VCALENDAR\r\n");
  }
  void change(const std::string& title, const std::function<void(std::string&)>& edit) {
    const std::string name = find(title);
    std::string text = shelf_->all().at(name);
    edit(text);
    shelf_->put(name, text);
  }
  std::string find(const std::string& title) {
    for (const auto& [name, text] : shelf_->all()) {
      if (text.find("SUMMARY:" + title + "\r\n") != std::string::npos) return name;
    }
    throw std::runtime_error("there is no " + title);
  }

  std::unique_ptr<Shelf> shelf_;
};

}  // namespace

std::unique_ptr<Person> folder_person(const std::string& folder) {
  return std::make_unique<IcsPerson>(std::make_unique<Folder>(folder));
}

std::unique_ptr<Person> caldav_person(std::shared_ptr<http::Transport> transport, const std::string& url) {
  return std::make_unique<IcsPerson>(std::make_unique<DavCollection>(std::move(transport), url));
}

}  // namespace sides
}  // namespace v1
}  // namespace fasti
