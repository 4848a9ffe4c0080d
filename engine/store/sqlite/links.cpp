// Links: a narrow row that listings and version look-ups touch, and the values beside it.
#include <array>

#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"
#include "engine/store/sqlite/properties.hpp"
#include "engine/store/sqlite/row_json.hpp"
#include "engine/store/sqlite/store_impl.hpp"

namespace fasti {
inline namespace v1 {
namespace store {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::array<const char*, 5> kStates{"stranger", "live", "detached", "parked", "gone"};

const char* state_name(LinkState state) { return kStates.at(static_cast<std::size_t>(state)); }

std::optional<LinkState> read_state(std::string_view text) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (text == kStates.at(i)) return static_cast<LinkState>(i);
  }
  return std::nullopt;
}

#define FASTI_LINK                                                                                           \
  "SELECT id, target, kind, record, remote_id, uid, state, generation, created, base_present, seen_present," \
  " coalesce(base_version, seen_version), seen_version, echo_pending, listing, missed, confirmed, observed," \
  " seen_after, seen_until, park_reason, park_hash, sent, stored, seen, superseded, marker, churn, shadow"   \
  " FROM link JOIN link_values ON link_values.link = link.id "

Status read_narrow(const Query& query, Link& link) {
  link.id = query.number(0);
  link.target = query.text(1);
  link.kind = query.text(2);
  link.record = query.text(3);
  link.remote_id = query.text(4);
  link.uid = query.text(5);
  const auto state = read_state(query.view(6));
  if (!state) return Error{ErrorKind::corrupt_store, "unknown state " + query.text(6), "", "", std::nullopt};
  link.state = *state;
  link.generation = static_cast<int>(query.number(7));
  link.created = query.flag(8);
  link.base_present = query.flag(9);
  link.seen_present = query.flag(10);
  link.base_version = query.text(11);
  link.seen_version = query.text(12);
  link.echo_pending = query.flag(13);
  link.listing = query.number(14);
  link.missed = static_cast<int>(query.number(15));
  link.confirmed = query.instant(16);
  link.observed = query.instant(17);
  link.seen_after = query.instant(18);
  link.seen_until = query.instant(19);
  link.park_reason = query.text(20);
  link.park_hash = query.text(21);
  return {};
}

Status read_wide(const Query& query, Link& link) {
  FASTI_CHECK(read_properties_column(query, 22, {}, link.sent));
  FASTI_CHECK(read_properties_column(query, 23, link.sent, link.stored));
  FASTI_CHECK(read_properties_column(query, 24, link.stored, link.seen));
  FASTI_TRY(link.superseded, read_list(query.view(25)));
  FASTI_TRY(link.marker, read_marker(query.view(26)));
  FASTI_TRY(link.churn, read_counters(query.view(27)));
  link.shadow = query.text(28);
  return {};
}

Result<Link> read_link(const Database& db, const Query& query) {
  Link link;
  Status status = read_narrow(query, link);
  if (status.ok()) status = read_wide(query, link);
  if (!status) return damaged(db.path(), "link " + std::to_string(link.id) + ": " + status.error().message);
  return link;
}

Result<std::vector<Link>> read_links(Database& db, Query& query) {
  std::vector<Link> links;
  while (query.row()) {
    FASTI_TRY(Link link, read_link(db, query));
    links.push_back(std::move(link));
  }
  return links;
}

Result<std::optional<Link>> read_one(Database& db, Query& query) {
  if (!query.row()) return std::optional<Link>();
  FASTI_TRY(Link link, read_link(db, query));
  return std::optional<Link>(std::move(link));
}

/// The columns that indexes are made of, in the order of INSERT and UPDATE.
void bind_indexed(Query& query, const Link& link) {
  query.bind(link.target, state_name(link.state), link.seen_present, link.remote_id, link.kind, link.record, link.uid);
}

/// The others.
void bind_plain(Query& query, const Link& link) {
  query.bind(link.listing, link.confirmed, link.seen_version, link.generation, link.created, link.base_present);
  if (link.base_version == link.seen_version) {
    query.bind(std::optional<int>());
  } else {
    query.bind(link.base_version);
  }
  query.bind(link.echo_pending, link.missed, link.observed, link.seen_after, link.seen_until, link.park_reason,
             link.park_hash);
}

/// False when there is no such link.
bool update_link(Database& db, const Link& link) {
  Query plain(db,
              "UPDATE link SET listing = ?, confirmed = ?, seen_version = ?, generation = ?, created = ?,"
              " base_present = ?, base_version = ?, echo_pending = ?, missed = ?, observed = ?, seen_after = ?,"
              " seen_until = ?, park_reason = ?, park_hash = ? WHERE id = ?");
  bind_plain(plain, link);
  plain.bind(link.id).run();
  if (db.changes() == 0) return false;
  // SQLite rewrites the entries of every index whose columns are named, even where nothing moves.
  Query indexed(db,
                "UPDATE link SET target = ?1, state = ?2, seen_present = ?3, remote_id = ?4, kind = ?5, record = ?6,"
                " uid = ?7 WHERE id = ?8 AND (target <> ?1 OR state <> ?2 OR seen_present <> ?3 OR remote_id <> ?4"
                " OR kind <> ?5 OR record <> ?6 OR uid <> ?7)");
  bind_indexed(indexed, link);
  indexed.bind(link.id).run();
  return true;
}

}  // namespace

