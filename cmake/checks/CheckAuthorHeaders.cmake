# cmake -DCOMPILER=<c++> -DINCLUDE=<src/include> -P CheckAuthorHeaders.cmake
#
# <retort/migration.h> is compiled once for each migration, and <retort/schema.h> for each file of models, so
# they must stay small: no standard string, container or function header may be reachable from them.

cmake_minimum_required(VERSION 3.25)

set(largest 1500)
foreach(name IN ITEMS migration schema)
  set(checked "<retort/${name}.h>")
  execute_process(COMMAND "${COMPILER}" -std=c++20 -E "-I${INCLUDE}" -x c++ "${INCLUDE}/retort/${name}.h"
    OUTPUT_VARIABLE text ERROR_VARIABLE errors RESULT_VARIABLE result)
  if(NOT result STREQUAL "0")
    message(FATAL_ERROR "${checked} cannot be preprocessed:\n${errors}")
  endif()
  foreach(header IN ITEMS string string_view vector functional optional memory variant map utility
                          type_traits compare iostream)
    if(text MATCHES "\n# [0-9]+ \"[^\"\n]*/${header}\"")
      message(FATAL_ERROR "<${header}> is reachable from ${checked}")
    endif()
  endforeach()
  string(REGEX REPLACE "[^\n]" "" lines "${text}")
  string(LENGTH "${lines}" count)
  if(count GREATER largest)
    message(FATAL_ERROR "${checked} has ${count} lines after preprocessing; ${largest} are allowed")
  endif()
  message(STATUS "${checked}: ${count} lines")
endforeach()
