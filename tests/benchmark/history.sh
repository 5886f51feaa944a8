#!/bin/sh
# Commands on long histories, read from a folder and compiled into a runner, against a C program that does
# only the reads that `current` needs. Each pair runs in turn; the seconds are those of ten runs, because one
# is shorter than what can be measured.
#
#   history.sh BUILD-FOLDER-OF-RETORT [REVISIONS…]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1")
shift
[ $# -gt 0 ] || set -- 100 1000 5000 10000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cc -O2 "$here/needed_reads.c" -o needed_reads -lsqlite3

cat >ten_times <<'TEXT'
#!/bin/sh
for run in 1 2 3 4 5 6 7 8 9 10; do "$@" >/dev/null || exit; done
TEXT
chmod +x ten_times

make_history() { # REVISIONS
  mkdir -p versions
  awk -v count="$1" 'BEGIN {
    for (i = 0; i < count; ++i) {
      id = sprintf("r%06d", i)
      file = "versions/" id ".sql"
      printf "-- Migration %d\n-- revision: %s\n", i, id > file
      if (i) printf "-- down_revision: r%06d\n", i - 1 > file
      printf "-- created: 2026-01-01T00:00:00Z\n\n-- migrate:up\n" > file
      printf "CREATE TABLE t%d (id INTEGER PRIMARY KEY, name TEXT NOT NULL, value NUMERIC);\n", i > file
      printf "CREATE INDEX ix%d ON t%d (name);\n-- migrate:down\nDROP TABLE t%d;\n", i, i, i > file
      close(file)
    }
  }'
  cat >CMakeLists.txt <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(many LANGUAGES CXX)
find_package(retort REQUIRED COMPONENTS sqlite runner)
retort_add_migrations(many DIRECTORY versions)
retort_add_runner(many-db MIGRATIONS many BACKENDS sqlite)
TEXT
  cmake -S . -B b -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$build" >/dev/null
  cmake --build b >/dev/null
}

measure() { # FORM PROGRAM NEEDED
  for command in current heads history 'upgrade head --sql'; do
    echo "$count revisions $1: A $command, B the needed reads"
    sh "$here/compare.sh" 7 true "./ten_times $2 --url sqlite:///a.db $command" "./ten_times $3"
  done
}

for count in "$@"; do
  rm -rf versions b a.db
  make_history "$count"
  runner=$(find b -name many-db -type f)
  "$runner" --url sqlite:///a.db stamp heads >/dev/null
  measure 'from a folder' "$build/bin/retort --script-location versions" './needed_reads a.db versions'
  measure 'compiled in' "$runner" './needed_reads a.db'
done
