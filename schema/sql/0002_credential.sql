-- Secrets that a sign-in gave, sealed (AES-256-GCM) with a key that is not in this file.
CREATE TABLE credential (
  connection TEXT NOT NULL,
  key TEXT NOT NULL,
  sealed TEXT NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (connection, key)
) STRICT, WITHOUT ROWID;
