# A set with SUM: the build knows which migrations are released, and fails when one is edited.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

file(WRITE "${WORK}/app/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES CXX)
find_package(retort 0.1 REQUIRED COMPONENTS sqlite)
retort_add_migrations(app DIRECTORY versions SUM)
retort_add_runner(db MIGRATIONS app BACKENDS sqlite)
")
write_migration(app/versions/aa_first.cc aa)
file(WRITE "${WORK}/app/versions/bb_second.sql" "-- Second
-- revision: bb
-- down_revision: aa
-- migrate:up
SELECT 1;
")
configure(app)
build(app)
expect("warning: revision aa is not in retort.sum yet")
run("write" COMMAND app-build/db check sum --write)
# Another checkout's line ends are no edit.
file(READ "${WORK}/app/versions/aa_first.cc" content)
string(REPLACE "\n" "\r\n" content "${content}")
file(WRITE "${WORK}/app/versions/aa_first.cc" "${content}")
build(app)
run("all is released" COMMAND app-build/db check sum)

file(APPEND "${WORK}/app/versions/aa_first.cc" "// A comment is an edit, too.\n")
build(app FAILS)
expect("app/versions/aa_first.cc:" "error: aa is released, and has been edited since")
