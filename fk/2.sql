-- two
-- revision: k2
-- down_revision: k1

-- migrate:up
DELETE FROM p;
-- migrate:down
