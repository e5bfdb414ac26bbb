-- How chats are answered: a chat's own settings (chat), a named set (name), or what new chats begin with (neither).
CREATE TABLE chat_settings (
  key INTEGER PRIMARY KEY,
  chat INTEGER UNIQUE REFERENCES chat (key) ON DELETE CASCADE,
  name TEXT UNIQUE,
  instructions TEXT NOT NULL DEFAULT '',  -- of a named set; a chat's own are in chat.system_prompt
  options TEXT NOT NULL,  -- JSON: numbers only
  json_schema TEXT,
  CHECK (chat IS NULL OR name IS NULL)
) STRICT;

CREATE TABLE stop_word (
  settings INTEGER NOT NULL REFERENCES chat_settings (key) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  word TEXT NOT NULL,
  PRIMARY KEY (settings, place)
) STRICT, WITHOUT ROWID;
