-- Toys, and who has pets
--
-- revision: b2
-- down_revision: a1

-- migrate:up
CREATE TABLE toys (id INTEGER NOT NULL PRIMARY KEY);
CREATE VIEW owners AS SELECT DISTINCT owner FROM pets;
-- migrate:down
DROP VIEW owners;
DROP TABLE toys;
