# Wrong downgrades fail exactly their own tests, on both databases, with the difference shown.
include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

configure(app)
build(app)
run("the round trips" FAILS COMMAND "${CMAKE_COMMAND}" -E env RETORT_REQUIRE_POSTGRES=1
  "${CMAKE_CTEST_COMMAND}" --test-dir app-build --output-on-failure)
foreach(backend IN ITEMS sqlite postgres)
  foreach(revision IN ITEMS a1 c3 f6)
    if(NOT OUTPUT MATCHES "retort[.]app-db[.]${backend}[.]${revision} [.]+ +Passed")
      message(FATAL_ERROR "${revision} was to pass on ${backend}:\n${OUTPUT}")
    endif()
  endforeach()
  foreach(revision IN ITEMS b2 d4 e5)
    if(NOT OUTPUT MATCHES "retort[.]app-db[.]${backend}[.]${revision} [.]+[*]+Failed")
      message(FATAL_ERROR "${revision} was to fail on ${backend}:\n${OUTPUT}")
    endif()
  endforeach()
endforeach()
expect("6 tests failed"
  "users: index ix_users_email is missing: UNIQUE INDEX (email)"
  "column users.nick is `VARCHAR(20)`, expected `VARCHAR(20) DEFAULT 'nobody'`"
  "column users.nick is `character varying(20)`, expected `character varying(20) DEFAULT 'nobody'"
  "data is lost on the way up and down: table users had 5 rows and has 4")
