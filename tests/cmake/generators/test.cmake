# The whole of a small project with another generator.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

set(GENERATOR "${CONSUMER_GENERATOR}")
write_migration(app/versions/a1_first.cc a1)
write_migration(app/versions/b2_second.sql b2 a1)
set(arguments "")
if(GENERATOR MATCHES "Multi-Config")
  # The package was built in one configuration.
  set(arguments "-DCMAKE_CONFIGURATION_TYPES=Debug;Release" "-DCMAKE_DEFAULT_BUILD_TYPE=Debug")
endif()
configure(app ARGUMENTS ${arguments})
build(app)
build(app TARGET db-upgrade)
build(app TARGET db-current)
expect("b2")
build(app)
if(OUTPUT MATCHES "Building|Linking|Embedding")
  message(FATAL_ERROR "a build with nothing to do did something:\n${OUTPUT}")
endif()
write_migration(app/versions/c3_third.sql c3 b2)
build(app)
build(app TARGET db-history)
expect("c3")
run("the tests" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir app-build -C Debug --output-on-failure)
expect("100% tests passed")

write_migration(app/versions/d4_wrong.sql d4 nowhere)
build(app FAILS)
expect("/versions/d4_wrong.sql:")
# And it is not forgotten: the next build fails too.
build(app FAILS)
expect("/versions/d4_wrong.sql:")
