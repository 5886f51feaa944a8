# Migration sets: retort_add_migrations() and retort_add_migration(). cmake/README.md tells how they
# are used; this file includes everything else that find_package(retort) gives.

include_guard(GLOBAL)
include("${CMAKE_CURRENT_LIST_DIR}/RetortArguments.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/RetortEmbed.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/RetortDeclarations.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/RetortModels.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/RetortRunner.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/RetortVerify.cmake")

function(retort_add_migrations set)
  set(usage "<set> DIRECTORY <folder> [RECURSIVE] | SOURCES <file>… [UNITY_GROUPS <n>] [NO_CHECK] [SUM]")
  cmake_parse_arguments(PARSE_ARGV 1 arg "RECURSIVE;NO_CHECK;SUM" "DIRECTORY;UNITY_GROUPS" "SOURCES")
  _retort_check_keywords(retort_add_migrations "${usage}" "${arg_UNPARSED_ARGUMENTS}"
                         "${arg_KEYWORDS_MISSING_VALUES}")
  _retort_check_new_target(retort_add_migrations "${set}")
  if(NOT DEFINED arg_DIRECTORY AND NOT DEFINED arg_SOURCES)
    _retort_fail(retort_add_migrations "the set '${set}' has neither DIRECTORY nor SOURCES\n"
      "help: retort_add_migrations(${usage})")
  endif()
  if(DEFINED arg_UNITY_GROUPS AND NOT arg_UNITY_GROUPS MATCHES "^[1-9][0-9]*$")
    _retort_fail(retort_add_migrations "UNITY_GROUPS is '${arg_UNITY_GROUPS}'\n"
      "help: give a number, about one for 16 C++ migrations")
  endif()
  if(arg_RECURSIVE AND NOT DEFINED arg_DIRECTORY)
    _retort_fail(retort_add_migrations "RECURSIVE has no meaning without DIRECTORY\n"
      "help: give DIRECTORY <folder>, or leave RECURSIVE out")
  endif()

  set(sources "")
  if(DEFINED arg_DIRECTORY)
    _retort_absolute(retort_add_migrations directory "${arg_DIRECTORY}" DIRECTORY)
    _retort_glob(sources "${directory}" "${arg_RECURSIVE}" "*.cc" "*.cpp" "*.sql")
  endif()
  foreach(source IN LISTS arg_SOURCES)
    _retort_check_source(retort_add_migrations source "${source}")
    list(APPEND sources "${source}")
  endforeach()
  if(NOT DEFINED directory)
    list(GET sources 0 first)
    get_filename_component(directory "${first}" DIRECTORY)
  endif()

  string(MAKE_C_IDENTIFIER "${set}" identifier)
  add_library(${set} STATIC)
  add_library(${set}::${set} ALIAS ${set})
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/retort/${set}")
  set_target_properties(${set} PROPERTIES
    LINKER_LANGUAGE CXX
    RETORT_SET "${identifier}"
    RETORT_DIRECTORY "${directory}"
    RETORT_SOURCES "${sources}"
    RETORT_UNITY_GROUPS "${arg_UNITY_GROUPS}"
    RETORT_NO_CHECK "${arg_NO_CHECK}"
    RETORT_SUM "${arg_SUM}"
    RETORT_GENERATED "${folder}"
    RETORT_MODEL_SOURCES ""
    EXPORT_PROPERTIES "RETORT_SET;RETORT_REVISIONS;RETORT_MODELS")
  target_link_libraries(${set} PUBLIC retort::retort)
  # Objects of their own, so that a runner links them without waiting for the archive.
  add_library(${set}_objects OBJECT)
  target_sources(${set} PRIVATE $<TARGET_OBJECTS:${set}_objects>)
  target_include_directories(${set} PUBLIC "$<BUILD_INTERFACE:${folder}/include>")
  target_compile_definitions(${set}_objects PRIVATE RETORT_MIGRATION_SET=${identifier})
  target_compile_options(${set}_objects PRIVATE
    "$<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>:-fmacro-prefix-map=${directory}/=>")
  _retort_defer(_retort_finish_set ${set})
endfunction()

