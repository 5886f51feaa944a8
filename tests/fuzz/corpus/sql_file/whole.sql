-- Add file size field
--
-- revision: 31eb30e5f037
-- down_revision: f140e6f46727, 20250605
-- branch_labels: files
-- depends_on: users
-- created: 2025-07-09T11:51:44Z
-- loses: file_metadata.file_size

-- migrate:up transaction:false
ALTER TABLE file_metadata ADD COLUMN file_size BIGINT;
-- migrate:up dialect:sqlite foreign_keys:on
CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT CASE 1 WHEN 2 THEN 3 END; END;
-- migrate:up dialect:postgresql
DO $do$ BEGIN EXECUTE E'it\'s'; END $do$;
-- migrate:down
ALTER TABLE file_metadata DROP COLUMN file_size;
