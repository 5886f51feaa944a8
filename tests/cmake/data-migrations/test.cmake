# Data migrations in a runner: online, killed at any moment, as a plan and as a script.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

# query(<sql>): what `rows.db` answers.
macro(query sql)
  run("sqlite3" COMMAND sqlite3 rows.db "${sql}")
endmacro()

configure(app)
build(app)
set(db app-build/app-db --url sqlite:///rows.db)
run("up to the words" COMMAND ${db} upgrade a1)

run("the plan" COMMAND ${db} plan head)
expect("-- C++ code at" "b2_more_words.cc:8"
       "UPDATE words SET length = length + length(word) WHERE id > 0;")
run("a script with C++ code" FAILS COMMAND ${db} upgrade a1:head --sql)
expect("FAILED: a script cannot contain C++ code, which needs the database's answers"
       "b2_more_words.cc:8" "help: run this migration online")

run("the rows" COMMAND ${db} upgrade b2)
query("SELECT count(*), sum(length) FROM words")
expect("3002|0")

run("the backfill as a script" COMMAND ${db} upgrade b2:c3 --sql)
file(WRITE "${WORK}/backfill.sql" "${OUTPUT}")
file(COPY_FILE "${WORK}/rows.db" "${WORK}/offline.db")
run("the script" COMMAND sh -c "sqlite3 offline.db < backfill.sql")

run("one transaction for all" FAILS COMMAND ${db} upgrade head --transaction run)
expect("c3 has a backfill, which commits each batch, so the run cannot be one transaction")

# Stopped in the middle it is half done, and says so.
query("CREATE TRIGGER stop BEFORE UPDATE ON words WHEN old.id = 1500 BEGIN SELECT raise(ABORT, 'stopped'); END")
run("a run that stops" FAILS COMMAND ${db} upgrade head)
expect("FAILED: upgrade to c3 failed: stopped" "the database is at b2; what c3 had committed before remains")
run("current" COMMAND ${db} current)
expect("note: the upgrade to c3 was begun and not finished: 0 of its parts are committed, and 1495 rows of the next"
       "help: finish it: upgrade c3")
query("DROP TRIGGER stop")

# Killed over and over, the run comes to its end, and has updated each row once.
file(WRITE "${WORK}/kill.sh" "
rounds=0
while [ \"$(sqlite3 rows.db 'SELECT version_num FROM retort_version')\" != c3 ]; do
  rounds=$((rounds + 1))
  app-build/app-db --url sqlite:///rows.db --quiet upgrade head & pid=$!
  sleep 0.$((rounds / 10 % 10))$((rounds % 9 + 1))
  kill -9 $pid 2>/dev/null
  wait $pid 2>/dev/null
done
echo \"$rounds rounds\"
")
run("a run that is killed" COMMAND sh kill.sh)
message(STATUS "killed: ${FLAT_OUTPUT}")
run("the digest" COMMAND sqlite3 offline.db "SELECT sum(length), sum(length * id) FROM words")
set(digest "${FLAT_OUTPUT}")
query("SELECT sum(length), sum(length * id) FROM words")
if(NOT FLAT_OUTPUT STREQUAL digest)
  message(FATAL_ERROR "rows were updated twice or not at all: ${FLAT_OUTPUT} instead of ${digest}")
endif()
run("current" COMMAND ${db} current)
if(OUTPUT MATCHES "not finished")
  message(FATAL_ERROR "current speaks of a migration that is done:\n${OUTPUT}")
endif()
query("SELECT count(*) FROM sqlite_master WHERE name = 'retort_unfinished'")
expect("0")

# On a terminal it is seen how far it is.
find_program(script script)
if(script)
  run("the way back, on a terminal" COMMAND env TERM=xterm "${script}" -qec
      "app-build/app-db --url sqlite:///rows.db downgrade a1" /dev/null)
  expect("c3  1000 rows updated" "c3  2000 rows updated" "c3  3000 rows updated" "b2  statement 1/1")
else()
  run("the way back" COMMAND ${db} downgrade a1)
endif()
query("SELECT count(*), sum(length) FROM words")
expect("2|0")
run("verify" COMMAND ${db} verify --data none)