function(retort_add_migration set)
  set(usage "<set> <file>")
  if(NOT ARGC EQUAL 2)
    _retort_fail(retort_add_migration "it takes a set and one file\n"
      "help: retort_add_migration(${usage}), once for each file")
  endif()
  _retort_check_open_set(retort_add_migration "${set}" behind)
  _retort_check_source(retort_add_migration source "${ARGV1}")
  set_property(TARGET ${behind} APPEND PROPERTY RETORT_SOURCES "${source}")
endfunction()

# _retort_check_open_set(<function> <set> <variable>)
#
# The target must be a set of this project that can still get files. Sets <variable> to the target
# behind its aliases.
function(_retort_check_open_set function set variable)
  _retort_check_kind("${function}" "${set}" SET behind)
  get_target_property(imported ${behind} IMPORTED)
  get_target_property(finished ${behind} RETORT_FINISHED)
  if(imported)
    _retort_fail("${function}" "the set '${set}' was built by another project\n"
      "help: make a set of your own and give both to retort_add_runner")
  endif()
  if(finished)
    _retort_fail("${function}" "the directory of the set '${set}' is already complete\n"
      "help: call it in the directory of the set, or below it")
  endif()
  set(${variable} "${behind}" PARENT_SCOPE)
endfunction()

# _retort_glob(<variable> <directory> <recursive> <pattern>...)
function(_retort_glob variable directory recursive)
  set(mode GLOB)
  if(recursive)
    set(mode GLOB_RECURSE)
  endif()
  list(TRANSFORM ARGN PREPEND "${directory}/")
  file(${mode} found LIST_DIRECTORIES FALSE CONFIGURE_DEPENDS ${ARGN})
  if(found MATCHES "[][]|\\\\;")
    _retort_fail(retort_add_migrations "in ${directory} is a file with one of the characters [ ] ; in its "
      "name, which CMake's lists cannot hold\nhelp: rename it")
  endif()
  list(FILTER found EXCLUDE REGEX "/[.][^/]*$")
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

# _retort_sort_paths(<variable>)
#
# The order in which a folder is loaded (src/engine/folder.h): of each folder first its files, then
# the folders in it. DEL, which stands behind what names are made of, marks the folders for a while.
function(_retort_sort_paths variable)
  string(ASCII 127 mark)
  set(paths "${${variable}}")
  list(TRANSFORM paths REPLACE "([^/]+)/" "${mark}\\1/")
  list(SORT paths)
  list(TRANSFORM paths REPLACE "${mark}" "")
  set(${variable} "${paths}" PARENT_SCOPE)
endfunction()

# _retort_check_source(<function> <variable> <path>)
function(_retort_check_source function variable path)
  _retort_absolute("${function}" full "${path}" FILE)
  if(NOT full MATCHES "[.](cc|cpp|cxx|sql)$")
    _retort_fail("${function}" "${full} is neither C++ (.cc, .cpp, .cxx) nor SQL (.sql)\n"
      "help: give the file one of these endings")
  endif()
  set(${variable} "${full}" PARENT_SCOPE)
endfunction()

# Everything that needs the whole list of a set's files: called at the end of its directory.
function(_retort_finish_set set)
  get_target_property(sources ${set} RETORT_SOURCES)
  get_target_property(directory ${set} RETORT_DIRECTORY)
  get_target_property(models ${set} RETORT_MODEL_SOURCES)
  if(models)
    list(REMOVE_DUPLICATES models)
    set_target_properties(${set} PROPERTIES RETORT_MODEL_SOURCES "${models}")
    # They may stand in the folder of the migrations.
    list(REMOVE_ITEM sources ${models})
  endif()
  set(paths "")
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH path "${directory}" "${source}")
    list(APPEND paths "${path}")
  endforeach()
  _retort_sort_paths(paths)
  list(REMOVE_DUPLICATES paths)

  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources} ${models})
  _retort_share_settings(${set})
  _retort_read_set(${set} "${directory}" "${paths}")
  _retort_compile_migrations(${set} "${directory}" "${compiled}")
  _retort_add_models_to_set(${set} "${directory}")
  _retort_write_registry(${set} "${directory}" "${declarations}${model_declarations}" "${entries}"
                         "${sql_field}" "${model_field}")
  set_target_properties(${set} PROPERTIES RETORT_REVISIONS "${revisions}" RETORT_FINISHED TRUE)
  _retort_add_checker(${set})
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    # This directory's archives without ranlib: the index is already written by `ar qc` of GNU and LLVM,
    # and making it again doubles the time of an archive with a thousand members.
    set(CMAKE_CXX_ARCHIVE_FINISH "" PARENT_SCOPE)
  endif()
