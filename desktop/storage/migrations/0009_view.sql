-- How a chat was left: where in it one read, and whether an answer came since.
CREATE TABLE chat_view (
  chat INTEGER PRIMARY KEY REFERENCES chat (key) ON DELETE CASCADE,
  unread INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1)),
  message INTEGER,  -- key of the message at the top of the view; NULL, or of none that is left: the end
  part INTEGER NOT NULL DEFAULT 0 CHECK (part BETWEEN 0 AND 1000)  -- how much of its height was above, in 1000
) STRICT;
