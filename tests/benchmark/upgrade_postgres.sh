#!/bin/sh
# `retort upgrade head` of SQL migrations on PostgreSQL against a C program that sends the same messages. On a
# private server, as an ordinary user or as root with a user `postgres`.
#
#   upgrade_postgres.sh PATH-OF-RETORT [MIGRATIONS]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
retort=$(realpath "$1")
count=${2:-1000}
. "$here/private_server.sh"
cd "$work"
cc -O2 -I"$(pg_config --includedir)" "$here/send_messages.c" -o send_messages -lpq
mkdir versions
awk -v count="$count" 'BEGIN {
  for (i = 0; i < count; ++i) {
    id = sprintf("r%06d", i)
    file = "versions/" id ".sql"
    printf "-- Migration %d\n-- revision: %s\n", i, id > file
    if (i) printf "-- down_revision: r%06d\n", i - 1 > file
    printf "-- migrate:up\nCREATE TABLE t%d (id INTEGER PRIMARY KEY, name TEXT NOT NULL, value NUMERIC);\n", i > file
    printf "CREATE INDEX ix%d ON t%d (name);\n-- migrate:down\nDROP TABLE t%d;\n", i, i, i > file
    close(file)
  }
}'
anew="dropdb --if-exists -h $work -U bench bench 2>/dev/null; createdb -h $work -U bench bench"
upgrade="$retort --script-location versions --url 'postgresql://bench@/bench?host=$work' upgrade head"
sh -c "$anew"
psql -X -q -h "$work" -U bench -d bench -c "ALTER DATABASE bench SET log_statement = 'all'"
as_user ": > $work/log"
sh -c "$upgrade" >/dev/null 2>&1
# A message goes on in lines that begin with a tab. What has parameters is sent otherwise, and is left out.
awk '/ LOG:  statement: / { if (on) printf "%c", 0; sub(/^.* LOG:  statement: /, ""); printf "%s\n", $0; on = 1; keep = 1; next }
     /^\t/ { if (keep) { sub(/^\t/, ""); printf "%s\n", $0 } next }
     { keep = 0 }
     END { printf "%c", 0 }' log >messages
echo "$count migrations on PostgreSQL: A retort upgrade head, B a C program with the same $(tr -cd '\0' <messages | wc -c) messages"
sh "$here/compare.sh" "${ROUNDS:-7}" "$anew" "$upgrade" "./send_messages 'host=$work user=bench dbname=bench' messages"
