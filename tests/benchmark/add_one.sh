#!/bin/sh
# How long one `cmake --build` takes after a migration was added to many, C++ and SQL: reconfiguring,
# compiling, linking and the graph's check included. Prints seconds; the median of five of each.
#
#   add_one.sh BUILD-FOLDER-OF-RETORT [MIGRATIONS]
set -eu
build=$(realpath "$1")
count=${2:-1000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir versions
cat >CMakeLists.txt <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(many LANGUAGES CXX)
find_package(retort REQUIRED COMPONENTS sqlite runner)
retort_add_migrations(many DIRECTORY versions)
retort_add_runner(many-db MIGRATIONS many BACKENDS sqlite SINGLE_HEAD)
TEXT
parent=
add() { # NUMBER FORMAT
  id=$(printf 'r%06d' "$1")
  if [ "$2" = sql ]; then
    {
      echo "-- Migration $1"
      echo "-- revision: $id"
      [ -z "$parent" ] || echo "-- down_revision: $parent"
      printf -- '-- migrate:up\nCREATE TABLE t%s (id INTEGER PRIMARY KEY, name TEXT);\n' "$1"
      printf -- '-- migrate:down\nDROP TABLE t%s;\n' "$1"
    } >"versions/$id.sql"
  else
    {
      echo '#include <retort/migration.h>'
      echo "RETORT_MIGRATION($id){"
      [ -z "$parent" ] || echo "    .down_revision = {\"$parent\"},"
      echo '    .upgrade = [](retort::operations& op) {'
      echo "      op.create_table(\"t$1\", {retort::column(\"id\", retort::types::bigint).primary_key()});"
      echo '    },'
      echo '};'
    } >"versions/$id.cc"
  fi
  parent=$id
}
number=0
while [ "$number" -lt "$count" ]; do
  if [ $((number % 2)) -eq 0 ]; then add "$number" cpp; else add "$number" sql; fi
  number=$((number + 1))
done
cmake -S . -B b -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_PREFIX_PATH="$build" >/dev/null
/usr/bin/time -f "first build of $count: %e s" cmake --build b >/dev/null
/usr/bin/time -f 'second build: %e s' cmake --build b >/dev/null
for format in cpp sql; do
  : >times
  for round in 1 2 3 4 5; do
    add "$number" "$format"
    number=$((number + 1))
    /usr/bin/time -a -o times -f %e cmake --build b >/dev/null
  done
  echo "adding one $format migration: $(sort -n times | sed -n 3p) s"
done
