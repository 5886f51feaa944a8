-- create_table: types
CREATE TABLE typed (
  a BOOLEAN,
  b SMALLINT,
  c INTEGER,
  d BIGINT,
  e REAL,
  f DOUBLE PRECISION,
  g NUMERIC(10, 2),
  h TEXT,
  i VARCHAR(20),
  j CHAR(3),
  k BLOB,
  l DATE,
  m TIME,
  n DATETIME,
  o DATETIME,
  p TEXT,
  q TEXT,
  r TEXT,
  s CHAR(36),
  t TEXT,
  u int4range
);

-- create_table: columns and constraints
CREATE TABLE t (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  a VARCHAR(20) NOT NULL DEFAULT 'it''s' UNIQUE,
  b INTEGER DEFAULT (1 + 1),
  c BIGINT REFERENCES t (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  d TEXT GENERATED ALWAYS AS (upper(a)) STORED,
  "Weird Name" TEXT,
  CONSTRAINT uq_t UNIQUE (a, b),
  CHECK (b > 0),
  CONSTRAINT ck_t CHECK (a <> 'x'),
  CONSTRAINT fk_t FOREIGN KEY (c, b) REFERENCES u (x, y) MATCH FULL
);

-- create_table: keys of several columns, if_not_exists
CREATE TABLE IF NOT EXISTS t (
  a INTEGER,
  b INTEGER,
  PRIMARY KEY (b, a)
);

-- create_table: strict, without rowid
CREATE TABLE t (
  a TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- create_table: collation
CREATE TABLE t (
  a TEXT COLLATE NOCASE
);

-- create_table: partitioned
-- FAILED: SQLite has no partitions, which table t asks for

-- create_table: exclude
-- FAILED: SQLite has no EXCLUDE, which table t asks for

-- drop_table
DROP TABLE t;

-- drop_table: if_exists
DROP TABLE IF EXISTS t;

-- rename_table
ALTER TABLE t RENAME TO u;

-- create_table_comment

-- drop_table_comment

-- add_column
ALTER TABLE t ADD COLUMN a TEXT;

-- add_column: not null, default, comment
ALTER TABLE t ADD COLUMN a INTEGER NOT NULL DEFAULT 0;

-- add_column: unique
-- change table t: add column t.a

-- add_column: a default that is computed
-- change table t: add column t.a

-- add_column: foreign key
ALTER TABLE t ADD COLUMN a INTEGER REFERENCES u (id);

-- add_column: generated
-- change table t: add column t.a

-- add_column: if_not_exists
-- change table t: add column t.a

-- add_column: after
-- change table t: add column t.a

-- drop_column
-- change table t: drop column t.a

-- drop_column: if_exists
-- change table t: drop column t.a

-- alter_column: type
-- change table t: alter column t.a

-- alter_column: type, using
-- change table t: alter column t.a

-- alter_column: not null, default
-- change table t: alter column t.a

-- alter_column: nullable, no default
-- change table t: alter column t.a

-- alter_column: comment

-- alter_column: rename
ALTER TABLE t RENAME COLUMN a TO b;

-- alter_column: identity
-- change table t: alter column t.a

-- alter_column: no identity
-- change table t: alter column t.a

-- create_primary_key
-- change table t: add primary key pk to t

-- create_unique_constraint
-- change table t: add unique constraint uq to t

-- create_check_constraint
-- change table t: add check ck to t

-- create_foreign_key
-- change table t: add foreign key fk to t

-- create_foreign_key: not valid
-- change table t: add foreign key fk to t

-- create_exclude_constraint
-- FAILED: SQLite has no EXCLUDE, which table t asks for

-- add_constraint: nulls not distinct
-- FAILED: SQLite has no NULLS NOT DISTINCT, which a unique constraint of table t asks for

-- drop_constraint
-- change table t: drop constraint uq of t

-- drop_constraint: primary
-- change table t: drop primary key of t

-- rename_constraint
-- change table t: rename constraint uq of t to uq2

-- validate_constraint

-- create_index
CREATE INDEX ix ON t (a, b DESC);

-- create_index: unique, partial, expression, collation
CREATE UNIQUE INDEX ix ON t ((lower(a)), b COLLATE NOCASE) WHERE a IS NOT NULL;

-- create_index: PostgreSQL's options
-- FAILED: SQLite has no INCLUDE, which index ix asks for

-- drop_index
DROP INDEX IF EXISTS ix;

-- rename_index
-- rename index ix to ix2

-- create_partition
-- FAILED: SQLite has no partitions, which table t1 asks for

-- attach_partition
-- FAILED: SQLite has no partitions, which table t asks for

-- detach_partition
-- FAILED: SQLite has no partitions, which table t asks for

-- enable_row_level_security
-- FAILED: SQLite has no row level security, which table t asks for

-- disable_row_level_security
-- FAILED: SQLite has no row level security, which table t asks for

-- replace_materialized_view
-- FAILED: SQLite has no materialized views, which materialized view v asks for

-- grant
-- FAILED: SQLite has no privileges, which TABLE t asks for

-- revoke
-- FAILED: SQLite has no privileges, which SCHEMA s asks for

-- create_view
CREATE VIEW v AS SELECT a FROM t;

-- drop_view
DROP VIEW v;

-- replace_view
-- replace view v

-- create_materialized_view
-- FAILED: SQLite has no materialized views, which materialized view v asks for

-- drop_materialized_view
-- FAILED: SQLite has no materialized views, which materialized view v asks for

-- create_trigger
CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM u; END;

-- drop_trigger
DROP TRIGGER tr;

-- create_policy
-- FAILED: SQLite has no policies, which policy t.p asks for

-- drop_policy
-- FAILED: SQLite has no policies, which policy t.p asks for

-- create_function
-- FAILED: SQLite has no functions, which function f(a integer) asks for

-- replace_function
-- FAILED: SQLite has no functions, which function f(a integer) asks for

-- drop_function
-- FAILED: SQLite has no functions, which function f(integer) asks for

-- create_procedure
-- FAILED: SQLite has no procedures, which procedure p() asks for

-- drop_procedure
-- FAILED: SQLite has no procedures, which procedure p() asks for

-- create_sequence
-- FAILED: SQLite has no sequences, which sequence s asks for

-- drop_sequence
-- FAILED: SQLite has no sequences, which sequence s asks for

-- create_domain
-- FAILED: SQLite has no domains, which domain d asks for

-- drop_domain
-- FAILED: SQLite has no domains, which domain d asks for

-- create_schema
-- FAILED: SQLite has no schemas, which schema s asks for

-- drop_schema
-- FAILED: SQLite has no schemas, which schema s asks for

-- create_extension
-- FAILED: SQLite has no extensions, which extension pg_trgm asks for

-- drop_extension
-- FAILED: SQLite has no extensions, which extension pg_trgm asks for

-- create_table: enumeration
CREATE TABLE t (
  a TEXT NOT NULL,
  CONSTRAINT "mood.a" CHECK (a IN ('sad', 'it''s ok'))
);

-- create_table: array
-- FAILED: SQLite has no arrays, which a column asks for

-- add_column: enumeration
-- change table t: add column t.a; add check mood.a to t

-- create_enum

-- add_enum_value
-- add value happy of type mood

-- rename_enum_value
-- rename value sad of type mood

-- drop_enum

-- bulk_insert
INSERT INTO t (a, b, c) VALUES
  (1, 'it''s	\', 1),
  (-2.5, NULL, 0),
  (0, 'a' || char(13) || '
', x'017a');

-- bulk_insert: computed
INSERT INTO t (a) VALUES
  ((CURRENT_DATE));

-- run
-- C++ code at file:1

-- backfill
UPDATE t SET a = b + 1 WHERE a IS NULL;

-- execute
SELECT 1;

-- in a schema
CREATE TABLE other.t (
  a INTEGER NOT NULL PRIMARY KEY
);
CREATE INDEX other.ix ON t (a);
-- change table other.t: drop column other.t.a

