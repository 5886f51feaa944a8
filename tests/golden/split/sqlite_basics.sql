-- sqlite
-- Comments before a statement are not part of it; those inside are.
CREATE TABLE "a;b" (
  id INTEGER PRIMARY KEY, -- the key; really
  `x;y` TEXT DEFAULT 'it''s; fine' /* ; */,
  [z;'] BLOB DEFAULT X'3B'
); -- after it
;;
  INSERT INTO "a;b" VALUES (1, 'a
;
b', NULL);   SELECT * FROM "a;b" WHERE id = :id AND "x;y" = ?1
-- the end, without a semicolon;
