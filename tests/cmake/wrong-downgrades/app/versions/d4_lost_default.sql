-- The way back forgets the default
-- revision: d4
-- down_revision: c3
-- loses: users.nick

-- migrate:up
ALTER TABLE users DROP COLUMN nick;
-- migrate:down
ALTER TABLE users ADD COLUMN nick VARCHAR(20);