Result<std::int64_t> SqliteStore::save_link(const Link& link) {
  const std::string sent = tagged_json(link.sent);
  const auto stored = unless_same(link.stored, link.sent);
  const auto seen = unless_same(link.seen, link.stored);
  const auto superseded = list_json(link.superseded);
  const auto marker = marker_json(link.marker);
  const auto churn = counters_json(link.churn);
  return db().atomically([&]() -> Result<std::int64_t> {
    std::int64_t id = link.id;
    if (id == 0) {
      Query insert(db(),
                   "INSERT INTO link (target, state, seen_present, remote_id, kind, record, uid, listing, confirmed,"
                   " seen_version, generation, created, base_present, base_version, echo_pending, missed, observed,"
                   " seen_after, seen_until, park_reason, park_hash)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      bind_indexed(insert, link);
      bind_plain(insert, link);
      insert.run();
      id = db().last_row();
    } else if (!update_link(db(), link)) {
      return Error{ErrorKind::not_found, "there is no link " + std::to_string(id), link.target, "", std::nullopt};
    }
    Query(db(),
          "INSERT INTO link_values (link, sent, stored, seen, superseded, marker, churn, shadow)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET sent = excluded.sent, stored = excluded.stored,"
          " seen = excluded.seen, superseded = excluded.superseded, marker = excluded.marker, churn = excluded.churn,"
          " shadow = excluded.shadow")
        .bind(id, sent, stored, seen, superseded, marker, churn, link.shadow)
        .run();
    return id;
  });
}

Status SqliteStore::delete_link(std::int64_t id) {
  return db().guarded([&]() -> Status {
    Query(db(), "DELETE FROM link WHERE id = ?").bind(id).run();
    return {};
  });
}

Result<std::optional<Link>> SqliteStore::link(std::int64_t id) {
  return db().guarded([&] {
    Query query(db(), FASTI_LINK "WHERE id = ?");
    return read_one(db(), query.bind(id));
  });
}

Result<std::optional<Link>> SqliteStore::link_of_record(const std::string& target, const std::string& kind,
                                                        const std::string& record) {
  return db().guarded([&] {
    Query query(db(), FASTI_LINK "WHERE record = ? AND record <> '' AND kind = ? AND target = ?");
    return read_one(db(), query.bind(record, kind, target));
  });
}

Result<std::optional<Link>> SqliteStore::link_of_object(const std::string& target, const std::string& remote_id) {
  return db().guarded([&] {
    Query query(db(), FASTI_LINK "WHERE target = ? AND remote_id = ? AND remote_id <> ''");
    return read_one(db(), query.bind(target, remote_id));
  });
}

Result<std::vector<Link>> SqliteStore::links_of_record(const std::string& kind, const std::string& record) {
  return db().guarded([&] {
    Query query(db(), FASTI_LINK "WHERE record = ? AND record <> '' AND kind = ? ORDER BY id");
    return read_links(db(), query.bind(record, kind));
  });
}

Result<std::vector<Holder>> SqliteStore::holders_of_uid(const std::string& kind, const std::string& uid) {
  return db().guarded([&]() -> Result<std::vector<Holder>> {
    Query query(db(),
                "SELECT record, seen_present FROM link WHERE uid = ? AND uid <> '' AND kind = ? AND record <> ''"
                " ORDER BY id");
    query.bind(uid, kind);
    std::vector<Holder> holders;
    while (query.row()) holders.push_back({query.text(0), query.flag(1)});
    return holders;
  });
}

Result<std::vector<Link>> SqliteStore::links_in_state(const std::string& target, LinkState state) {
  const char* sql = FASTI_LINK "WHERE target = ? AND state = ? ORDER BY id";
  if (state != LinkState::live) sql = FASTI_LINK "WHERE target = ? AND state = ? AND state <> 'live' ORDER BY id";
  return db().guarded([&] {
    Query query(db(), sql);
    return read_links(db(), query.bind(target, state_name(state)));
  });
}

Status SqliteStore::each_link(const std::string& target, const std::function<Status(Link&&)>& f) {
  return each_batch(FASTI_LINK "WHERE target = ? AND id > ? ORDER BY id LIMIT ?", target, nullptr, f);
}

Status SqliteStore::each_link_in_state(const std::string& target, LinkState state,
                                       const std::function<Status(Link&&)>& f) {
  const char* sql = FASTI_LINK "WHERE target = ?1 AND id > ?2 AND state = ?3 ORDER BY id LIMIT ?4";
  if (state != LinkState::live) {
    sql = FASTI_LINK "WHERE target = ?1 AND id > ?2 AND state = ?3 AND state <> 'live' ORDER BY id LIMIT ?4";
  }
  return each_batch(sql, target, state_name(state), f);
}

Status SqliteStore::each_batch(const char* sql, const std::string& target, const char* state,
                               const std::function<Status(Link&&)>& f) {
  std::int64_t last = 0;
  while (true) {
    // Batches: no statement is open while f runs, so that f may use the store.
    auto batch = db().guarded([&] {
      Query query(db(), sql);
      query.bind(target, last);
      if (state != nullptr) query.bind(state);
      return read_links(db(), query.bind(static_cast<std::int64_t>(kBatch)));
    });
    if (!batch) return std::move(batch).error();
    const bool more = batch->size() == kBatch;
    if (more) last = batch->back().id;
    for (Link& link : *batch) FASTI_CHECK(f(std::move(link)));
    if (!more) return {};
  }
}

Result<std::optional<std::string>> SqliteStore::seen_version(const std::string& target, const std::string& remote_id) {
  return db().guarded([&]() -> Result<std::optional<std::string>> {
    Query query(db(),
                "SELECT seen_version FROM link WHERE target = ? AND remote_id = ? AND remote_id <> ''"
                " AND echo_pending = 0 AND seen_present = 1 AND state <> 'gone'");
    if (!query.bind(target, remote_id).row()) return std::optional<std::string>();
    return std::optional<std::string>(query.text(0));
  });
}

Status SqliteStore::stamp_listing(const std::string& target, const std::string& remote_id, std::int64_t listing,
                                  Instant confirmed) {
  return db().guarded([&]() -> Status {
    Query(db(), "UPDATE link SET listing = ?, confirmed = ? WHERE target = ? AND remote_id = ? AND remote_id <> ''")
        .bind(listing, confirmed, target, remote_id)
        .run();
    return {};
  });
}

Result<std::vector<Link>> SqliteStore::unstamped(const std::string& target, std::int64_t listing, Instant before) {
  return db().guarded([&] {
    Query query(db(), FASTI_LINK "WHERE target = ? AND seen_present = 1 AND listing < ? AND confirmed < ? ORDER BY id");
    return read_links(db(), query.bind(target, listing, before));
  });
}

Result<std::uint64_t> SqliteStore::count_links(const std::string& target) {
  return db().guarded([&]() -> Result<std::uint64_t> {
    Query query(db(),
                "SELECT (SELECT count(*) FROM link WHERE target = ?1) - (SELECT count(*) FROM link"
                " INDEXED BY link_exception WHERE target = ?1 AND (state <> 'live' OR seen_present = 0))");
    query.bind(target).row();
    return static_cast<std::uint64_t>(query.number(0));
  });
}

}  // namespace store
}  // namespace v1
}  // namespace fasti
