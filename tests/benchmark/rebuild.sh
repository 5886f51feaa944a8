#!/bin/sh
# A rebuild of a table with three indexes by Retort, against the same statements in the sqlite3 shell.
#
#   rebuild.sh BUILD-FOLDER-OF-RETORT [ROWS]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1")
rows=${2:-2000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir versions
cat >versions/a1_table.sql <<TEXT
-- A table with three indexes
-- revision: a1

-- migrate:up
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, size INT, note TEXT);
INSERT INTO t (name, size, note)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows)
SELECT 'name ' || (i * 7919 % $rows), i % 1000, 'a note of some length ' || i FROM n;
CREATE INDEX ix_name ON t (name);
CREATE INDEX ix_size ON t (size DESC);
CREATE UNIQUE INDEX ix_both ON t (note, id) WHERE size > 0;
TEXT
cat >versions/b2_check.cc <<'TEXT'
#include <retort/migration.h>

RETORT_MIGRATION(b2) {
    .down_revision = {"a1"},
    .upgrade =
        [](retort::operations& op) { op.create_check_constraint("ck_size", "t", "size >= 0"); },
};
TEXT
cat >CMakeLists.txt <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(big LANGUAGES CXX)
find_package(retort REQUIRED COMPONENTS sqlite runner)
retort_add_migrations(big DIRECTORY versions)
retort_add_runner(big-db MIGRATIONS big BACKENDS sqlite)
TEXT
cmake -S . -B b -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$build" >/dev/null
cmake --build b >/dev/null
runner=$(find b -name big-db -type f)
"$runner" --url sqlite:///full.db upgrade a1 >/dev/null

cat >by_hand.sql <<'TEXT'
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE new_t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, size INT, note TEXT,
                    CONSTRAINT ck_size CHECK (size >= 0));
INSERT INTO new_t (id, name, size, note) SELECT id, name, size, note FROM t;
DELETE FROM sqlite_sequence WHERE name = 'new_t';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_t', seq FROM sqlite_sequence WHERE name = 't';
DROP TABLE t;
ALTER TABLE new_t RENAME TO t;
CREATE INDEX ix_name ON t (name);
CREATE INDEX ix_size ON t (size DESC);
CREATE UNIQUE INDEX ix_both ON t (note, id) WHERE size > 0;
COMMIT;
TEXT
echo "$rows rows: A Retort, B the same rebuild by hand"
sh "$here/compare.sh" 3 'cp full.db x.db' "$runner --url sqlite:///x.db upgrade head" 'sqlite3 x.db <by_hand.sql'
