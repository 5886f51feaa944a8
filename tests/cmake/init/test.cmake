# What `retort init` lays down builds at once: as a part of a project and by itself, empty and with the first
# migration in it.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

run("init in the project" COMMAND "${CMAKE_COMMAND}" -E chdir app "${RETORT_TOOL}" init db)
expect("created db/CMakeLists.txt" "created CMakePresets.json" "enable_testing() add_subdirectory(db)")
file(APPEND "${WORK}/app/CMakeLists.txt" "enable_testing()\nadd_subdirectory(db)\n")
configure(app)
build(app)
build(app TARGET db-upgrade FAILS)
expect("this program holds no migrations" "write the first with `revision -m MESSAGE`")
build(app TARGET db-revision ENVIRONMENT "MESSAGE=first step" FORMAT=sql)
expect("created ${WORK}/app/db/versions/")
build(app TARGET db-revision ENVIRONMENT "MESSAGE=second step")
build(app)
build(app TARGET db-upgrade)
expect("first step" "second step")
run("the tests" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build --output-on-failure -L sqlite)
expect("retort.db-runner.sqlite" "100% tests passed")
run("the presets" COMMAND "${CMAKE_COMMAND}" -E chdir app "${CMAKE_COMMAND}" --list-presets=all)
expect("With the migrations of db" "db-upgrade")

run("init by itself" COMMAND "${RETORT_TOOL}" init alone)
expect("cmake -S alone -B alone/build && cmake --build alone/build"
       "MESSAGE=\"create accounts\" cmake --build alone/build --target alone-revision")
configure(alone)
build(alone)
