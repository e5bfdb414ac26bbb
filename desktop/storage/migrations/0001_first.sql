-- The vault's first shape. Times are milliseconds since 1970, UTC. Keys are for joins inside the file; ids are
-- what the world outside sees. What comes later (folders, feedback, attachments) gets tables of its own.

CREATE TABLE vault (
  key INTEGER PRIMARY KEY CHECK (key = 1),
  database_id TEXT NOT NULL,  -- the same as in keyslots.json
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE chat (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  model TEXT,
  head INTEGER,  -- the leaf of the shown path
  messages INTEGER NOT NULL DEFAULT 0,  -- over all branches, without system messages
  training_consent INTEGER NOT NULL DEFAULT 0 CHECK (training_consent IN (0, 1)),
  pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
  archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
  retention_days INTEGER CHECK (retention_days > 0),
  delete_due INTEGER,  -- set: hidden, and erased after this time
  system_prompt TEXT,
  -- The head is a message of this very chat.
  FOREIGN KEY (key, head) REFERENCES message (chat, key) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX chat_by_change ON chat (updated_at) WHERE delete_due IS NULL;
CREATE INDEX chat_by_due ON chat (delete_due) WHERE delete_due IS NOT NULL;

CREATE TABLE message (
  key INTEGER PRIMARY KEY,  -- created_at, moved on to the next free millisecond: the newest has the largest
  id TEXT NOT NULL UNIQUE,
  chat INTEGER NOT NULL REFERENCES chat (key),
  parent INTEGER,
  role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
  status TEXT NOT NULL CHECK (status IN ('streaming', 'complete', 'stopped', 'failed', 'interrupted')),
  created_at INTEGER NOT NULL,
  length INTEGER NOT NULL,  -- characters
  lines INTEGER NOT NULL,
  model TEXT,
  stop_reason TEXT CHECK (stop_reason IN ('end', 'length', 'cancelled', 'error')),
  stats TEXT,  -- JSON
  content TEXT NOT NULL,  -- last, so that reading the other columns never walks a long text's pages
  UNIQUE (chat, key),
  -- A parent is a message of the same chat.
  FOREIGN KEY (chat, parent) REFERENCES message (chat, key)
) STRICT;

-- Holds all that a path needs, so that opening a long chat never decrypts the pages with its texts.
CREATE INDEX message_tree ON message (chat, parent, role, key, status, length, lines, id);
CREATE INDEX message_streaming ON message (key) WHERE status = 'streaming';

-- When consent to training was given and withdrawn; chat.training_consent is the last word.
CREATE TABLE consent (
  key INTEGER PRIMARY KEY,
  chat INTEGER NOT NULL REFERENCES chat (key) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  granted INTEGER NOT NULL CHECK (granted IN (0, 1))
) STRICT;

CREATE INDEX consent_by_chat ON consent (chat, at);

-- What was being written and not yet sent.
CREATE TABLE draft (
  chat INTEGER PRIMARY KEY REFERENCES chat (key) ON DELETE CASCADE,
  updated_at INTEGER NOT NULL,
  content TEXT NOT NULL
) STRICT;

-- What was exported, imported, deleted, consented, downloaded: counts and kinds, never content.
CREATE TABLE activity (
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  details TEXT NOT NULL  -- JSON
) STRICT;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL  -- JSON
) STRICT, WITHOUT ROWID;

-- Model files the person added; their paths tell about the person, so they lie here.
CREATE TABLE model (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;

-- Full-text search over finished messages. index_text() is ours (storage/text.py): it sets CJK characters apart.
-- It is given bytes, because text would reach it cut off at the first NUL.
CREATE VIEW message_text (key, content) AS
  SELECT key, index_text(CAST(content AS BLOB)) FROM message WHERE status <> 'streaming';

CREATE VIRTUAL TABLE message_index USING fts5 (
  content, content = 'message_text', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2'
);

-- Without it a deleted message's words stay in the index until segments are merged.
INSERT INTO message_index (message_index, rank) VALUES ('secure-delete', 1);

-- The words the index knows, for the look after a deletion.
CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_index, row);
