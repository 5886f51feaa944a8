# Turns files into a C++ source that holds their bytes:
#
#     cmake -DLIST=<list> -DOUTPUT=<file.cc> -P EmbedSql.cmake
#
# The list is a script of calls, as the command line of a thousand paths would be too long. Bytes are split
# into literals of 4,000, which every compiler takes. Files are read as hexadecimal digits: everything else in
# CMake changes CR LF, NUL, brackets or semicolons.

cmake_minimum_required(VERSION 3.25)

set(piece_digits 8000)

function(flush)
  get_property(source GLOBAL PROPERTY source)
  file(APPEND "${OUTPUT}.part" "${source}")
  set_property(GLOBAL PROPERTY source "")
endfunction()

function(read_digits variable path size)
  file(READ "${path}" digits HEX)
  string(LENGTH "${digits}" length)
  math(EXPR expected "2 * ${size}")
  if(NOT length EQUAL expected)
    message(FATAL_ERROR "${path} changed during the build\nhelp: build again")
  endif()
  set(${variable} "${digits}" PARENT_SCOPE)
endfunction()

# retort_embed(<path> <size> <symbol>)
#
# One file: the arrays <symbol>_0, <symbol>_1, …
function(retort_embed path size symbol)
  read_digits(digits "${path}" ${size})
  string(LENGTH "${digits}" length)
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

# retort_begin_rows(<symbol>)
# retort_embed_row_bytes(<names> <path> <size>)…
# retort_end_rows()
#
# Many files, each behind its names, without a gap: the rows of one array (retort::bundle::row).
function(retort_begin_rows symbol)
  set_property(GLOBAL APPEND_STRING PROPERTY source
    "extern const char ${symbol}[][4001];\nconst char ${symbol}[][4001] = {\n")
  set_property(GLOBAL PROPERTY pending "")
endfunction()

function(retort_embed_row_bytes names path size)
  get_property(pending GLOBAL PROPERTY pending)
  string(HEX "${names}" name_digits)
  read_digits(digits "${path}" ${size})
  string(APPEND pending "${name_digits}${digits}")
  string(LENGTH "${pending}" length)
  set(start 0)
  math(EXPR whole "${length} - ${piece_digits}")
  while(start LESS_EQUAL whole)
    string(SUBSTRING "${pending}" ${start} ${piece_digits} piece)
    add_row("${piece}")
    math(EXPR start "${start} + ${piece_digits}")
  endwhile()
  string(SUBSTRING "${pending}" ${start} -1 pending)
  set_property(GLOBAL PROPERTY pending "${pending}")
endfunction()

function(retort_end_rows)
  get_property(pending GLOBAL PROPERTY pending)
  add_row("${pending}")
  set_property(GLOBAL APPEND_STRING PROPERTY source "};\n")
endfunction()

function(add_row digits)
  string(REGEX REPLACE "(..)" "\\\\x\\1" piece "${digits}")
  set_property(GLOBAL APPEND_STRING PROPERTY source "    \"${piece}\",\n")
  flush()
endfunction()

file(WRITE "${OUTPUT}.part" "// Generated from ${LIST}.\n")
include("${LIST}")
flush()
file(RENAME "${OUTPUT}.part" "${OUTPUT}")