endfunction()

# The objects are compiled as the set's own properties say, whenever those were set.
function(_retort_share_settings set)
  foreach(property IN ITEMS COMPILE_DEFINITIONS COMPILE_FEATURES COMPILE_OPTIONS INCLUDE_DIRECTORIES)
    set_property(TARGET ${set}_objects APPEND PROPERTY ${property}
      "$<TARGET_GENEX_EVAL:${set},$<TARGET_PROPERTY:${set},${property}>>")
  endforeach()
  target_link_libraries(${set}_objects PRIVATE
    "$<TARGET_GENEX_EVAL:${set},$<TARGET_PROPERTY:${set},LINK_LIBRARIES>>")
  foreach(property IN ITEMS CXX_STANDARD CXX_EXTENSIONS CXX_VISIBILITY_PRESET
                            INTERPROCEDURAL_OPTIMIZATION POSITION_INDEPENDENT_CODE)
    get_target_property(value ${set} ${property})
    if(NOT value MATCHES "-NOTFOUND$")
      set_property(TARGET ${set}_objects PROPERTY ${property} "${value}")
    endif()
  endforeach()
endfunction()

# _retort_link_set(<program> <set>)
#
# The same as target_link_libraries(<program> PRIVATE <set>), but for the archive of a set of this
# build: with a thousand migrations its making takes as long as the linking.
function(_retort_link_set program set)
  get_target_property(imported ${set} IMPORTED)
  if(imported)
    target_link_libraries(${program} PRIVATE ${set})
  else()
    target_sources(${program} PRIVATE $<TARGET_OBJECTS:${set}_objects>)
    target_link_libraries(${program} PRIVATE
      "$<TARGET_GENEX_EVAL:${set},$<TARGET_PROPERTY:${set},INTERFACE_LINK_LIBRARIES>>")
  endif()
endfunction()

# Adds the C++ files. Those outside of the set's folder get their own mapping of recorded paths.
function(_retort_compile_migrations set directory paths)
  get_target_property(groups ${set} RETORT_UNITY_GROUPS)
  set(sources "")
  if(groups)
    set_target_properties(${set}_objects PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  endif()
  foreach(path IN LISTS paths)
    set(source "${directory}/${path}")
    if(path MATCHES "^([.][.](/.*)?)/[^/]*$")
      set(relative "${CMAKE_MATCH_1}")
      get_filename_component(source "${source}" ABSOLUTE)
      get_filename_component(folder "${source}" DIRECTORY)
      set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS
        "$<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>:-fmacro-prefix-map=${folder}/=${relative}/>")
    endif()
    if(groups)
      # By the hash of the name: a new file changes one group and shifts no other.
      _retort_hash_group(group "${path}" ${groups})
      set_property(SOURCE "${source}" PROPERTY UNITY_GROUP "group_${group}")
    endif()
    list(APPEND sources "${source}")
  endforeach()
  target_sources(${set}_objects PRIVATE ${sources})
endfunction()

# _retort_hash_group(<variable> <name> <count>)
function(_retort_hash_group variable name count)
  string(MD5 hash "${name}")
  string(SUBSTRING "${hash}" 0 6 hash)
  math(EXPR group "0x${hash} % ${count}")
  set(${variable} ${group} PARENT_SCOPE)
endfunction()

