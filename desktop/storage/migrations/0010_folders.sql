-- Folders of the list of chats. A chat is in one of them or in none.
CREATE TABLE folder (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  opened INTEGER NOT NULL DEFAULT 1 CHECK (opened IN (0, 1))  -- whether its chats are shown
) STRICT;

ALTER TABLE chat ADD COLUMN folder INTEGER REFERENCES folder (key) ON DELETE SET NULL;
CREATE INDEX chat_by_folder ON chat (folder) WHERE folder IS NOT NULL;

-- Where a pinned chat stands among the others; NULL: above those that were put in order.
ALTER TABLE chat ADD COLUMN pin_place INTEGER;
