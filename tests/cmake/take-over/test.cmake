# From a database that an application has made by itself to migrations that are written by what the models say:
# taken over, stamped, changed in C++, and back, with its rows.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

find_program(SQLITE3 sqlite3 REQUIRED)
set(url "DATABASE_URL=sqlite:///${WORK}/app/x.db")

# rows(<query> <expected>)
function(rows query expected)
  run("${query}" COMMAND "${SQLITE3}" app/x.db "${query}")
  string(STRIP "${OUTPUT}" shown)
  if(NOT shown STREQUAL expected)
    message(FATAL_ERROR "${query}: expected\n${expected}\nand got\n${OUTPUT}")
  endif()
endfunction()

# edit(<file> <text> <other text>)
function(edit file old new)
  file(READ "${file}" text)
  string(FIND "${text}" "${old}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "expected\n${old}\nin ${file}:\n${text}")
  endif()
  string(REPLACE "${old}" "${new}" text "${text}")
  file(WRITE "${file}" "${text}")
endfunction()

run("making the database" COMMAND "${SQLITE3}" app/x.db ".read app/x.sql")
run("taking it over" COMMAND
  "${CMAKE_COMMAND}" -E chdir app "${RETORT_TOOL}" init db --from sqlite:///x.db)
expect("created db/models.cc" "_taken_over.cc" "db-runner --url URL stamp head")
file(APPEND "${WORK}/app/CMakeLists.txt" "enable_testing()\nadd_subdirectory(db)\n")
configure(app)
build(app)
build(app TARGET db-check)
build(app TARGET db-stamp ENVIRONMENT "${url}" REV=head)
build(app TARGET db-current ENVIRONMENT "${url}")
expect("(head)")

# A column that has to have a value, and a table.
edit("${WORK}/app/db/models.cc" "column(\"name\", t::text).server_default"
  "column(\"kind\", t::text).not_null(),\n      column(\"name\", t::text).server_default")
edit("${WORK}/app/db/models.cc" "      schema.create_view("
  "      schema.create_table(\"toys\", {
          column(\"id\", t::integer).primary_key(),
          column(\"pet\", t::integer).references(\"pets\", \"id\"),
      });
      schema.create_view(")
build(app)
build(app TARGET db-check FAILS)
expect("column pets.kind is missing" "table toys is missing")
build(app TARGET db-revision ENVIRONMENT "${url}" AUTOGENERATE=1 "MESSAGE=kinds and toys")
expect("created ${WORK}/app/db/versions/" "_kinds_and_toys.cc" "review: ")
file(GLOB written "${WORK}/app/db/versions/*_kinds_and_toys.cc")
file(READ "${written}" OUTPUT)
string(REGEX REPLACE "[ \t\r\n]+" " " FLAT_OUTPUT "${OUTPUT}")
expect("op.add_column(\"pets\", column(\"kind\", t::text).not_null()" "op.create_table(\"toys\""
       "op.drop_table(\"toys\")" "// review: ")
expect_not("op.execute(")
build(app)
build(app TARGET db-upgrade ENVIRONMENT "${url}")
expect("kinds and toys")
rows("SELECT id, owner, name, kind FROM pets" "7|1|Rex|")
rows("SELECT * FROM users" "1|Ann|40\n2|O'Neil|")
build(app TARGET db-check)
expect("not reviewed yet")
build(app TARGET db-revision ENVIRONMENT "${url}" AUTOGENERATE=1 "MESSAGE=nothing")
expect("no differences: nothing was written")
run("the tests" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build --output-on-failure -L sqlite)
expect("retort.db-runner.sqlite.models" "100% tests passed")
build(app TARGET db-downgrade ENVIRONMENT "${url}" REV=-1)
rows("SELECT * FROM pets" "7|1|Rex")
rows("SELECT count(*) FROM sqlite_schema WHERE name = 'toys'" 0)
