-- Right, on top of a wrong one
-- revision: c3
-- down_revision: b2

-- migrate:up
ALTER TABLE users ADD COLUMN phone VARCHAR(20);
-- migrate:down
ALTER TABLE users DROP COLUMN phone;
