-- Answers that the person wrote anew; what the model said stays beside them.
CREATE TABLE edited_answer (
  message INTEGER PRIMARY KEY REFERENCES message (key) ON DELETE CASCADE
) STRICT;

-- A message that is deleted, with all below it, waits to be erased in a chat of its own, whose delete_due is set:
-- nothing that reads chats sees it. This is the way back.
CREATE TABLE removed_branch (
  chat INTEGER PRIMARY KEY REFERENCES chat (key) ON DELETE CASCADE,
  origin INTEGER NOT NULL REFERENCES chat (key) ON DELETE CASCADE,
  parent INTEGER,  -- the key of the message it hung on
  head INTEGER  -- the leaf of the shown path, if that went along
) STRICT;

CREATE INDEX removed_branch_by_origin ON removed_branch (origin);
