#pragma once
// Records from files and into files: CSV, JSON and .ics. Reading decides nothing but what a file says; ids and keys of
// records that are there already are settled in assign_ids.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/csv/csv.hpp"
#include "app/record_view.hpp"
#include "engine/mapping/mapping.hpp"
#include "engine/model/kind.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

/// A record as a file tells it. Without an id yet: the kind's key, or a new id, will say who it is.
struct Incoming {
  Record record;
  std::string place;  ///< "games.csv:3:1"
};

struct IncomingFile {
  std::vector<Incoming> records;
  std::vector<std::string> notes;  ///< what was not imported and is no error: columns nobody maps
};

Result<IncomingFile> read_csv(const std::string& file, std::string_view text, const Mapping& mapping, const Kind& kind,
                              const ReferenceView& references);
Result<IncomingFile> read_ics(const std::string& file, std::string_view text, const Mapping& mapping, const Kind& kind,
                              const ReferenceView& references);
/// Our own id where we wrote the event; else its UID, so that a second import finds the same record.
std::string event_record_id(const RemoteObject& object);
/// `kind_name` may be empty: then every record says its own.
Result<IncomingFile> read_json_records(const std::string& file, std::string_view text, const std::string& kind_name,
                                       const std::map<std::string, Kind>& kinds);

/// Gives every record without an id the one of the record with the same key, or a new one. bad_input when two rows are
/// the same record.
Status assign_ids(std::vector<Incoming>& incoming, const std::map<std::string, Kind>& kinds, const Hub& hub);

Result<std::string> write_csv(const std::vector<Record>& records, const Mapping& mapping,
                              const ReferenceView& references);
Result<std::string> write_ics(const std::vector<Record>& records, const Mapping& mapping,
                              const ReferenceView& references, Instant now);

}  // namespace app
}  // namespace v1
}  // namespace fasti
