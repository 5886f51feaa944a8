# Hooks in a runner and in an application: naming conventions, arguments and the tag in C++ migrations, the
# callback on each version change, filters.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

# query(<database> <sql>)
macro(query database sql)
  run("sqlite3" COMMAND sqlite3 "${database}" "${sql}")
endmacro()

write_migration(app/versions/b2_second.sql b2 a1)
configure(app)
build(app)
set(db "${CMAKE_COMMAND}" -E env "RETORT_URL=sqlite:///${WORK}/app.db" app-build/app-db)
run("the plan" COMMAND ${db} plan head -x size=5 -x size=6 --tag plan-tag)
expect("VALUES (1, 6)" "'plan-tag' AS tag" "'fallback' AS word" "up a1 <a1> offline")
run("the upgrade" COMMAND ${db} upgrade head -x size=42 --tag release-7)
query(app.db "SELECT sql FROM sqlite_master WHERE name IN ('people', 'pets')")
expect("CONSTRAINT pk_people PRIMARY KEY" "CONSTRAINT ck_people_size CHECK" "CONSTRAINT uq_people_mail UNIQUE"
       "CONSTRAINT uq_people_size_mail UNIQUE" "CONSTRAINT my_own UNIQUE"
       "CONSTRAINT fk_pets_owner_people FOREIGN KEY" "CONSTRAINT fk_pets_sitter_people REFERENCES"
       "CONSTRAINT ck_pets_sitter CHECK")
expect_not("ck_people CHECK")
query(app.db "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
expect("ix_people_size")
query(app.db "SELECT id, size FROM people; SELECT * FROM scrap; SELECT line FROM log")
expect("1|42" "release-7|fallback" "up a1 <a1>" "up b2 <a1><b2>")

run("a hook that throws" FAILS COMMAND ${db} downgrade a1 -x fail=b2)
expect("FAILED: downgrade of b2 failed: on_version_apply: the hook refuses b2"
       "the database is at b2; the downgrade of b2 changed nothing")
run("current" COMMAND ${db} current)
expect("b2 (head)")
run("the downgrade" COMMAND ${db} downgrade a1)
run("a stamp" COMMAND ${db} stamp b2)
query(app.db "SELECT line FROM log")
expect("down b2 <b2><a1>" "stamp b2 <a1><b2>")
query(app.db "SELECT count(*) FROM log")
expect("4")
run("a hook that changes a table" COMMAND ${db} stamp a1 -x check=1)
query(app.db "SELECT sql FROM sqlite_master WHERE name = 'log'")
expect("ck_line")
run("back" COMMAND ${db} stamp b2)

# scrap stays after the downgrade; the filter keeps it out of the proof.
run("the tests" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build --output-on-failure)
expect("100% tests passed")

run("the application" COMMAND app-build/app "sqlite:///${WORK}/embedded.db")
query(embedded.db "SELECT size FROM people; SELECT tag FROM scrap; SELECT line FROM log")
expect("77" "app" "up b2 <a1><b2>")
query(embedded.db "SELECT sql FROM sqlite_master WHERE name = 'pets'")
expect("fk_pets_owner_people")

# The program alone runs migrations; what needs their sources says so.
file(RENAME "${WORK}/app/versions" "${WORK}/elsewhere")
run("the program alone" COMMAND "${CMAKE_COMMAND}" -E env "RETORT_URL=sqlite:///alone.db" app-build/app-db upgrade head)
run("edit without sources" FAILS COMMAND ${db} edit b2)
expect("the source of revision b2 is not on this machine: ${WORK}/app/versions/b2_second.sql")
run("revision without sources" FAILS COMMAND ${db} revision -m more)
expect("there is no folder ${WORK}/app/versions to write the revision to")
run("merge without sources" FAILS COMMAND ${db} merge heads)
expect("there is no folder ${WORK}/app/versions to write the revision to")
file(RENAME "${WORK}/elsewhere" "${WORK}/app/versions")

file(WRITE "${WORK}/app/environment.cc" "// nothing here\n")
configure(app FAILS)
expect("environment.cc defines no hooks")
