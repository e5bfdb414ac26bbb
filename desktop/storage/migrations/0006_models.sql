-- The models a person has: what each file says of itself, what was measured here, and which chat wants which.

DROP TABLE model;  -- never written to before this step

CREATE TABLE model (
  key INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,  -- of the file; names the model
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  card TEXT NOT NULL,  -- JSON: the file's own claims
  downloaded INTEGER NOT NULL DEFAULT 0 CHECK (downloaded IN (0, 1)),  -- by this app, which may delete it
  added_at INTEGER NOT NULL
) STRICT;

-- What answering was like; of the model Inglenook came with, too, whose id is 'bundled'.
CREATE TABLE model_measure (
  model TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  tokens_per_second REAL,
  memory INTEGER  -- bytes of the process that held it
) STRICT, WITHOUT ROWID;

-- The model chosen for one chat; without a row the usual one answers.
CREATE TABLE chat_model (
  chat INTEGER PRIMARY KEY REFERENCES chat (key) ON DELETE CASCADE,
  model TEXT NOT NULL
) STRICT;
