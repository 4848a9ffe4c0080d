#pragma once
// One .ics file with many objects: ids are UIDs. However many writes a batch has, the file is read once and replaced
// once; everything that is not written stays byte for byte.
#include <map>
#include <span>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/http/services.hpp"
#include "connectors/ical/object.hpp"

namespace fasti {
inline namespace v1 {
namespace ics {

class SingleFile {
 public:
  SingleFile(Services& services, std::string path) : services_(services), path_(std::move(path)) {}

  Status make();
  Result<PullResult> pull(const PullRequest& request, const PageSink& sink);
  std::vector<Result<RemoteObject>> fetch(std::span<const std::string> ids);
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, std::stop_token stop);

 private:
  struct Content {
    std::string text;
    std::map<std::string, ical::CalendarPart> parts;
    FileInfo info;
  };
  Result<Content> read();
  /// Of a file that was there: its absence says nothing about the objects.
  Result<Content> read_again();
  /// False: somebody wrote between our look and our write; nothing happened.
  bool try_send(std::span<const WriteRequest> requests, std::vector<Result<Written>>& replies);
  Status write(const Content& seen, const std::map<std::string, std::string>& staged, std::string& merged);

  Services& services_;
  std::string path_;
};

}  // namespace ics
}  // namespace v1
}  // namespace fasti
