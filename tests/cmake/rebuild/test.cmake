# A second build has nothing to do; a new file, an edited one and a new id are picked up by a build alone.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

function(expect_nothing_done)
  if(OUTPUT MATCHES "Building|Linking|Embedding")
    message(FATAL_ERROR "a build with nothing to do did something:\n${OUTPUT}")
  endif()
endfunction()

write_migration(app/versions/a1_first.cc a1)
write_migration(app/versions/b2_second.sql b2 a1)
configure(app)
build(app)
build(app)
expect_nothing_done()
configure(app)
build(app)
expect_nothing_done()

write_migration(app/versions/c3_third.cc c3 b2)
write_migration(app/versions/d4_fourth.sql d4 c3)
build(app)
build(app TARGET db-history)
expect("c3" "d4")
build(app)
expect_nothing_done()

# The message of an SQL file, and then the id of a C++ file: a changed declaration reaches the registry.
file(READ "${WORK}/app/versions/d4_fourth.sql" content)
string(REPLACE "Add d4" "Another message" content "${content}")
file(WRITE "${WORK}/app/versions/d4_fourth.sql" "${content}")
build(app TARGET db-history)
expect("Another message")
file(REMOVE "${WORK}/app/versions/d4_fourth.sql" "${WORK}/app/versions/c3_third.cc")
write_migration(app/versions/e5_third.cc e5 b2)
build(app TARGET db-history)
expect("e5")
expect_not("c3")

# db-revision writes a file, byte for byte what the environment says, and the next build has it.
build(app TARGET db-revision ENVIRONMENT "MESSAGE=user's \"email\" & $x" FORMAT=sql)
file(GLOB made "${WORK}/app/versions/*.sql")
list(LENGTH made count)
if(NOT count EQUAL 2)
  message(FATAL_ERROR "db-revision wrote no file:\n${OUTPUT}")
endif()
build(app TARGET db-history)
expect("user's \"email\" & $x")
