# Broken histories: the build fails, and says where in the form that editors understand.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

# start(<options>)
#
# An empty set in a project of its own.
macro(start)
  file(REMOVE_RECURSE "${WORK}/app/versions")
  file(MAKE_DIRECTORY "${WORK}/app/versions")
endmacro()

# expect_errors(<file:line: error: text>...)
macro(expect_errors)
  build(app FAILS)
  foreach(error IN ITEMS ${ARGN})
    expect("${WORK}/app/versions/${error}")
  endforeach()
endmacro()

file(WRITE "${WORK}/app/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES CXX)
find_package(retort 0.1 REQUIRED)
retort_add_migrations(app DIRECTORY versions)
if(SINGLE_HEAD)
  if(NOT TARGET retort::sqlite)
    return()
  endif()
  find_package(retort REQUIRED COMPONENTS sqlite)
  retort_add_runner(db MIGRATIONS app BACKENDS sqlite SINGLE_HEAD)
endif()
")
start()
configure(app)

# A set without a file is how a project begins.
build(app)

write_migration(app/versions/aa_first.cc aa)
write_migration(app/versions/bb_second.cc bb aa)
build(app)

# Two ids alike, in each mixture.
write_migration(app/versions/bb_other.cc bb aa)
expect_errors("bb_second.cc:3: error: revision 'bb' is also declared in bb_other.cc")
file(REMOVE "${WORK}/app/versions/bb_other.cc")
write_migration(app/versions/bb_other.sql bb aa)
build(app FAILS)
expect("error: " "'bb'")
file(REMOVE "${WORK}/app/versions/bb_other.sql")

# A typo in the macro, and its relatives; all are told at once, and none reaches the compiler.
file(WRITE "${WORK}/app/versions/ca_typo.cc" "#include <retort/migration.h>\n\nRETORT_MIGRATON(ca) {};\n")
file(WRITE "${WORK}/app/versions/cb_lower.cc" "\nretort_migration(cb) {};\n")
file(WRITE "${WORK}/app/versions/cc_none.cc" "int helper;\n")
file(WRITE "${WORK}/app/versions/cd_indented.cc" "namespace n {\n  RETORT_MIGRATION(cd) {};\n}\n")
file(WRITE "${WORK}/app/versions/ce_lines.cc" "\nRETORT_MIGRATION(\n  ce) {};\n")
file(WRITE "${WORK}/app/versions/cf_two.cc" "RETORT_MIGRATION(cf) {};\nRETORT_MIGRATION(cg) {};\n")
file(WRITE "${WORK}/app/versions/ch_bad.cc" "RETORT_MIGRATION(c-h) {};\n")
string(REPEAT "x" 33 long)
file(WRITE "${WORK}/app/versions/ci_long.cc" "RETORT_MIGRATION(${long}) {};\n")
expect_errors(
  "ca_typo.cc:3: error: RETORT_MIGRATON declares no migration"
  "cb_lower.cc:2: error: retort_migration declares no migration"
  "cc_none.cc:1: error: no line begins with RETORT_MIGRATION(id)"
  "cd_indented.cc:2: error: RETORT_MIGRATION must stand at the start of its line, outside of any namespace"
  "ce_lines.cc:2: error: RETORT_MIGRATION needs its revision on the same line: RETORT_MIGRATION(id) {"
  "cf_two.cc:2: error: a second RETORT_MIGRATION in one file"
  "ch_bad.cc:1: error: the revision 'c-h' is not made of letters, digits and _, as C++ needs it"
  "ci_long.cc:1: error: the revision '${long}' has 33 characters")
start()

# The id and the file's name disagree.
write_migration(app/versions/aa_first.cc ab)
expect_errors("aa_first.cc:3: error: ")
expect("'ab'")
start()

write_migration(app/versions/aa_first.sql ab)
expect_errors("aa_first.sql:3:")
expect("'ab'")
start()

# A parent that is nowhere.
write_migration(app/versions/aa_first.cc aa)
write_migration(app/versions/bb_second.cc bb ax)
expect_errors("bb_second.cc:3: error: ")
expect("'ax'")
start()

# A cycle.
write_migration(app/versions/aa_first.cc aa bb)
write_migration(app/versions/bb_second.sql bb aa)
build(app FAILS)
expect("error: " "cycle" "aa" "bb")
start()

# A downgrade that was left out and cannot be derived is a warning, a call that means nothing an error: told
# by a runner, which has the databases' dialects at hand.
configure(app ARGUMENTS -DSINGLE_HEAD=ON)
file(WRITE "${WORK}/app/versions/aa_raw.cc" "#include <retort/migration.h>

RETORT_MIGRATION(aa){
    .upgrade = [](retort::operations& op) { op.execute(\"SELECT 1\"); },
};
")
run("asking for the target" COMMAND "${CMAKE_COMMAND}" --build app-build --target help)
if(OUTPUT MATCHES "db-upgrade")
  build(app)
  expect("aa_raw.cc:4: warning: aa cannot be downgraded: cannot derive the downgrade: execute SELECT 1 cannot be reversed")
  file(WRITE "${WORK}/app/versions/aa_raw.cc" "#include <retort/migration.h>

RETORT_MIGRATION(aa){
    .upgrade = [](retort::operations& op) { op.create_table(\"t\", {}); },
};
")
  expect_errors("aa_raw.cc:4: error: create_table t: it has no columns")
endif()
configure(app ARGUMENTS -DSINGLE_HEAD=OFF)
start()

# Two heads where the runner promises one.
write_migration(app/versions/aa_first.cc aa)
write_migration(app/versions/bb_left.cc bb aa)
write_migration(app/versions/cc_right.sql cc aa)
build(app)
configure(app ARGUMENTS -DSINGLE_HEAD=ON)
run("asking for the target" COMMAND "${CMAKE_COMMAND}" --build app-build --target help)
if(OUTPUT MATCHES "db-upgrade")
  build(app FAILS)
  expect("error: " "bb" "cc" "head")
endif()
