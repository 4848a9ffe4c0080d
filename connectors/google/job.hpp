#pragma once
// One write on its way: what write.cpp (the master) and occurrences.cpp (single occurrences) share. Not for others.
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/google/change.hpp"
#include "connectors/google/series.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

struct Job {
  const WriteRequest* request = nullptr;
  std::string id;
  std::string zone;              ///< the calendar's, where it is needed
  std::optional<Series> before;  ///< what is written over
  SeriesChange change;
  std::optional<Series> after;  ///< as the answers showed it
  bool refresh = false;         ///< `before` has to be read first
  bool restore = false;         ///< its id is taken by a deleted event, which is tried to be brought back
  bool resumed = false;         ///< `after` was there: only occurrences are left to write
  bool look = false;            ///< only the event itself can tell what became of the write
  bool looked = false;
  std::map<std::string, OccurrenceChange> open;  ///< occurrences still to write, by part
  std::map<std::string, Item> items;             ///< those of them that are known
  std::optional<Error> failure;                  ///< of an occurrence
  std::optional<Result<Written>> reply;

  void finish(Result<Written> result) { reply = std::move(result); }
  bool running() const { return !reply && !look && !refresh; }
};

/// The query of a write: who gets mail. rejected when guests would have to be told, and nobody has said how (rule 26).
Result<Query> mail_query(const Session& session, const Job& job, bool guests);
/// The marker to write, with the stamp of a finished write or without one; nullptr: none.
const Marker* marker_of(const Job& job, bool finished, Marker& storage);

/// Of a write that was stored in part and is not refused: the rest of it is still to come.
Error still_open(Error error);

/// Everything behind the master: occurrences are found, written, and the master is closed.
void write_occurrences(Session& session, std::vector<std::unique_ptr<Job>>& jobs, const std::stop_token& stop);

}  // namespace google
}  // namespace v1
}  // namespace fasti
