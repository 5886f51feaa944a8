# Changes of tables in C++ migrations, which SQLite mostly does by building the table anew: online, as a
# script, as a plan, there and back.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

# query(<database> <sql>)
macro(query database sql)
  run("sqlite3" COMMAND sqlite3 "${database}" "${sql}")
endmacro()

# dump(<database> <variable>): what is in a database, but for the version rows.
function(dump database variable)
  query("${database}" ".dump")
  string(REGEX REPLACE "[^\n]*(retort_version|PRAGMA|TRANSACTION)[^\n]*\n" "" text "${OUTPUT}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

configure(app)
build(app)
set(db app-build/app-db --url)
run("up to the view" COMMAND ${db} sqlite:///online.db upgrade b2)
dump(online.db before)

# What the plan says is what the shell can run.
run("the plan" COMMAND ${db} sqlite:///online.db plan head)
expect("CREATE TABLE retort_new_people" "INSERT INTO retort_new_people" "DROP TABLE people"
       "ALTER TABLE retort_new_people RENAME TO people" "CREATE INDEX ix_people_age")
file(WRITE "${WORK}/plan.sql" "${OUTPUT}")
file(COPY_FILE "${WORK}/online.db" "${WORK}/planned.db")
run("the planned script" COMMAND sh -c "sqlite3 planned.db < plan.sql")

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
dump(offline.db offline)
if(NOT online STREQUAL offline)
  message(FATAL_ERROR "the script made another database:\n${online}\n${offline}")
endif()
run("a script of a range" COMMAND ${db} sqlite:///unused.db downgrade head:b2 --sql)
file(WRITE "${WORK}/down.sql" "${OUTPUT}")
run("the range's script" COMMAND sh -c "sqlite3 offline.db < down.sql")

run("the way back" COMMAND ${db} sqlite:///online.db downgrade b2)
query(online.db "SELECT id, name, age FROM people; SELECT id, owner, name FROM pets; PRAGMA foreign_key_check")
expect("1|Ann|30" "2|Bo|4" "1|1|Cat")
dump(online.db online)
dump(offline.db offline)
if(NOT online STREQUAL offline)
  message(FATAL_ERROR "the downgrade's script made another database:\n${online}\n${offline}")
endif()

# A row that does not fit leaves everything as it was.
query(online.db "INSERT INTO people (name, age) VALUES ('Di', NULL)")
dump(online.db before)
run("a row that does not fit" FAILS COMMAND ${db} sqlite:///online.db upgrade head)
expect("NOT NULL constraint failed" "c3_changes.cc:10" "the database is at b2; nothing of c3 remains")
dump(online.db after)
if(NOT before STREQUAL after)
  message(FATAL_ERROR "the failed change left something:\n${before}\n${after}")
endif()
