-- The whole store (see schema/README.md). Times are milliseconds since 1970 in UTC; 0 is "never". JSON values carry
-- their type ({"t":"span",…}) unless they are plain text, numbers or booleans.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
  row INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  fields TEXT NOT NULL,
  stamps TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX record_deleted ON record (kind) WHERE deleted = 1;

-- Which top-level text fields have been searched for, and their texts for every living record.
CREATE TABLE key_field (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  field TEXT NOT NULL,
  UNIQUE (kind, field)
) STRICT;
CREATE TABLE record_key (
  row INTEGER NOT NULL REFERENCES record (row) ON DELETE CASCADE,
  key_field INTEGER NOT NULL REFERENCES key_field (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  PRIMARY KEY (row, key_field)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_key_text ON record_key (key_field, text);

CREATE TABLE work (
  kind TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (kind, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY,
  run TEXT NOT NULL,
  at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type = 'observed' OR type = 'applied'),
  side TEXT NOT NULL,
  kind TEXT NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  before TEXT,
  after TEXT,
  cause TEXT NOT NULL
) STRICT;
CREATE INDEX journal_record ON journal (record);
CREATE INDEX journal_run ON journal (run) WHERE run <> '';
CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only');
END;
CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
BEGIN
  SELECT RAISE(ABORT, 'the journal is append-only');
END;

-- base_version IS NULL: the same as seen_version. (SQLite fills a temporary table for every IN of more than two.)
CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state = 'stranger' OR state = 'live' OR state = 'detached' OR state = 'parked' OR state = 'gone'),
  seen_present INTEGER NOT NULL,
  listing INTEGER NOT NULL,
  confirmed INTEGER NOT NULL,
  remote_id TEXT NOT NULL,
  seen_version TEXT NOT NULL,
  kind TEXT NOT NULL,
  record TEXT NOT NULL,
  uid TEXT NOT NULL,
  generation INTEGER NOT NULL,
  created INTEGER NOT NULL,
  base_present INTEGER NOT NULL,
  base_version TEXT,
  echo_pending INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  observed INTEGER NOT NULL,
  seen_after INTEGER NOT NULL,
  seen_until INTEGER NOT NULL,
  park_reason TEXT NOT NULL,
  park_hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX link_record ON link (record, kind, target) WHERE record <> '';
CREATE UNIQUE INDEX link_object ON link (target, remote_id) WHERE remote_id <> '';
CREATE INDEX link_uid ON link (uid) WHERE uid <> '';
CREATE INDEX link_target ON link (target);
CREATE INDEX link_exception ON link (target, state) WHERE state <> 'live' OR seen_present = 0;

-- Apart from link, so that looking up versions and stamping listings touches narrow rows only.
-- stored IS NULL: the same as sent. seen IS NULL: the same as stored.
CREATE TABLE link_values (
  link INTEGER PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
  sent TEXT NOT NULL,
  stored TEXT,
  seen TEXT,
  superseded TEXT,
  marker TEXT,
  churn TEXT,
  shadow TEXT NOT NULL
) STRICT;

CREATE TABLE target (
  name TEXT PRIMARY KEY,
  sync TEXT NOT NULL,
  connection TEXT NOT NULL,
  collection TEXT NOT NULL,
  cursor TEXT NOT NULL,
  cursor_key TEXT NOT NULL,
  mapping_hash TEXT NOT NULL,
  contacted INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  listing INTEGER NOT NULL,
  listed INTEGER NOT NULL,
  last_success INTEGER,
  held TEXT,
  error TEXT NOT NULL
) STRICT;

CREATE TABLE run (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  command TEXT NOT NULL,
  outcome TEXT NOT NULL,
  started INTEGER NOT NULL,
  finished INTEGER,
  undone_by TEXT,
  report TEXT NOT NULL,
  held TEXT NOT NULL
) STRICT;

-- encoded IS NULL: the same as set_values. before_stored IS NULL: the same as before_sent. before_seen IS NULL: the
-- same as before_stored.
CREATE TABLE intent (
  row INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL,
  target TEXT NOT NULL,
  link INTEGER NOT NULL,
  kind TEXT NOT NULL,
  record TEXT NOT NULL,
  op TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'open' OR state = 'confirmed' OR state = 'failed' OR state = 'abandoned'),
  at INTEGER NOT NULL,
  remote_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  expected_version TEXT NOT NULL,
  after_version TEXT NOT NULL,
  error TEXT NOT NULL,
  set_values TEXT NOT NULL,
  clear TEXT,
  remove_parts TEXT,
  encoded TEXT,
  verbatim TEXT NOT NULL,
  before_present INTEGER NOT NULL,
  before_sent TEXT NOT NULL,
  before_stored TEXT,
  before_seen TEXT,
  before_shadow TEXT NOT NULL
) STRICT;
CREATE INDEX intent_run ON intent (run);
CREATE INDEX intent_open ON intent (state) WHERE state = 'open';

CREATE TABLE conflict (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  open INTEGER NOT NULL,
  frozen INTEGER NOT NULL,
  kind TEXT NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  field_group TEXT NOT NULL,
  strategy TEXT NOT NULL,
  winner TEXT NOT NULL,
  run TEXT NOT NULL,
  at INTEGER NOT NULL,
  sides TEXT NOT NULL
) STRICT;
CREATE INDEX conflict_open ON conflict (record, kind) WHERE open = 1;

CREATE TABLE parked (
  target TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  record TEXT NOT NULL,
  direction TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL,
  hash TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (target, remote_id, record, direction)
) STRICT, WITHOUT ROWID;

-- For people.
CREATE VIEW tombstones AS
  SELECT kind, id, revision, strftime('%Y-%m-%dT%H:%M:%SZ', changed / 1000, 'unixepoch') AS deleted_at, fields
  FROM record WHERE deleted = 1;
CREATE VIEW journal_text AS
  SELECT seq, strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch') AS time, run, origin, type, side, kind, record,
         field, before, after, cause
  FROM journal;
CREATE VIEW link_text AS
  SELECT link.id, target, state, kind, record, remote_id, uid, seen_version, seen_present,
         strftime('%Y-%m-%dT%H:%M:%SZ', confirmed / 1000, 'unixepoch') AS confirmed_at,
         sent, coalesce(stored, sent) AS stored, coalesce(seen, stored, sent) AS seen
  FROM link JOIN link_values ON link_values.link = link.id;
CREATE VIEW run_text AS
  SELECT id, command, outcome, strftime('%Y-%m-%dT%H:%M:%SZ', started / 1000, 'unixepoch') AS started_at,
         (coalesce(finished, started) - started) / 1000.0 AS seconds, undone_by
  FROM run ORDER BY row DESC;
