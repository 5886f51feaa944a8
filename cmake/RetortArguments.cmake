# What the public functions share: checks of their arguments, and writing of generated files.

include_guard(GLOBAL)

# _retort_fail(<function> <message>...)
#
# Ends the configuration; the pieces of the message are joined as they are.
function(_retort_fail function)
  string(JOIN "" message ${ARGN})
  message(FATAL_ERROR "${function}: ${message}")
endfunction()

# _retort_check_keywords(<function> <usage> <unknown> <without value>)
#
# For what cmake_parse_arguments could not place.
function(_retort_check_keywords function usage unknown without_value)
  if(NOT unknown STREQUAL "")
    list(GET unknown 0 first)
    _retort_fail("${function}" "'${first}' is not a keyword or value that stands here\n"
      "help: ${function}(${usage})")
  endif()
  if(NOT without_value STREQUAL "")
    list(GET without_value 0 first)
    _retort_fail("${function}" "${first} has no value\nhelp: ${function}(${usage})")
  endif()
endfunction()

# _retort_check_new_target(<function> <name>)
function(_retort_check_new_target function name)
  if(NOT name MATCHES "^[A-Za-z0-9_.+-]+$")
    _retort_fail("${function}" "'${name}' cannot be the name of a target\n"
      "help: give the name first, made of letters, digits and _.+-")
  endif()
  if(TARGET ${name})
    _retort_fail("${function}" "there is already a target '${name}'\nhelp: choose another name")
  endif()
endfunction()

# _retort_absolute(<function> <variable> <path> FILE|DIRECTORY)
#
# Sets <variable> to the path, which is taken relative to the calling CMakeLists.txt and must exist.
function(_retort_absolute function variable path kind)
  get_filename_component(full "${path}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  if(full MATCHES "[][;]")
    _retort_fail("${function}" "the path ${full} has one of the characters [ ] ;, which CMake's lists "
      "cannot hold\nhelp: rename it")
  endif()
  if(kind STREQUAL "DIRECTORY")
    if(NOT IS_DIRECTORY "${full}")
      _retort_fail("${function}" "there is no folder ${full}\n"
        "help: create it, or correct the path (relative paths start at ${CMAKE_CURRENT_SOURCE_DIR})")
    endif()
  elseif(NOT EXISTS "${full}" OR IS_DIRECTORY "${full}")
    _retort_fail("${function}" "there is no file ${full}\n"
      "help: create it, or correct the path (relative paths start at ${CMAKE_CURRENT_SOURCE_DIR})")
  endif()
  set(${variable} "${full}" PARENT_SCOPE)
endfunction()

# _retort_aliased(<variable> <target>)
#
# The target behind an alias, or the target itself.
function(_retort_aliased variable target)
  get_target_property(behind ${target} ALIASED_TARGET)
  if(NOT behind)
    set(behind ${target})
  endif()
  set(${variable} "${behind}" PARENT_SCOPE)
endfunction()

# _retort_check_kind(<function> <target> SET|RUNNER <variable>)
#
# The target must have been made by retort_add_migrations (here or in an imported package), or by
# retort_add_runner. Sets <variable> to the target behind its aliases.
function(_retort_check_kind function target kind variable)
  if(kind STREQUAL "SET")
    set(maker "retort_add_migrations")
    set(what "a migration set")
  else()
    set(maker "retort_add_runner")
    set(what "a runner")
  endif()
  if(NOT TARGET ${target})
    _retort_fail("${function}" "there is no target '${target}'\nhelp: make it with ${maker}(${target} …) "
      "in this directory or in one that was added before")
  endif()
  _retort_aliased(behind ${target})
  get_target_property(mark ${behind} RETORT_${kind})
  if(NOT mark)
    get_target_property(type ${behind} TYPE)
    _retort_fail("${function}" "the target '${target}' is not ${what} (it is of type ${type})\n"
      "help: name a target that ${maker} made")
  endif()
  set(${variable} "${behind}" PARENT_SCOPE)
endfunction()

# _retort_defer(<function> <argument>)
#
# Calls the function at the end of the current directory, so that the order of the calls in a
# CMakeLists.txt does not matter.
function(_retort_defer function argument)
  cmake_language(EVAL CODE "cmake_language(DEFER CALL ${function} [==[${argument}]==])")
endfunction()

# _retort_write(<file> <content>)
#
# Writes the file where its content is another, so that nothing is rebuilt without a reason.
function(_retort_write file content)
  if(EXISTS "${file}")
    file(READ "${file}" before)
    if(before STREQUAL content)
      return()
    endif()
  endif()
  file(WRITE "${file}" "${content}")
endfunction()

# _retort_cxx_string(<variable> <value>)
#
# The value as a C++ string literal, quotes included.
function(_retort_cxx_string variable value)
  if(value MATCHES "[\\\"\n]")
    string(REPLACE "\\" "\\\\" value "${value}")
    string(REPLACE "\"" "\\\"" value "${value}")
    string(REPLACE "\n" "\\n" value "${value}")
  endif()
  set(${variable} "\"${value}\"" PARENT_SCOPE)
endfunction()
