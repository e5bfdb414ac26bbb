-- What a person thinks of answers, what they say about the filter, and what left as training data.

CREATE TABLE feedback (
  message INTEGER PRIMARY KEY REFERENCES message (key) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  rating INTEGER NOT NULL CHECK (rating IN (-1, 1)),
  reason TEXT NOT NULL DEFAULT '',
  correction TEXT  -- what the answer should have been
) STRICT;

-- One word of the person for one value in one chat: to be hidden always, or never.
CREATE TABLE filter_choice (
  chat INTEGER NOT NULL REFERENCES chat (key) ON DELETE CASCADE,
  value TEXT NOT NULL,
  hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
  PRIMARY KEY (chat, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE training_export (
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  sha256 TEXT NOT NULL  -- of the manifest
) STRICT;

-- Which chats were in it, so that whoever withdraws one hears what was exported before.
CREATE TABLE training_export_chat (
  export INTEGER NOT NULL REFERENCES training_export (key) ON DELETE CASCADE,
  chat INTEGER NOT NULL REFERENCES chat (key) ON DELETE CASCADE,
  PRIMARY KEY (export, chat)
) STRICT, WITHOUT ROWID;

CREATE INDEX training_export_by_chat ON training_export_chat (chat);
