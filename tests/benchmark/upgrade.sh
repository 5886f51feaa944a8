#!/bin/sh
# `retort upgrade head` of SQL migrations against the sqlite3 shell that runs the same statements with one
# transaction a migration.
#
#   upgrade.sh PATH-OF-RETORT [MIGRATIONS]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
retort=$(realpath "$1")
count=${2:-1000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir versions
parent=
number=0
while [ "$number" -lt "$count" ]; do
  id=$(printf 'r%06d' "$number")
  {
    echo "-- Migration $number"
    echo "-- revision: $id"
    [ -z "$parent" ] || echo "-- down_revision: $parent"
    echo "-- migrate:up"
    echo "CREATE TABLE t$number (id INTEGER PRIMARY KEY, name TEXT NOT NULL, value NUMERIC);"
    echo "CREATE INDEX ix$number ON t$number (name);"
    echo "-- migrate:down"
    echo "DROP TABLE t$number;"
  } >"versions/$id.sql"
  parent=$id
  number=$((number + 1))
done
"$retort" --script-location versions --dialect sqlite upgrade head --sql |
  sed 's/^BEGIN;/BEGIN IMMEDIATE;/' >script.sql
echo "$count migrations on SQLite: A retort upgrade head, B sqlite3 < the same statements"
sh "$here/compare.sh" 5 'rm -f a.db* b.db*' \
  "$retort --script-location versions --url sqlite:///a.db upgrade head" 'sqlite3 b.db ".read script.sql"'
