# Embedding of files into a target: the build's side of EmbedSql.cmake.

include_guard(GLOBAL)

# _retort_embed_reference(<variable> <symbol> <size>)
#
# The bytes as a braced list of retort::text, and in <variable>_DECLARATIONS what must be declared
# before. The sizes are known when configuring: an embedded file that changes configures again.
function(_retort_embed_reference variable symbol size)
  set(declarations "")
  set(pieces "")
  set(number 0)
  while(size GREATER 0)
    set(length ${size})
    if(length GREATER 4000)
      set(length 4000)
    endif()
    string(APPEND declarations "extern const char ${symbol}_${number}[];\n")
    list(APPEND pieces "{${symbol}_${number}, ${length}}")
    math(EXPR number "${number} + 1")
    math(EXPR size "${size} - ${length}")
  endwhile()
  list(JOIN pieces ", " pieces)
  if(pieces STREQUAL "")
    set(pieces "{\"\", 0}")
  endif()
  set(${variable} "{${pieces}}" PARENT_SCOPE)
  set(${variable}_DECLARATIONS "${declarations}" PARENT_SCOPE)
endfunction()

# _retort_embed_call(<variable> <path> <size> <symbol>)
#
# Appends the line of a list for EmbedSql.cmake.
macro(_retort_embed_call variable path size symbol)
  string(APPEND ${variable} "retort_embed([==[${path}]==] ${size} ${symbol})\n")
endmacro()

# _retort_embed_command(<target> <source.cc> <calls> <file>...)
#
# The target gets a source that is generated from the files and from nothing else.
function(_retort_embed_command target source calls)
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/EmbedSql.cmake")
  set(list "${source}.list.cmake")
  _retort_write("${list}" "${calls}")
  get_filename_component(name "${source}" NAME)
  add_custom_command(OUTPUT "${source}"
    COMMAND "${CMAKE_COMMAND}" "-DLIST=${list}" "-DOUTPUT=${source}" -P "${script}"
    DEPENDS ${ARGN} "${list}" "${script}"
    COMMENT "Embedding ${target}/${name}"
    VERBATIM)
  target_sources(${target} PRIVATE "${source}")
endfunction()
