-- An index that keeps nobody out
--
-- revision: d4
-- down_revision: c3

-- migrate:up dialect:postgresql transaction:false
CREATE INDEX CONCURRENTLY people_name ON people (name);
-- migrate:down dialect:postgresql transaction:false
DROP INDEX CONCURRENTLY people_name;
-- migrate:up dialect:sqlite transaction:false
CREATE INDEX people_name ON people (name);
VACUUM;
-- migrate:down dialect:sqlite transaction:false
DROP INDEX people_name;
