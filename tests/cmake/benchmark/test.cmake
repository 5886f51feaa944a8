# How long a build takes when one migration is added to COUNT (1000). Not a test: times depend on the
# machine. Run it on a quiet one, against an installed Retort (a debug build of Retort itself makes the
# program that is linked ten times as large):
#
#     cmake -DSETTINGS=<build>/tests/cmake/settings-<config>.cmake -DPACKAGE=<prefix>/lib/cmake/retort
#           -P tests/cmake/benchmark/test.cmake

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

if(NOT DEFINED COUNT)
  set(COUNT 1000)
endif()
if(DEFINED PACKAGE)
  set(RETORT_PACKAGE "${PACKAGE}")
endif()

macro(timed what)
  string(TIMESTAMP start "%s%f")
  build(app)
  string(TIMESTAMP end "%s%f")
  math(EXPR milliseconds "(${end} - ${start}) / 1000")
  message("${kind}: ${what}: ${milliseconds} ms")
endmacro()

foreach(kind IN ITEMS cc sql)
  file(REMOVE_RECURSE "${WORK}/app/versions" "${WORK}/app-build")
  set(parent "")
  foreach(number RANGE 1 ${COUNT})
    write_migration(app/versions/r${number}_step.${kind} r${number} ${parent})
    set(parent r${number})
  endforeach()
  configure(app)
  timed("build ${COUNT}")
  timed("build again")
  write_migration(app/versions/s1_step.${kind} s1 ${parent})
  timed("add one")
  write_migration(app/versions/s2_step.${kind} s2 s1)
  timed("add one")
endforeach()
