# A project that finds an installed Retort: builds, migrates, and its revisions are tests.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

write_migration(app/versions/a1_first.cc a1)
write_migration(app/versions/b2_second.sql b2 a1)
configure(app ARGUMENTS "-Uretort_DIR" "-DCMAKE_PREFIX_PATH=${INSTALLED}")
build(app)
build(app TARGET app-db-upgrade)
build(app TARGET app-db-current)
expect("b2")
build(app TARGET app-db-downgrade ENVIRONMENT REV=a1)
build(app TARGET app-db-current)
expect_not("b2")
# An empty variable is an unset one.
build(app TARGET app-db-upgrade ENVIRONMENT REV=)
build(app TARGET app-db-history)
expect("a1" "b2")

run("the tests" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build --output-on-failure)
expect("retort.app-db.sqlite.snapshots" "retort.app-db.sqlite.a1" "retort.app-db.sqlite.b2"
       "retort.app-db.sqlite.cleanup" "100% tests passed")

run("the installed tool" COMMAND "${INSTALLED}/bin/retort" --version)
expect("retort")
