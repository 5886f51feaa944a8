# Programs that Retort makes name no library of PostgreSQL, and load libpq when they connect; applications link it.
# Nor do they name libstdc++, unless the project links something of its own.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

# libraries_of(<program>): those that the dynamic loader loads, in OUTPUT.
macro(libraries_of program)
  run("reading ${program}" COMMAND "${READELF}" --dynamic "${program}")
  expect("NEEDED")
endmacro()

foreach(program IN LISTS PROGRAMS)
  libraries_of("${program}")
  expect_not("[libpq")
  expect_not("[libstdc++")
  expect_not("[libfmt")
endforeach()

# What src/base/fmt.cc gives. An optimised build would take any other function of fmt out of fmt's library.
foreach(archive IN LISTS ARCHIVES)
  run("reading ${archive}" COMMAND "${NM}" --undefined-only --demangle "${archive}")
  string(REGEX MATCHALL " U fmt::[^(\n]+" used "${OUTPUT}")
  list(FILTER used EXCLUDE REGEX "::(vformat|vprint|assert_fail)")
  if(NOT used STREQUAL "")
    message(FATAL_ERROR "${archive} needs ${used}, which src/base/fmt.cc does not give")
  endif()
endforeach()

write_migration(app/versions/a1_first.cc a1)
configure(app)
build(app)
foreach(program IN ITEMS app-db sqlite-db calling-db)
  libraries_of("app-build/${program}")
  expect_not("[libpq")
  expect_not("[libstdc++")
  expect_not("[libfmt")
endforeach()
foreach(program IN ITEMS linking-db sharing-db)
  libraries_of("app-build/${program}")
  expect("[libstdc++")
endforeach()
libraries_of("app-build/embedding")
expect("[libpq.so.5]")

file(STRINGS "${WORK}/app-build/app-db" here REGEX "PQconnectdb")
file(STRINGS "${WORK}/app-build/sqlite-db" there REGEX "PQconnectdb")
if(NOT here OR there)
  message(FATAL_ERROR "the names of libpq's functions stand in app-db: '${here}', in sqlite-db: '${there}'")
endif()
foreach(program IN ITEMS calling-db linking-db)
  run("${program}, which calls libpq" COMMAND "app-build/${program}" --version)
  expect("escaped to it''s, 5 characters")
endforeach()

# with(<folder>): the runner, connecting, finds that folder's libpq.so.5.
macro(with folder)
  run("connecting with libpq from ${folder}" FAILS COMMAND "${CMAKE_COMMAND}" -E env
    "LD_LIBRARY_PATH=${WORK}/${folder}" app-build/app-db current)
endmacro()
file(WRITE "${WORK}/broken/libpq.so.5" "")
with(broken)
expect("FAILED: PostgreSQL's client library libpq.so.5 cannot be loaded: "
       "help: install it (Debian: libpq5)")
with(app-build/empty)
expect("libpq.so.5 is too old: it has no function PQconnectdb")

configure(app ARGUMENTS -DRETORT_LIBPQ_ON_DEMAND=OFF)
build(app TARGET app-db)
libraries_of("app-build/app-db")
expect("[libpq.so.5]" "[libstdc++")