# The registry, and the header by which a program that embeds the set names it.
function(_retort_write_registry set directory declarations entries sql_files models)
  get_target_property(identifier ${set} RETORT_SET)
  get_target_property(folder ${set} RETORT_GENERATED)
  _retort_cxx_string(name "${set}")
  _retort_cxx_string(written_directory "${directory}")
  _retort_embed_sum(sum ${set} "${directory}")
  set(entries_field "")
  if(NOT entries STREQUAL "")
    set(entries "\nstatic constinit const retort::bundle::entry entries[] = {\n${entries}};\n")
    set(entries_field "    .entries = entries,\n")
  endif()
  set(header "${identifier}_migrations.h")
  _retort_write("${folder}/include/${header}" "#pragma once

#include <retort/bundle.h>

namespace retort {
inline namespace abi_1 {

extern const bundle::set retort_set_${identifier};

}  // namespace abi_1
}  // namespace retort

/// The migrations of the target ${set}. The object lives as long as the program.
inline const retort::bundle::set& ${identifier}_migrations() { return retort::retort_set_${identifier}; }
")
  _retort_write("${folder}/registry.cc" "#include <${header}>

${declarations}${sum_DECLARATIONS}${entries}
namespace retort {
inline namespace abi_1 {

constinit const bundle::set retort_set_${identifier} = {
    .name = ${name},
    .directory = ${written_directory},
${entries_field}${sql_files}${sum}${models}};

}  // namespace abi_1
}  // namespace retort
")
  set_source_files_properties("${folder}/registry.cc" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${set}_objects PRIVATE "${folder}/registry.cc")
endfunction()

# _retort_embed_sum(<variable> <set> <directory>)
#
# Where the set keeps a retort.sum: the fields of the registry that hold it, and in
# <variable>_DECLARATIONS what must be declared before. The file need not be there yet.
function(_retort_embed_sum variable set directory)
  set(${variable} "" PARENT_SCOPE)
  set(${variable}_DECLARATIONS "" PARENT_SCOPE)
  get_target_property(wanted ${set} RETORT_SUM)
  if(NOT wanted)
    return()
  endif()
  # A glob, for a file that appears has to be seen, too.
  _retort_glob(file "${directory}" FALSE "retort.sum")
  set(size 0)
  if(file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(SIZE "${file}" size)
  endif()
  get_target_property(identifier ${set} RETORT_SET)
  get_target_property(folder ${set} RETORT_GENERATED)
  set(symbol retort_s_${identifier})
  _retort_embed_reference(text ${symbol} ${size})
  if(size GREATER 0)
    set(call "")
    _retort_embed_call(call "${file}" ${size} ${symbol})
    _retort_embed_command(${set}_objects "${folder}/sum.cc" "${call}" "${file}")
  endif()
  set(${variable} "    .has_sum = true,\n    .sum = ${text},\n" PARENT_SCOPE)
  set(${variable}_DECLARATIONS "${text_DECLARATIONS}" PARENT_SCOPE)
endfunction()

# A program that checks the graph of a set. It is built where no runner takes the set: a runner
# checks its sets itself.
function(_retort_add_checker set)
  get_target_property(no_check ${set} RETORT_NO_CHECK)
  if(no_check OR NOT TARGET retort::runner OR (CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR))
    return()
  endif()
  get_target_property(identifier ${set} RETORT_SET)
  get_target_property(folder ${set} RETORT_GENERATED)
  get_target_property(directory ${set} RETORT_DIRECTORY)
  _retort_write("${folder}/check.cc" "#include <${identifier}_migrations.h>

int main(int argc, char** argv) {
  return retort::check_main(argc, argv, {.name = \"${set}_check\", .sets = {&${identifier}_migrations()}});
}
")
  add_executable(${set}_check EXCLUDE_FROM_ALL "${folder}/check.cc")
  set_target_properties(${set}_check PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${folder}")
  target_include_directories(${set}_check PRIVATE "${folder}/include")
  _retort_link_set(${set}_check ${set})
  target_link_libraries(${set}_check PRIVATE retort::runner)
  add_custom_command(TARGET ${set}_check POST_BUILD
    COMMAND ${set}_check "${directory}" COMMENT "" VERBATIM)
  cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY [==[${CMAKE_SOURCE_DIR}]==]
    CALL _retort_settle_checker ${set})")
endfunction()

function(_retort_settle_checker set)
  get_target_property(has_runner ${set} RETORT_HAS_RUNNER)
  if(NOT has_runner)
    # Back to what the directory says.
    set_property(TARGET ${set}_check PROPERTY EXCLUDE_FROM_ALL)
  endif()
endfunction()
