#!/bin/sh
# `retort check models` of a database with many tables that is as the models say, against the database's
# own shell doing what cannot be done without: making the models' tables in a scratch database and reading both
# databases' structure. PostgreSQL on a private server, as an ordinary user or as root with a user `postgres`.
#
#   autogenerate.sh PATH-OF-RETORT [TABLES]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
retort=$(realpath "$1")
count=${2:-500}
. "$here/private_server.sh"
mkdir "$work/migrations"
cd "$work"
check() { echo "$retort --url '$1' --script-location $work/migrations check models --models $2 >/dev/null"; }
headline='A retort check models, B'

echo "$count tables of 12 columns on SQLite: $headline sqlite3 with the models in a scratch file and both schemas"
number=0
while [ "$number" -lt "$count" ]; do
  echo "CREATE TABLE t$number (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b INTEGER DEFAULT 0 NOT NULL CHECK (b >= 0),
    c VARCHAR(30) UNIQUE, d NUMERIC(10,2), e TEXT DEFAULT CURRENT_TIMESTAMP, f BOOLEAN, g TEXT, h INTEGER, i BLOB,
    j TEXT, k INTEGER REFERENCES t$((number > 0 ? number - 1 : 0)) (id));"
  echo "CREATE INDEX ix$number ON t$number (a, e DESC);"
  number=$((number + 1))
done >sqlite.sql
sqlite3 bench.db <sqlite.sql
# What the shell knows of each table, index and reference.
cat >sqlite-reads.sql <<'END'
SELECT * FROM sqlite_schema;
SELECT t.name, c.* FROM sqlite_schema t, pragma_table_xinfo(t.name) c WHERE t.type = 'table';
SELECT t.name, l.*, c.* FROM sqlite_schema t, pragma_index_list(t.name) l, pragma_index_xinfo(l.name) c WHERE t.type = 'table';
SELECT t.name, f.* FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table';
END
cat >sqlite.sh <<'END'
rm -f scratch.db scratch.db-journal
{ echo 'PRAGMA synchronous = OFF; BEGIN;'; cat sqlite.sql; echo 'COMMIT;'; } | sqlite3 scratch.db
sqlite3 scratch.db <sqlite-reads.sql >/dev/null
sqlite3 bench.db <sqlite-reads.sql >/dev/null
END
sh "$here/compare.sh" 5 true "$(check "sqlite:///$work/bench.db" sqlite.sql)" "sh sqlite.sh"

psql="psql -X -q -h $work -U bench"
createdb -h "$work" -U bench -T template0 bench
number=0
while [ "$number" -lt "$count" ]; do
  echo "CREATE TABLE t$number (id bigserial PRIMARY KEY, a text, b bigint DEFAULT 0 NOT NULL CHECK (b >= 0),
    c varchar(30) UNIQUE, d numeric(10,2), e timestamptz DEFAULT now(), f boolean, g text, h integer, i uuid,
    j jsonb, k bigint REFERENCES t$((number > 0 ? number - 1 : 0)));"
  echo "CREATE INDEX ix$number ON t$number (a, e DESC);"
  number=$((number + 1))
done >postgres.sql
$psql -d bench -f postgres.sql
$psql -d bench -c 'VACUUM ANALYZE'
url="postgresql://bench@/bench?host=$work"
$psql -d bench -c "ALTER DATABASE bench SET log_statement = 'all'"
as_user ": > $work/log"
"$retort" --url "$url" schema >schema.out 2>&1 || { cat schema.out; exit 1; }
$psql -d bench -c "ALTER DATABASE bench RESET log_statement" 2>/dev/null
sed -n '/LOG:  \(statement\|execute [^:]*\): /,$p' log |
  sed '/ALTER DATABASE/d; /ERROR:/d' |
  awk '/LOG:  (statement|execute [^:]*): /{ if (n++) print ";"; sub(/^.*LOG:  (statement|execute [^:]*): /, "") } { print } END { print ";" }' \
    >queries.sql
cat >postgres.sh <<END
createdb -h $work -U bench -T template0 scratch
$psql -d scratch -f postgres.sql
$psql -d scratch -A -t -o /dev/null -f queries.sql
$psql -d bench -A -t -o /dev/null -f queries.sql
dropdb -h $work -U bench scratch
END
echo "$count tables of 12 columns on PostgreSQL: $headline psql with the models in a scratch database and twice the same" \
  "$(grep -c '^;' queries.sql) catalogue queries"
sh "$here/compare.sh" 5 true "$(check "$url" postgres.sql)" "sh postgres.sh"
