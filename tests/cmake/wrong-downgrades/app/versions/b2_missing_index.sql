-- The way back forgets the index
-- revision: b2
-- down_revision: a1

-- migrate:up
DROP INDEX ix_users_email;
-- migrate:down
