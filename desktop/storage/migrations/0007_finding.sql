-- The index also knows words by their first two and three letters, so that what is found while one types need
-- not be gathered from every word that begins so. Its words can be listed, for the longer beginnings.

DROP TABLE message_terms;
DROP TABLE message_index;

CREATE VIRTUAL TABLE message_index USING fts5 (
  content, content = 'message_text', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3'
);

-- Without it a deleted message's words stay in the index until segments are merged.
INSERT INTO message_index (message_index, rank) VALUES ('secure-delete', 1);
INSERT INTO message_index (message_index) VALUES ('rebuild');

-- The words the index knows, for the look after a deletion.
CREATE VIRTUAL TABLE message_terms USING fts5vocab (message_index, row);
-- The same, one row a place: going from word to word in it costs one look each.
CREATE VIRTUAL TABLE message_words USING fts5vocab (message_index, instance);
