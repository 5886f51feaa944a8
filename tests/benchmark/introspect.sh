#!/bin/sh
# `retort schema` of a PostgreSQL database with many tables against psql that sends the same catalogue
# queries and drops the answers. On a private server, as an ordinary user or as root with a user
# `postgres`.
#
#   introspect.sh PATH-OF-RETORT [TABLES]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
retort=$(realpath "$1")
count=${2:-500}
. "$here/private_server.sh"
psql="psql -X -q -h $work -U bench -d bench"
createdb -h "$work" -U bench bench
number=0
while [ "$number" -lt "$count" ]; do
  echo "CREATE TABLE t$number (id bigserial PRIMARY KEY, a text, b bigint DEFAULT 0 NOT NULL CHECK (b >= 0),
    c varchar(30) UNIQUE, d numeric(10,2), e timestamptz DEFAULT now(), f boolean, g text, h integer, i uuid,
    j jsonb, k bigint REFERENCES t$((number > 0 ? number - 1 : 0)));"
  echo "CREATE INDEX ix$number ON t$number (a, e DESC);"
  number=$((number + 1))
done | $psql
$psql -c 'VACUUM ANALYZE'
url="postgresql://bench@/bench?host=$work"
$psql -c "ALTER DATABASE bench SET log_statement = 'all'"
as_user ": > $work/log"
"$retort" --url "$url" schema >schema.out 2>&1 || { cat schema.out; exit 1; }
rm schema.out
$psql -c "ALTER DATABASE bench RESET log_statement" 2>/dev/null
sed -n '/LOG:  \(statement\|execute [^:]*\): /,$p' "$work/log" |
  sed '/ALTER DATABASE/d; /ERROR:/d' |
  awk '/LOG:  (statement|execute [^:]*): /{ if (n++) print ";"; sub(/^.*LOG:  (statement|execute [^:]*): /, "") } { print } END { print ";" }' \
    >"$work/queries.sql"
echo "$count tables of 12 columns on PostgreSQL: A retort schema, B psql with the same $(grep -c '^;' "$work/queries.sql") statements"
sh "$here/compare.sh" 5 true "$retort --url '$url' schema >/dev/null" "$psql -A -t -o /dev/null -f $work/queries.sql"
