# An application that brings its own database to head, with nothing of the runner in it, and asks
# whether it may work with one.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

write_migration(app/versions/a1_first.cc a1)
write_migration(app/versions/b2_second.sql b2 a1)
configure(app)
build(app)
run("the application" COMMAND app-build/app "sqlite:///${WORK}/app.db")
expect("guard: behind ran a1" "ran b2" "at b2")
run("the application" COMMAND app-build/app "sqlite:///${WORK}/app.db")
expect_not("ran")
expect("guard: ok at b2")

# A newer program has been there: with a revision that says who still works after it, and with one
# that does not.
write_migration(newer/a1_first.sql a1)
write_migration(newer/b2_second.sql b2 a1)
set(parent b2)
foreach(step IN ITEMS "c3 b2 newer but compatible" "d4 - incompatible")
  string(REGEX MATCH "^([^ ]+) ([^ ]+) (.+)$" step "${step}")
  set(id "${CMAKE_MATCH_1}")
  set(compatible "${CMAKE_MATCH_2}")
  set(answer "${CMAKE_MATCH_3}")
  write_migration(newer/${id}_newer.sql ${id} ${parent})
  if(NOT compatible STREQUAL "-")
    file(READ "${WORK}/newer/${id}_newer.sql" text)
    file(WRITE "${WORK}/newer/${id}_newer.sql" "-- compatible_with: ${compatible}\n${text}")
  endif()
  set(parent ${id})
  run("a newer program" COMMAND "${RETORT_TOOL}" upgrade head --url "sqlite:///${WORK}/app.db"
    --script-location newer)
  run("the application" COMMAND app-build/app "sqlite:///${WORK}/app.db")
  expect("guard: ${answer}" "newer: ${id}")
endforeach()
