#pragma once
// A folder with one .ics file per object (vdir, as vdirsyncer, khal and pimsync keep it): ids are file names. Other
// files (displayname, color), hidden ones and subfolders are left alone.
#include <string>

#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

bool is_calendar_name(const std::string& name);
/// A file name that every file system takes.
std::string file_name(const std::string& uid);

class Folder {
 public:
  Folder(Services& services, std::string path) : services_(services), path_(std::move(path)) {}

  Result<PullResult> pull(const PullRequest& request, const PageSink& sink);
  Result<RemoteObject> fetch(const std::string& id);
  Result<Written> create(const WriteRequest& request);
  Result<Written> update(const WriteRequest& request);
  Result<Written> remove(const WriteRequest& request);

 private:
  struct Seen {
    std::string text;
    FileInfo info;
  };
  std::string path_of(const std::string& id) const { return path_ + "/" + id; }
  Result<RemoteChange> change_of(const FileInfo& info, const PullRequest& request);
  /// What is there, if it is what the request was made for.
  Result<Seen> expect(const WriteRequest& request);
  Status unmoved(const std::string& id, const Seen& seen);
  /// not_found only when the folder is there and does not list the name.
  Error why_missing(const std::string& id);

  Services& services_;
  std::string path_;
};

}  // namespace ics
}  // namespace v1
}  // namespace fasti
