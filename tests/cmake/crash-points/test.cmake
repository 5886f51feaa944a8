# A history with a backfill, a table that SQLite builds anew, and an index that PostgreSQL builds outside of
# a transaction: killed after each call to the database, and set right by the next run.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

configure(app)
build(app)
foreach(backend IN ITEMS sqlite postgres)
  run("crash points" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build --output-on-failure
    -R "retort.app-db.${backend}.crash_points")
  expect("100% tests passed")
endforeach()
