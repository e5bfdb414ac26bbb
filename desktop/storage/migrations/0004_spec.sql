-- Which version of the instructions a reply was given: a short hash of them, never the text.

CREATE TABLE reply_spec (
  message INTEGER PRIMARY KEY REFERENCES message (key) ON DELETE CASCADE,
  spec TEXT NOT NULL
) STRICT;
