#include "connectors/ics/single_file.hpp"

#include <algorithm>
#include <filesystem>

#include "connectors/ics/cursor.hpp"
#include "connectors/ics/item.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {
namespace {

constexpr std::size_t kPage = 500;
constexpr int kTries = 3;

using Staged = std::map<std::string, std::string>;
using Parts = std::map<std::string, ical::CalendarPart>;

Result<Parts> parts_of(const std::string& text, const std::string& path) {
  auto split = ical::split_calendar(text);
  if (!split)
    return refuse(ErrorKind::bad_reply, split.error().message, path + ": " + split.error().place,
                  "repair the file, or restore it from a backup");
  Parts parts;
  for (ical::CalendarPart& part : *split) parts.emplace(part.uid, std::move(part));
  return parts;
}

/// The text to put in (empty: take it out), or why not.
Result<std::string> stage(const WriteRequest& request, const Parts& parts, const Staged& staged, Instant now) {
  const auto there = parts.find(request.id);
  if (staged.count(request.id) != 0)
    return refuse(ErrorKind::precondition_failed, "written before in the same batch", request.id);
  if (request.op == WriteOp::create) {
    if (request.id.empty()) return refuse(ErrorKind::rejected, "an object of a single file needs a UID", "");
    if (there != parts.end()) return refuse(ErrorKind::precondition_failed, "already there", request.id);
    FASTI_TRY(std::string text, text_after(request, request.id, "", now));
    FASTI_TRY(const RemoteObject made, read_item(request.id, text));
    if (made.uid != request.id) return refuse(ErrorKind::rejected, "the UID cannot be written as it is", request.id);
    return text;
  }
  if (there == parts.end()) return refuse(ErrorKind::not_found, "no such object", request.id);
  if (version_of(there->second.text) != request.version)
    return refuse(ErrorKind::precondition_failed, "somebody else wrote first", request.id);
  if (request.op == WriteOp::remove) return std::string();
  FASTI_TRY(std::string text, text_after(request, request.uid, there->second.text, now));
  // An object without UID is known by its content's hash: written down, so that it stays the same object.
  return ical::with_uid(text, request.id);
}

}  // namespace

Status SingleFile::make() {
  FASTI_CHECK(services_.files.make_folders(std::filesystem::path(path_).parent_path().string()));
  FASTI_TRY(const std::string empty, ical::merge_into_calendar("", Staged{}));
  return services_.files.write_new(path_, empty);
}

Result<SingleFile::Content> SingleFile::read() {
  Content out;
  FASTI_TRY(out.info, services_.files.stat(path_));
  FASTI_TRY(out.text, services_.files.read(path_));
  FASTI_TRY(out.parts, parts_of(out.text, path_));
  return out;
}

Result<SingleFile::Content> SingleFile::read_again() {
  auto content = read();
  if (!content && content.error().kind == ErrorKind::not_found)
    return refuse(ErrorKind::disk, "the file is gone", path_, "bring it back, or correct `collection`");
  return content;
}

Result<PullResult> SingleFile::pull(const PullRequest& request, const PageSink& sink) {
  const Instant listed_at = services_.clock.now();
  const Cursor old = Cursor::of(request, listed_at);
  FASTI_TRY(const FileInfo info, services_.files.stat(path_));
  std::vector<RemoteChange> changes;
  bool unchanged = old.still("", info);
  for (const auto& [id, entry] : old.entries) {
    if (!unchanged) break;
    if (id.empty()) continue;
    unchanged = is_known(request, id, entry.version);
    changes.push_back(listed(id, entry.version));
  }
  Cursor next = old;
  if (!unchanged) {
    changes.clear();
    FASTI_TRY(Content content, read());
    next.entries = {{"", {"", settled_stamp(info, listed_at)}}};
    for (auto& [id, part] : content.parts) {
      next.entries[id] = {version_of(part.text), std::nullopt};
      changes.push_back(look_at(request, std::move(part)));
    }
  }
  for (std::size_t from = 0; from < changes.size(); from += kPage) {
    FASTI_CHECK(stopped(request.stop, path_));
    const auto begin = changes.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = changes.begin() + static_cast<std::ptrdiff_t>(std::min(from + kPage, changes.size()));
    FASTI_CHECK(sink({std::make_move_iterator(begin), std::make_move_iterator(end)}));
  }
  return PullResult{Coverage::complete, next.text(), false};
}

std::vector<Result<RemoteObject>> SingleFile::fetch(std::span<const std::string> ids) {
  std::vector<Result<RemoteObject>> out;
  const auto content = read_again();
  for (const std::string& id : ids) {
    if (!content) {
      out.emplace_back(content.error());
      continue;
    }
    const auto part = content->parts.find(id);
    out.push_back(part == content->parts.end() ? refuse(ErrorKind::not_found, "no such object", path_ + ": " + id)
                                               : read_item(part->second));
  }
  return out;
}

Status SingleFile::write(const Content& seen, const Staged& staged, std::string& merged) {
  FASTI_TRY(merged, ical::merge_into_calendar(seen.text, staged));
  if (merged == seen.text) return {};
  // Files know no conditional write: a second look right before it leaves the shortest gap there can be.
  const auto now = services_.files.stat(path_);
  if (!now || stamp_of(*now) != stamp_of(seen.info))
    return refuse(ErrorKind::precondition_failed, "somebody else wrote meanwhile", path_);
  return services_.files.write_atomically(path_, merged);
}

bool SingleFile::try_send(std::span<const WriteRequest> requests, std::vector<Result<Written>>& replies) {
  replies.clear();
  auto content = read_again();
  if (!content) {
    replies.assign(requests.size(), Result<Written>(content.error()));
    return true;
  }
  Staged staged;
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto text = stage(requests[i], content->parts, staged, services_.clock.now());
    replies.emplace_back(text ? Result<Written>(Written{requests[i].id, "", std::nullopt}) : text.error());
    if (!text) continue;
    staged.emplace(requests[i].id, std::move(*text));
    waiting.push_back(i);
  }
  if (waiting.empty()) return true;
  std::string merged;
  const Status status = write(*content, staged, merged);
  if (!status) {
    for (std::size_t i : waiting) replies[i] = status.error();
    return status.error().kind != ErrorKind::precondition_failed;
  }
  // The version is that of the object's part in the file, not of what was handed over.
  const auto stored = parts_of(merged, path_);
  for (std::size_t i : waiting) {
    if (requests[i].op == WriteOp::remove || !stored) continue;
    const auto part = stored->find(requests[i].id);
    if (part == stored->end()) continue;
    if (auto echo = read_item(part->second)) replies[i] = Written{echo->id, echo->version, *echo};
  }
  return true;
}

std::vector<Result<Written>> SingleFile::send(std::span<const WriteRequest> requests, std::stop_token stop) {
  std::vector<Result<Written>> replies;
  if (const auto status = stopped(stop, path_); !status) {
    replies.assign(requests.size(), Result<Written>(status.error()));
    return replies;
  }
  for (int i = 0; i < kTries; ++i)
    if (try_send(requests, replies)) break;
  return replies;
}

}  // namespace ics
}  // namespace v1
}  // namespace fasti
