#pragma once
// Putting a master and its exceptions together, which the API lists as events of their own, in any order.
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/google/session.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

struct Series {
  Item master;
  std::vector<Item> exceptions;
};

/// The exceptions of each master, asked for. An item that is given counts unless what is listed was updated later.
std::vector<Result<Series>> gather(Session& session, const std::string& collection, std::vector<Series> known,
                                   const std::stop_token& stop);
/// Puts the item where its id is, or adds it.
void merge_item(std::vector<Item>& items, Item item);

/// One reply per id, in order; not_found also for what is deleted. Series have their exceptions with them.
std::vector<Result<Series>> get_events(Session& session, const std::string& collection,
                                       std::span<const std::string> ids, const std::stop_token& stop);

/// All pages of a listing that names its own parameters.
Result<std::vector<Item>> list_items(Session& session, const std::string& collection, const Query& query,
                                     const std::stop_token& stop);

Result<RemoteObject> read_series(Session& session, const std::string& collection, const Series& series);

}  // namespace google
}  // namespace v1
}  // namespace fasti
