# The desired schema of a migration set, in C++ and SQL: compiled in in the order it is given in, compared with
# the history in the build, and followed when files change.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

configure(app)
build(app)
run("the list of models" COMMAND app-build/list)
expect("../models/people.cc: C++ ../models/people.cc: C++ ../models/pets.sql: CREATE TABLE pets ("
       "views.sql: CREATE VIEW owners AS SELECT DISTINCT owner FROM pets; ../more/toys.sql: CREATE TABLE toys")
build(app TARGET app-db-check)
run("the tests" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build --output-on-failure)
expect("retort.app-db.sqlite.models" "100% tests passed")
if(EXISTS "${WORK}/app-build/app.db")
  message(FATAL_ERROR "the check made a database")
endif()

# A file of a folder that appears, and one that changes.
file(WRITE "${WORK}/app/more/food.sql" "CREATE TABLE food (id INTEGER NOT NULL PRIMARY KEY);\n")
file(WRITE "${WORK}/app/more/toys.sql" "CREATE TABLE toys (id INTEGER NOT NULL PRIMARY KEY, price REAL);\n")
build(app)
run("the list of models" COMMAND app-build/list)
expect("../more/food.sql: CREATE TABLE food" "../more/toys.sql: CREATE TABLE toys (id INTEGER NOT NULL PRIMARY KEY, price REAL);")
build(app TARGET app-db-check FAILS)
expect("food" "price")
run("the tests" FAILS COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build -R models)
expect("retort.app-db.sqlite.models")

# A mistake in models is told at its call.
file(WRITE "${WORK}/app/more/wrong.cc" "#include <retort/schema.h>

RETORT_MODELS(wrong) {
    .schema = [](retort::operations& schema) { schema.create_table(\"wrong\", {}); },
};
")
build(app)
build(app TARGET app-db-check FAILS)
expect("../more/wrong.cc:4")

# What CMake cannot read stops the build before it compiles.
foreach(text IN ITEMS "// nothing here" "  RETORT_MODELS(indented) {};" "RETORT_MODELS(my-models) {};")
  file(WRITE "${WORK}/app/more/wrong.cc" "#include <retort/schema.h>\n${text}\n")
  build(app FAILS)
  expect("retort_add_models: ${WORK}/app/more/wrong.cc defines no models"
         "write RETORT_MODELS(name) { … }; at the start of a line")
endforeach()
file(WRITE "${WORK}/app/more/wrong.cc" "#include <retort/schema.h>\nRETORT_MODELS(people) {};\n")
build(app FAILS)
expect("retort_add_models(app-migrations): ${WORK}/app/more/wrong.cc defines models 'people', and so does another file"
       "give one of them another name")
