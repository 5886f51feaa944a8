-- A view, in SQL
-- revision: b2
-- down_revision: a1

-- migrate:up
CREATE VIEW adults AS SELECT id, name FROM people WHERE name <> '';
-- migrate:down
DROP VIEW adults;
