#include "connectors/ics/folder.hpp"

#include <algorithm>

#include "connectors/ics/cursor.hpp"
#include "connectors/ics/item.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

constexpr std::size_t kPage = 500;
constexpr std::size_t kNameMax = 200;

bool is_object_name(const std::string& id) { return is_calendar_name(id) && id.find('/') == std::string::npos; }

/// Says something about one file only: the others can be read all the same.
bool concerns_one_file(ErrorKind kind) { return kind == ErrorKind::forbidden || kind == ErrorKind::rejected; }

Written written(const std::string& id, const std::string& text) {
  auto echo = read_item(id, text);
  std::optional<RemoteObject> object;
  if (echo) object = std::move(*echo);
  return Written{id, version_of(text), std::move(object)};
}

}  // namespace

bool is_calendar_name(const std::string& name) {
  return name.size() > 4 && name.front() != '.' && name.compare(name.size() - 4, 4, ".ics") == 0;
}

std::string file_name(const std::string& uid) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : uid) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '@' || (c == '.' && !out.empty());
    if (plain)
      out += c;
    else
      ((out += '%') += kHex[byte >> 4]) += kHex[byte & 15];
  }
  return (out.empty() || out.size() > kNameMax ? short_hash(uid) : out) + ".ics";
}

Error Folder::why_missing(const std::string& id) {
  auto names = services_.files.list(path_);
  if (!names)
    return refuse(ErrorKind::disk, "the folder cannot be listed any more: " + names.error().message, path_,
                  "bring it back, or correct `collection`");
  const bool there = std::any_of(names->begin(), names->end(), [&](const FileInfo& info) { return info.name == id; });
  if (there) return refuse(ErrorKind::rejected, "the name is there, but the file behind it is not", path_of(id));
  return refuse(ErrorKind::not_found, "no such file", path_of(id));
}

Result<RemoteChange> Folder::change_of(const FileInfo& info, const PullRequest& request) {
  auto text = services_.files.read(path_of(info.name));
  if (text) return look_at(request, info.name, std::move(*text));
  Error error = std::move(text).error();
  if (error.kind == ErrorKind::not_found) error = why_missing(info.name);
  if (concerns_one_file(error.kind)) return unreadable(info.name, "", std::move(error));
  return error;
}

Result<PullResult> Folder::pull(const PullRequest& request, const PageSink& sink) {
  const Instant listed_at = services_.clock.now();
  const Cursor old = Cursor::of(request, listed_at);
  FASTI_TRY(const auto entries, services_.files.list(path_));
  Cursor next{old.read_in_full, {}};
  std::vector<RemoteChange> page;
  for (const FileInfo& info : entries) {
    if (info.folder || !is_calendar_name(info.name)) continue;
    FASTI_CHECK(stopped(request.stop, path_));
    const auto before = old.entries.find(info.name);
    if (old.still(info.name, info) && is_known(request, info.name, before->second.version)) {
      next.entries.emplace(info.name, before->second);
      page.push_back(listed(info.name, before->second.version));
    } else {
      auto change = change_of(info, request);
      if (!change && change.error().kind == ErrorKind::not_found) continue;  // deleted since the listing
      if (!change) return change.error();
      next.entries[info.name] = {change->object.version, settled_stamp(info, listed_at)};
      page.push_back(std::move(*change));
    }
    if (page.size() < kPage) continue;
    FASTI_CHECK(sink(std::move(page)));
    page.clear();
  }
  if (!page.empty()) FASTI_CHECK(sink(std::move(page)));
  return PullResult{Coverage::complete, next.text(), false};
}

Result<RemoteObject> Folder::fetch(const std::string& id) {
  if (!is_object_name(id)) return refuse(ErrorKind::not_found, "no such file", path_of(id));
  auto text = services_.files.read(path_of(id));
  if (text) return read_item(id, *text);
  if (text.error().kind == ErrorKind::not_found) return why_missing(id);
  Error error = std::move(text).error();
  if (concerns_one_file(error.kind)) error.kind = ErrorKind::rejected;
  return error;
}

Result<Written> Folder::create(const WriteRequest& request) {
  if (!is_object_name(request.id)) return refuse(ErrorKind::rejected, "not a file name for an object", request.id);
  const std::string uid = request.uid.empty() ? request.id.substr(0, request.id.size() - 4) : request.uid;
  FASTI_TRY(const std::string text, text_after(request, uid, "", services_.clock.now()));
  auto status = services_.files.write_new(path_of(request.id), text);
  if (!status && status.error().kind == ErrorKind::rejected)
    return refuse(ErrorKind::precondition_failed, "already there", path_of(request.id));
  if (!status && status.error().kind == ErrorKind::not_found) return why_missing(request.id);
  if (!status) return status.error();
  return written(request.id, text);
}

Result<Folder::Seen> Folder::expect(const WriteRequest& request) {
  if (!is_object_name(request.id)) return refuse(ErrorKind::not_found, "no such file", path_of(request.id));
  auto info = services_.files.stat(path_of(request.id));
  auto text = info ? services_.files.read(path_of(request.id)) : Result<std::string>(info.error());
  if (!text) return text.error().kind == ErrorKind::not_found ? why_missing(request.id) : text.error();
  if (version_of(*text) != request.version)
    return refuse(ErrorKind::precondition_failed, "somebody else wrote first", path_of(request.id));
  return Seen{std::move(*text), std::move(*info)};
}

/// Files know no conditional write: a second look right before it leaves the shortest gap there can be.
Status Folder::unmoved(const std::string& id, const Seen& seen) {
  auto now = services_.files.stat(path_of(id));
  if (now && stamp_of(*now) == stamp_of(seen.info)) return {};
  return refuse(ErrorKind::precondition_failed, "somebody else wrote meanwhile", path_of(id));
}

Result<Written> Folder::update(const WriteRequest& request) {
  FASTI_TRY(const Seen old, expect(request));
  FASTI_TRY(const std::string text, text_after(request, request.uid, old.text, services_.clock.now()));
  FASTI_CHECK(unmoved(request.id, old));
  FASTI_CHECK(services_.files.write_atomically(path_of(request.id), text));
  return written(request.id, text);
}

Result<Written> Folder::remove(const WriteRequest& request) {
  FASTI_TRY(const Seen old, expect(request));
  FASTI_CHECK(unmoved(request.id, old));
  FASTI_CHECK(services_.files.remove(path_of(request.id)));
  return Written{request.id, "", std::nullopt};
}

}  // namespace ics
}  // namespace v1
}  // namespace fasti
