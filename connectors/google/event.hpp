#pragma once
// Google's event resources as typed properties. One object is one series: its master and the exceptions of it, which
// the API gives as resources of their own. Reading only; body.hpp writes. Pure.
//
// Properties that mappings may name (by path, so also "summary@2026-04-13T18:00:00" for an exception); what has its
// default value is absent, whether the API leaves it out or not:
//   summary description location status visibility transparency colorId   text
//   start (covers start and end)  span       recurrence  recurrence: cancelled occurrences are among its exdates
//   attendees  people                        reminders  reminders, absent while the calendar's defaults apply
//   source (source.url)  url                 conference (the solution's type: "hangoutsMeet")  text
//   hangoutLink  url, read only
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fasti/connector.hpp>

namespace fasti {
inline namespace v1 {
namespace google {

/// Private extended properties of ours.
inline constexpr const char* kStoreKey = "fasti-store";
inline constexpr const char* kRecordKey = "fasti-record";
inline constexpr const char* kOriginKey = "fasti-origin";  ///< "created" or "adopted"
inline constexpr const char* kWriteKey = "fasti-write";    ///< the marker's stamp
/// On a master whose write takes several requests, until the last one: the key of that write.
inline constexpr const char* kOpenKey = "fasti-open";
/// "cancelled": a booking that is off. The API's own status of that name deletes the event.
inline constexpr const char* kStatusKey = "fasti-status";

std::vector<PropertyInfo> property_list();

/// What has to be known of an event before it can be read as a part of something.
struct Item {
  std::string id;
  std::string etag;
  std::string uid;
  std::string master;    ///< recurringEventId: it is an exception
  std::string original;  ///< originalStartTime as the API writes it: a date, or a time with its offset
  bool cancelled = false;
  bool series = false;  ///< has a recurrence
  bool hidden = false;  ///< no event of people: birthdays and working places
  std::string json;     ///< as it came, without white space
};

struct Page {
  std::vector<Item> items;
  std::string next_page;
  std::string sync_token;
  std::string zone;
  std::string access_role;
};

/// bad_reply when it is not what it should be.
Result<Page> read_page(std::string_view body);
Result<Item> read_item(std::string_view body);

/// The shadow: a JSON array of the master and its exceptions, in the order of their original starts.
std::string make_shadow(const Item& master, std::vector<Item> exceptions);
/// The items of a shadow, the master first. bad_input when it is none.
Result<std::vector<Item>> read_shadow(std::string_view shadow);

/// The master's ETag, and a digest of the exceptions behind it where there are any: they have ETags of their own.
std::string version_of(const Item& master, std::span<const Item> exceptions);
/// The master's part of a version.
std::string master_etag(const std::string& version);

/// bad_input names what cannot be read: a zone nobody knows, times of two kinds, …
Result<RemoteObject> read_object(const Item& master, std::vector<Item> exceptions);

/// kOpenKey of a master; empty: no write is under way.
std::string open_key(const Item& master);
/// `updated` of an item.
std::optional<Instant> updated_of(const Item& item);
/// Whether people other than the calendar's owner are invited to it.
bool has_guests(const Item& item);

/// The part that an occurrence at its own place has.
std::string span_key(const Span& span);

/// The part that an exception is of, in the series' zone ("2026-04-13T18:00:00", "2026-04-13").
Result<std::string> part_of(const Item& exception, const Span& series);

}  // namespace google
}  // namespace v1
}  // namespace fasti
