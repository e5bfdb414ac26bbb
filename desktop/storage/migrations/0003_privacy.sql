-- When a message was put right at the person's request; the words it had are nowhere.
CREATE TABLE correction (
  message INTEGER PRIMARY KEY REFERENCES message (key) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;

-- Every use of the network: when, what for, with whom and how much; never an address below the host.
CREATE TABLE network_use (
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  purpose TEXT NOT NULL,  -- one word, such as model
  host TEXT NOT NULL,
  bytes_in INTEGER NOT NULL CHECK (bytes_in >= 0),
  bytes_out INTEGER NOT NULL CHECK (bytes_out >= 0)
) STRICT;
