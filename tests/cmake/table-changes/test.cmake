# Changes of tables in C++ migrations, which SQLite mostly does by building the table anew: online, as a
# script, as a plan, there and back.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

# query(<database> <sql>)
macro(query database sql)
  run("sqlite3" COMMAND sqlite3 "${database}" "${sql}")
endmacro()

# dump(<database> <variable>): what is in a database, but for the version rows and the journal.
function(dump database variable)
  query("${database}" ".dump")
  string(REGEX REPLACE "[^\n]*(retort_[jv]|PRAGMA|TRANSACTION)[^\n]*\n" "" text "${OUTPUT}")
  # The order in which things were made does not matter.
  string(REGEX REPLACE "[\\[;]" "_" text "${text}")
  string(REPLACE "\n" ";" text "${text}")
  list(SORT text)
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

configure(app)
build(app)
set(db app-build/app-db --url)
run("up to the view" COMMAND ${db} sqlite:///online.db upgrade b2)
# Things that have nothing to do with the change, and must not be in its way.
query(online.db "CREATE VIRTUAL TABLE texts USING fts5(words)")
file(WRITE "${WORK}/comment.sql" "CREATE INDEX ix_people_name ON people (name) -- about the index\n;")
run("an index with a comment" COMMAND sh -c "sqlite3 online.db < comment.sql")
dump(online.db before)

# What the plan says is what the shell can run.
run("the plan" COMMAND ${db} sqlite:///online.db plan head)
expect("-- its downgrade would lose the values of people.mail"
       "ALTER TABLE people RENAME TO retort_old_people" "CREATE TABLE people"
       "INSERT INTO people (id, name, years) SELECT id, name, years FROM retort_old_people"
       "DROP TABLE retort_old_people" "CREATE INDEX ix_people_age" "about the index")
file(WRITE "${WORK}/plan.sql" "${OUTPUT}")
file(COPY_FILE "${WORK}/online.db" "${WORK}/planned.db")
run("the planned script" COMMAND sh -c "sqlite3 planned.db < plan.sql")

run("the plan as JSON" COMMAND ${db} sqlite:///online.db plan head --json)
expect("\"downgrade_losses\": [ \"people.mail\" ]")
run("the change" COMMAND ${db} sqlite:///online.db upgrade head)
query(online.db "INSERT INTO people (name) VALUES ('Cy'); SELECT id, name, years, mail FROM people; SELECT * FROM adults")
expect("1|Ann|30|" "3|Cy|21|" "2|Bo")
query(online.db "DELETE FROM people WHERE id = 3; UPDATE sqlite_sequence SET seq = 2 WHERE name = 'people'")
dump(online.db online)
dump(planned.db planned)
if(NOT online STREQUAL planned)
  message(FATAL_ERROR "the plan's script made another database:\n${online}\n${planned}")
endif()

run("a script from the base" COMMAND ${db} sqlite:///unused.db upgrade head --sql)
file(WRITE "${WORK}/all.sql" "${OUTPUT}")
run("the script" COMMAND sh -c "sqlite3 offline.db < all.sql")
query(offline.db "CREATE VIRTUAL TABLE texts USING fts5(words)")
run("an index with a comment" COMMAND sh -c "sqlite3 offline.db < comment.sql")
dump(offline.db offline)
if(NOT online STREQUAL offline)
  message(FATAL_ERROR "the script made another database:\n${online}\n${offline}")
endif()
run("a script of a range" COMMAND ${db} sqlite:///unused.db downgrade head:b2 --sql)
file(WRITE "${WORK}/down.sql" "${OUTPUT}")
run("the range's script where the table has more" FAILS COMMAND sh -c "sqlite3 offline.db < down.sql")
query(offline.db "SELECT name FROM pragma_table_info('people')")
expect("years")
query(offline.db "DROP INDEX ix_people_name")
run("the range's script" COMMAND sh -c "sqlite3 offline.db < down.sql")

run("the way back" COMMAND ${db} sqlite:///online.db downgrade b2)
query(online.db "SELECT id, name, age FROM people; SELECT id, owner, name FROM pets; PRAGMA foreign_key_check")
expect("1|Ann|30" "2|Bo|4" "1|1|Cat")
query(online.db "DROP INDEX ix_people_name")
dump(online.db online)
dump(offline.db offline)
if(NOT online STREQUAL offline)
  message(FATAL_ERROR "the downgrade's script made another database:\n${online}\n${offline}")
endif()

# A table that lets rows go without a word does so in no script.
query(online.db "CREATE TABLE picky (code TEXT UNIQUE ON CONFLICT REPLACE, v INT); INSERT INTO picky VALUES ('1', 1), ('01', 2)")
file(WRITE "${WORK}/app/versions/c9_picky.cc" "#include <retort/migration.h>

RETORT_MIGRATION(c9) {
    .down_revision = {\"b2\"},
    .upgrade =
        [](retort::operations& op) {
          op.alter_column(\"picky\", \"code\", retort::change().type(retort::types::integer));
        },
};
")
build(app)
run("the lossy change" FAILS COMMAND ${db} sqlite:///online.db upgrade c9)
expect("cannot change table picky: it has 1 rows, where it had 2")
run("its plan" COMMAND ${db} sqlite:///online.db plan c9)
file(WRITE "${WORK}/picky.sql" "${OUTPUT}")
run("its plan's script" FAILS COMMAND sh -c "sqlite3 online.db < picky.sql")
query(online.db "SELECT count(*) FROM picky")
expect("2")
file(REMOVE "${WORK}/app/versions/c9_picky.cc")
query(online.db "DROP TABLE picky")
build(app)

# A row that does not fit leaves everything as it was.
query(online.db "INSERT INTO people (name, age) VALUES ('Di', NULL)")
dump(online.db before)
run("a row that does not fit" FAILS COMMAND ${db} sqlite:///online.db upgrade head)
expect("NOT NULL constraint failed" "c3_changes.cc:10" "the database is at b2; nothing of c3 remains")
dump(online.db after)
if(NOT before STREQUAL after)
  message(FATAL_ERROR "the failed change left something:\n${before}\n${after}")
endif()

# Where the history cannot be followed in memory a script says so; online it runs.
file(WRITE "${WORK}/app/versions/d4_attach.sql" "-- Something that only a real database can do
-- revision: d4
-- down_revision: c3

-- migrate:up transaction:false
ATTACH DATABASE 'other.db' AS other;
-- migrate:down
")
file(WRITE "${WORK}/app/versions/e5_drop.cc" "#include <retort/migration.h>

RETORT_MIGRATION(e5) {
    .down_revision = {\"d4\"},
    .upgrade = [](retort::operations& op) { op.drop_column(\"people\", \"mail\"); },
    .downgrade = retort::irreversible,
};
")
build(app)
run("a script that cannot be" FAILS COMMAND ${db} sqlite:///unused.db upgrade d4:head --sql)
expect("FAILED: a script cannot drop column people.mail: that depends on the table as it is then, which is not known:"
       "e5_drop.cc:5" "that statement is d4_attach.sql:6" "help: run this migration online")
query(online.db "DELETE FROM people WHERE age IS NULL")
run("the same online" COMMAND ${db} sqlite:///online.db upgrade head)
query(online.db "SELECT count(*) FROM pragma_table_info('people')")
expect("3")
