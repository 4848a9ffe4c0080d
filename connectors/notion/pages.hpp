#pragma once
// Pages read whole: what an answer cuts short is fetched before anybody believes it, and each becomes an object.
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "connectors/notion/cell.hpp"
#include "connectors/notion/session.hpp"
#include "connectors/notion/tables.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

/// Reads the cells that the answer may have cut, of those that mappings use.
Status complete(Session& session, const Binding& binding, Page& page, const std::stop_token& stop);
/// bad_reply: this page cannot be read. transient: the schema has changed since it was read.
Result<RemoteObject> to_object(const Page& page, const Binding& binding, const std::string& place);
/// The version of what such an object shows.
std::string version_of(const Page& page, const RemoteObject& object);
/// As changes of a pull: what cannot be read is shown as such.
Result<std::vector<RemoteChange>> to_changes(Session& session, const Table& table, std::vector<Page>&& pages,
                                             const std::stop_token& stop);

/// One reply per id, in order. not_found: it is in the trash, or in another data source that a mapping uses. rejected:
/// nobody can tell what became of it.
std::vector<Result<Page>> get_pages(Session& session, const Tables& tables, const std::string& collection,
                                    std::span<const std::string> ids, const std::stop_token& stop);
/// Puts the text into a page, in the place of what stood there by us; what people wrote stays. Empty: takes ours away.
Status write_body(Session& session, const std::string& page, const std::string& text, const std::stop_token& stop);
/// Pages that carry one of these markers.
Result<std::vector<Page>> find_marked(Session& session, const Table& table, const std::string& store,
                                      const std::string& record, const std::stop_token& stop);

}  // namespace notion
}  // namespace v1
}  // namespace fasti
