# Turns files into a C++ source that holds their bytes:
#
#     cmake -DLIST=<list> -DOUTPUT=<file.cc> -P EmbedSql.cmake
#
# The list is a script of calls retort_embed([==[path]==] <size> <symbol>), as the command line of
# a thousand paths would be too long. A file becomes the arrays <symbol>_0, <symbol>_1, … of 4,000
# bytes each, so that a literal stays under the 16 kB that every compiler takes. Files are read as
# hexadecimal digits: everything else in CMake changes CR LF, NUL, brackets or semicolons.

cmake_minimum_required(VERSION 3.25)

set(piece_digits 8000)

function(flush)
  get_property(source GLOBAL PROPERTY source)
  file(APPEND "${OUTPUT}.part" "${source}")
  set_property(GLOBAL PROPERTY source "")
endfunction()

function(retort_embed path size symbol)
  file(READ "${path}" digits HEX)
  string(LENGTH "${digits}" length)
  math(EXPR expected "2 * ${size}")
  if(NOT length EQUAL expected)
    message(FATAL_ERROR "${path} changed during the build\nhelp: build again")
  endif()
  set(number 0)
  set(start 0)
  while(start LESS length)
    string(SUBSTRING "${digits}" ${start} ${piece_digits} piece)
    string(REGEX REPLACE "(..)" "\\\\x\\1" piece "${piece}")
    set_property(GLOBAL APPEND_STRING PROPERTY source
      "extern const char ${symbol}_${number}[];\nconst char ${symbol}_${number}[] =\n    \"${piece}\";\n")
    math(EXPR number "${number} + 1")
    math(EXPR start "${start} + ${piece_digits}")
    math(EXPR is_batch "${number} % 16")
    if(is_batch EQUAL 0)
      flush()
    endif()
  endwhile()
endfunction()

file(WRITE "${OUTPUT}.part" "// Generated from ${LIST}.\n")
include("${LIST}")
flush()
file(RENAME "${OUTPUT}.part" "${OUTPUT}")
