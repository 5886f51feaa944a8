# The driver of the consumer projects. A test is a script <feature>/test.cmake, run as
#
#     cmake -DSETTINGS=<file> -P <feature>/test.cmake
#
# which includes this file and works on a copy of the projects beside it. The settings say how this
# build was configured, so that consumers are compiled the same way:
#
#     SCRATCH       folder for copies and their builds
#     RETORT_SOURCE, RETORT_PACKAGE (the build tree's package), INSTALLED (prefix of an install tree),
#     RETORT_TOOL (the program `retort`)
#     GENERATOR, BUILD_TYPE, COMPILER, FLAGS, LINK_FLAGS

cmake_minimum_required(VERSION 3.25)
include("${SETTINGS}")
list(APPEND CMAKE_MESSAGE_CONTEXT retort)

get_filename_component(feature_folder "${CMAKE_SCRIPT_MODE_FILE}" DIRECTORY)
get_filename_component(feature "${feature_folder}" NAME)
set(WORK "${SCRATCH}/${feature}${VARIANT}")
file(REMOVE_RECURSE "${WORK}")
file(COPY "${feature_folder}/" DESTINATION "${WORK}" PATTERN test.cmake EXCLUDE)

# run(<what> [FAILS] COMMAND <word>...)
#
# Runs a command in WORK. Sets OUTPUT (both streams) and FLAT_OUTPUT (white space made single
# blanks: CMake wraps its messages). Ends the test where the command did not succeed, or did with FAILS.
function(run what)
  cmake_parse_arguments(PARSE_ARGV 1 arg "FAILS" "" "COMMAND")
  execute_process(COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${WORK}"
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(arg_FAILS AND result STREQUAL "0")
    message(FATAL_ERROR "${what} was to fail, and succeeded:\n${output}")
  elseif(NOT arg_FAILS AND NOT result STREQUAL "0")
    message(FATAL_ERROR "${what} failed (${result}):\n${output}")
  endif()
  string(REGEX REPLACE "[ \t\r\n]+" " " flat "${output}")
  set(OUTPUT "${output}" PARENT_SCOPE)
  set(FLAT_OUTPUT "${flat}" PARENT_SCOPE)
endfunction()

# configure(<project> [FAILS] [ARGUMENTS <word>...])
#
# Configures WORK/<project> in WORK/<project>-build, with the build tree's Retort.
macro(configure project)
  cmake_parse_arguments(configure "FAILS" "" "ARGUMENTS" ${ARGN})
  set(configure_expected "")
  if(configure_FAILS)
    set(configure_expected FAILS)
  endif()
  run("configuring ${project}" ${configure_expected} COMMAND
    "${CMAKE_COMMAND}" -S "${project}" -B "${project}-build" -G "${GENERATOR}"
    "-Dretort_DIR=${RETORT_PACKAGE}" "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
    "-DCMAKE_EXE_LINKER_FLAGS=${LINK_FLAGS}" ${configure_ARGUMENTS})
endmacro()

# build(<project> [FAILS] [TARGET <target>] [ENVIRONMENT <NAME=value>...])
macro(build project)
  cmake_parse_arguments(build "FAILS" "TARGET" "ENVIRONMENT" ${ARGN})
  set(build_expected "")
  if(build_FAILS)
    set(build_expected FAILS)
  endif()
  set(build_target "")
  if(build_TARGET)
    set(build_target --target ${build_TARGET})
  endif()
  run("building ${project} ${build_TARGET}" ${build_expected} COMMAND
    "${CMAKE_COMMAND}" -E env ${build_ENVIRONMENT}
    "${CMAKE_COMMAND}" --build "${project}-build" ${build_target})
endmacro()

# expect(<text>...)
#
# Each text must stand in the last output, but for white space.
function(expect)
  foreach(text IN LISTS ARGN)
    string(REGEX REPLACE "[ \t\r\n]+" " " flat "${text}")
    string(FIND "${FLAT_OUTPUT}" "${flat}" at)
    if(at EQUAL -1)
      message(FATAL_ERROR "expected\n  ${text}\nin\n${OUTPUT}")
    endif()
  endforeach()
endfunction()

# expect_not(<text>)
function(expect_not text)
  string(FIND "${FLAT_OUTPUT}" "${text}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "did not expect\n  ${text}\nin\n${OUTPUT}")
  endif()
endfunction()

# write_migration(<file> <revision> [<down_revision>])
#
# A C++ or an SQL migration that makes a table of its own.
function(write_migration file revision)
  set(parent "${ARGV2}")
  if(file MATCHES "[.]sql$")
    file(WRITE "${WORK}/${file}" "-- Add ${revision}
--
-- revision: ${revision}
-- down_revision: ${parent}

-- migrate:up
CREATE TABLE t_${revision} (id INTEGER PRIMARY KEY);
-- migrate:down
DROP TABLE t_${revision};
")
    return()
  endif()
  set(down "")
  if(parent)
    set(down "\n    .down_revision = {\"${parent}\"},")
  endif()
  file(WRITE "${WORK}/${file}" "#include <retort/migration.h>

RETORT_MIGRATION(${revision}) {${down}
    .message = \"Add ${revision}\",
    .upgrade =
        [](retort::operations& op) {
          op.execute(\"CREATE TABLE t_${revision} (id INTEGER PRIMARY KEY)\");
        },
    .downgrade = [](retort::operations& op) { op.execute(\"DROP TABLE t_${revision}\"); },
};
")
endfunction()
