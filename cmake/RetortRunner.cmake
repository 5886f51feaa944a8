# Runners: retort_add_runner().

include_guard(GLOBAL)

function(retort_add_runner runner)
  set(usage "<name> MIGRATIONS <set>… BACKENDS sqlite|postgres… [TARGET_PREFIX <prefix> | NO_TARGETS]"
    " [CONFIG <file>] [TEMPLATES <folder>] [ENVIRONMENT <file>] [URL_ENV <variable>] [URL <url>] [SINGLE_HEAD]")
  string(JOIN "" usage ${usage})
  cmake_parse_arguments(PARSE_ARGV 1 arg "SINGLE_HEAD;NO_TARGETS"
    "TARGET_PREFIX;CONFIG;TEMPLATES;ENVIRONMENT;URL_ENV;URL" "MIGRATIONS;BACKENDS")
  _retort_check_keywords(retort_add_runner "${usage}" "${arg_UNPARSED_ARGUMENTS}"
                         "${arg_KEYWORDS_MISSING_VALUES}")
  _retort_check_new_target(retort_add_runner "${runner}")
  foreach(required IN ITEMS MIGRATIONS BACKENDS)
    if(NOT DEFINED arg_${required})
      _retort_fail(retort_add_runner "${required} is missing\nhelp: retort_add_runner(${usage})")
    endif()
  endforeach()
  _retort_check_backends(retort_add_runner "${arg_BACKENDS}")
  if(DEFINED arg_URL_ENV AND NOT arg_URL_ENV MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    _retort_fail(retort_add_runner "URL_ENV '${arg_URL_ENV}' cannot be the name of a variable\n"
      "help: give the name of the environment variable that holds the URL, not the URL")
  endif()
  if(NOT TARGET retort::runner)
    _retort_fail(retort_add_runner "there is no target retort::runner\n"
      "help: find_package(retort REQUIRED COMPONENTS runner …)")
  endif()
  if(DEFINED arg_CONFIG)
    _retort_absolute(retort_add_runner arg_CONFIG "${arg_CONFIG}" FILE)
  endif()
  if(DEFINED arg_TEMPLATES)
    _retort_absolute(retort_add_runner arg_TEMPLATES "${arg_TEMPLATES}" DIRECTORY)
  endif()
  if(DEFINED arg_ENVIRONMENT)
    _retort_absolute(retort_add_runner arg_ENVIRONMENT "${arg_ENVIRONMENT}" FILE)
    file(STRINGS "${arg_ENVIRONMENT}" hooks REGEX "^RETORT_ENVIRONMENT")
    if(NOT hooks)
      _retort_fail(retort_add_runner "${arg_ENVIRONMENT} defines no hooks\n"
        "help: include <retort/environment.h>, and write RETORT_ENVIRONMENT { … }; at the start of a line")
    endif()
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/retort/${runner}")
  if(NOT EXISTS "${folder}/main.cc")
    # Its content follows at the end of the directory.
    file(WRITE "${folder}/main.cc" "")
  endif()
  add_executable(${runner} "${folder}/main.cc" ${arg_ENVIRONMENT})
  set_target_properties(${runner} PROPERTIES
    RETORT_RUNNER TRUE
    RETORT_SETS "${arg_MIGRATIONS}"
    RETORT_BACKENDS "${arg_BACKENDS}"
    RETORT_CONFIG "${arg_CONFIG}"
    RETORT_TEMPLATES "${arg_TEMPLATES}"
    RETORT_URL "${arg_URL}"
    RETORT_URL_ENV "${arg_URL_ENV}"
    RETORT_SINGLE_HEAD "${arg_SINGLE_HEAD}"
    RETORT_ENVIRONMENT "${arg_ENVIRONMENT}"
    RETORT_GENERATED "${folder}")
  list(TRANSFORM arg_BACKENDS PREPEND retort:: OUTPUT_VARIABLE backends)
  target_link_libraries(${runner} PRIVATE retort::runner ${backends} retort::retort)
  if(NOT arg_NO_TARGETS)
    if(NOT DEFINED arg_TARGET_PREFIX)
      set(arg_TARGET_PREFIX ${runner})
    endif()
    _retort_add_command_targets(${runner} "${arg_TARGET_PREFIX}")
  endif()
  _retort_defer(_retort_finish_runner ${runner})
endfunction()

# _retort_check_backends(<function> <backends>)
function(_retort_check_backends function backends)
  foreach(backend IN LISTS backends)
    if(NOT backend MATCHES "^(sqlite|postgres)$")
      _retort_fail("${function}" "'${backend}' is not a backend\nhelp: BACKENDS sqlite, postgres, or both")
    endif()
    if(NOT TARGET retort::${backend})
      string(TOUPPER "${backend}" upper)
      _retort_fail("${function}" "there is no target retort::${backend}\n"
        "help: find_package(retort REQUIRED COMPONENTS ${backend}), or build Retort with "
        "RETORT_WITH_${upper}=ON")
    endif()
  endforeach()
endfunction()

# db-upgrade and its siblings. Arguments come through the environment, which the runner reads itself:
# no shell and no generator can change a byte of them.
function(_retort_add_command_targets runner prefix)
  set(names   upgrade downgrade plan current history heads branches show stamp sql revision merge edit check
              check-graph verify)
  set(command_sql upgrade --sql)
  set(command_check-graph check graph)
  # All that wants no database of yours.
  _retort_models_arguments(models ${runner})
  set(arguments_check graph sum ${models})
  foreach(name IN LISTS names)
    if(TARGET ${prefix}-${name})
      _retort_fail(retort_add_runner "there is already a target '${prefix}-${name}'\n"
        "help: give ${runner} another TARGET_PREFIX, or NO_TARGETS")
    endif()
    if(NOT DEFINED command_${name})
      set(command_${name} ${name})
    endif()
    list(JOIN command_${name} " " shown)
    add_custom_target(${prefix}-${name}
      COMMAND ${runner} --arguments-from-environment ${command_${name}} ${arguments_${name}}
      WORKING_DIRECTORY "${CMAKE_BINARY_DIR}"
      COMMENT "${runner} ${shown}"
      USES_TERMINAL VERBATIM COMMAND_EXPAND_LISTS)
  endforeach()
endfunction()

# _retort_models_arguments(<variable> <runner>)
#
# What the target of `check` says about models: nothing where no set of the runner has any. Which have is known
# when the build is generated.
function(_retort_models_arguments variable runner)
  get_target_property(sets ${runner} RETORT_SETS)
  set(names "")
  foreach(set IN LISTS sets)
    string(APPEND names "$<TARGET_PROPERTY:${set},RETORT_MODELS>")
  endforeach()
  set(${variable} "$<$<NOT:$<STREQUAL:${names},>>:models$<SEMICOLON>--from-history>" PARENT_SCOPE)
endfunction()

# Everything that is read from properties and from the sets: called at the end of the directory.
function(_retort_finish_runner runner)
  get_target_property(sets ${runner} RETORT_SETS)
  set(behind "")
  foreach(set IN LISTS sets)
    _retort_check_kind("retort_add_runner(${runner})" "${set}" SET target)
    list(APPEND behind ${target})
    _retort_link_set(${runner} ${target})
    get_target_property(imported ${target} IMPORTED)
    if(NOT imported)
      set_target_properties(${target} PROPERTIES RETORT_HAS_RUNNER TRUE)
    endif()
  endforeach()
  _retort_check_symbols(${runner} "${behind}")
  _retort_check_url(${runner})
  _retort_embed_resources(${runner})
  _retort_write_main(${runner} "${behind}" "${configuration}" "${templates}" "${declarations}")
  _retort_add_graph_check(${runner} "${behind}")
  _retort_prefer_fast_linker(${runner})
  _retort_prefer_libpq_on_demand(${runner})
  _retort_links_retort_alone(alone ${runner} ${behind})
  if(alone)
    _retort_prefer_static_runtime(${runner})
  endif()
endfunction()

# A build that adds one migration to a thousand spends half of its time in GNU ld. Where the toolchain has a
# faster linker, and the project neither chose one nor asks for something that depends on it, a runner that is
# not to be released is linked with that. RETORT_FAST_LINKER=OFF leaves the choice to the compiler.
function(_retort_prefer_fast_linker runner)
  option(RETORT_FAST_LINKER "Link runners with lld or gold where there is one" ON)
  mark_as_advanced(RETORT_FAST_LINKER)
  _retort_link_flags(flags ${runner})
  if(NOT RETORT_FAST_LINKER OR NOT CMAKE_SYSTEM_NAME STREQUAL "Linux"
     OR NOT CMAKE_CXX_COMPILER_ID MATCHES "^(GNU|Clang)$" OR CMAKE_CROSSCOMPILING
     OR CMAKE_LINKER_TYPE OR CMAKE_INTERPROCEDURAL_OPTIMIZATION
     OR flags MATCHES "-fuse-ld|-flto|-fsanitize")
    return()
  endif()
  include(CheckLinkerFlag)
  foreach(linker IN ITEMS lld gold)
    check_linker_flag(CXX "-fuse-ld=${linker}" RETORT_HAVE_LINKER_${linker})
    if(RETORT_HAVE_LINKER_${linker})
      target_link_options(${runner} PRIVATE
        "$<$<NOT:$<CONFIG:Release,MinSizeRel>>:-fuse-ld=${linker}>")
      return()
    endif()
  endforeach()
endfunction()

# A program whose databases include PostgreSQL does not link libpq, and so starts in 3 ms, not in 12: see
# src/postgres/libpq_on_demand.h. The property is read where retort::postgres links libpqxx. Where Retort was
# built without, where there is no static libpqxx, or with RETORT_LIBPQ_ON_DEMAND=OFF, libpq is linked. So it is
# with sanitizers, which are to see what an application links.
function(_retort_prefer_libpq_on_demand program)
  option(RETORT_LIBPQ_ON_DEMAND "Programs load libpq when they connect, where that can be done" ON)
  _retort_link_flags(flags ${program})
  if(RETORT_LIBPQ_ON_DEMAND AND TARGET retort::libpq_on_demand AND TARGET Pqxx::on_demand
     AND NOT flags MATCHES "-fsanitize")
    set_target_properties(${program} PROPERTIES RETORT_LIBPQ_ON_DEMAND TRUE)
  endif()
endfunction()

# A program that does not load libstdc++ starts in three quarters of the time. Only for one that links no shared
# library in C++, which would bring a second libstdc++: one of the project's own, or libpqxx. fmt's is not loaded
# where nothing of it is needed (src/base/fmt.cc). With RETORT_STATIC_RUNTIME=OFF, or with sanitizers, which have
# their own ways into the runtime, it is linked as the compiler does.
function(_retort_prefer_static_runtime program)
  option(RETORT_STATIC_RUNTIME "Programs have libstdc++ in them, where that can be done" ON)
  _retort_link_flags(flags ${program})
  get_target_property(libraries ${program} LINK_LIBRARIES)
  get_target_property(on_demand ${program} RETORT_LIBPQ_ON_DEMAND)
  if(NOT RETORT_STATIC_RUNTIME OR NOT CMAKE_SYSTEM_NAME STREQUAL "Linux" OR flags MATCHES "-fsanitize"
     OR ("retort::postgres" IN_LIST libraries AND NOT on_demand))
    return()
  endif()
  include(CheckLinkerFlag)
  check_linker_flag(CXX "-static-libstdc++" RETORT_HAVE_STATIC_RUNTIME)
  if(RETORT_HAVE_STATIC_RUNTIME)
    target_link_options(${program} PRIVATE -static-libstdc++ -static-libgcc LINKER:--as-needed)
  endif()
endfunction()

# _retort_links_retort_alone(<variable> <runner> <set>…)
function(_retort_links_retort_alone variable runner)
  get_target_property(libraries ${runner} LINK_LIBRARIES)
  foreach(set IN LISTS ARGN)
    get_target_property(of_set ${set} INTERFACE_LINK_LIBRARIES)
    list(APPEND libraries ${of_set})
  endforeach()
  list(REMOVE_ITEM libraries ${ARGN})
  # Beside Retort's own, what _retort_link_set asks of the sets.
  list(FILTER libraries EXCLUDE REGEX "^retort::|^[$]<TARGET_GENEX_EVAL:")
  if(libraries STREQUAL "")
    set(${variable} TRUE PARENT_SCOPE)
  else()
    set(${variable} FALSE PARENT_SCOPE)
  endif()
endfunction()

# Sets a variable to the flags that a program is linked with, for a look at what they ask for.
function(_retort_link_flags variable program)
  get_target_property(options ${program} LINK_OPTIONS)
  set(${variable} "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG} ${CMAKE_EXE_LINKER_FLAGS} ${options}" PARENT_SCOPE)
endfunction()

# Two sets whose symbols would be the same would silently become one program with one of them.
function(_retort_check_symbols runner sets)
  set(known "")
  foreach(set IN LISTS sets)
    get_target_property(identifier ${set} RETORT_SET)
    if(DEFINED set_of_${identifier})
      _retort_fail("retort_add_runner(${runner})" "the sets '${set_of_${identifier}}' and '${set}' have one name\n"
        "help: rename one of the targets; names that differ only in characters like - and . are one in C++")
    endif()
    set(set_of_${identifier} ${set})
    list(APPEND known ${identifier})
  endforeach()
  foreach(shorter IN LISTS known)
    foreach(longer IN LISTS known)
      string(FIND "${longer}" "${shorter}_" at)
      if(at EQUAL 0)
        _retort_check_symbol_pair(${runner} ${shorter} ${set_of_${shorter}} ${longer} ${set_of_${longer}})
      endif()
    endforeach()
  endforeach()
endfunction()

function(_retort_check_symbol_pair runner shorter shorter_set longer longer_set)
  set(properties REVISIONS MODELS)
  set(kinds "a revision" "a definition of models")
  foreach(property kind IN ZIP_LISTS properties kinds)
    get_target_property(names ${shorter_set} RETORT_${property})
    get_target_property(others ${longer_set} RETORT_${property})
    list(TRANSFORM names PREPEND ${shorter}_)
    list(TRANSFORM others PREPEND ${longer}_)
    foreach(symbol IN LISTS names)
      if(symbol IN_LIST others)
        _retort_fail("retort_add_runner(${runner})" "${kind} of '${shorter_set}' and one of '${longer_set}' "
          "both become the symbol ${symbol}\nhelp: rename one of the sets")
      endif()
    endforeach()
  endforeach()
endfunction()

# Checked late, as the property may have been set after the call.
function(_retort_check_url runner)
  get_target_property(url ${runner} RETORT_URL)
  if(url MATCHES "^[A-Za-z0-9+]+://[^/@?]*:[^/@?]+@|[?&]password=")
    _retort_fail("retort_add_runner(${runner})" "its URL has a password, which would stand in build files\n"
      "help: leave the password out (libpq reads ~/.pgpass and PGPASSWORD), or give the URL at run time "
      "in RETORT_URL or in a variable named by URL_ENV")
  endif()
endfunction()

# Sets `configuration`, `templates` and `declarations` in the caller: C++ for the generated main.
function(_retort_embed_resources runner)
  get_target_property(folder ${runner} RETORT_GENERATED)
  get_target_property(config ${runner} RETORT_CONFIG)
  get_target_property(template_folder ${runner} RETORT_TEMPLATES)
  string(MAKE_C_IDENTIFIER "${runner}" identifier)
  set(files "")
  if(template_folder)
    _retort_glob(files "${template_folder}" FALSE "*")
  endif()
  set(number 0)
  set(calls "")
  set(declarations "")
  set(configuration "{}")
  set(templates "")
  foreach(file IN LISTS config files)
    if(file STREQUAL "")
      continue()
    endif()
    file(SIZE "${file}" size)
    set(symbol retort_f_${identifier}_${number})
    math(EXPR number "${number} + 1")
    _retort_embed_reference(content ${symbol} ${size})
    _retort_embed_call(calls "${file}" ${size} ${symbol})
    string(APPEND declarations "${content_DECLARATIONS}")
    get_filename_component(name "${file}" NAME)
    _retort_cxx_string(name "${name}")
    if(file STREQUAL config)
      set(configuration "{.name = ${name}, .content = ${content}}")
    else()
      string(APPEND templates "              {.name = ${name}, .content = ${content}},\n")
    endif()
  endforeach()
  if(NOT calls STREQUAL "")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${config} ${files})
    _retort_embed_command(${runner} "${folder}/resources.cc" "${calls}" ${config} ${files})
  endif()
  set(configuration "${configuration}" PARENT_SCOPE)
  set(templates "${templates}" PARENT_SCOPE)
  set(declarations "${declarations}" PARENT_SCOPE)
endfunction()

function(_retort_write_main runner sets configuration templates declarations)
  get_target_property(folder ${runner} RETORT_GENERATED)
  foreach(property IN ITEMS URL URL_ENV SINGLE_HEAD BACKENDS ENVIRONMENT)
    get_target_property(${property} ${runner} RETORT_${property})
  endforeach()
  set(set_declarations "")
  set(set_list "")
  foreach(set IN LISTS sets)
    get_target_property(identifier ${set} RETORT_SET)
    string(APPEND set_declarations "extern const bundle::set retort_set_${identifier};\n")
    list(APPEND set_list "&retort::retort_set_${identifier}")
  endforeach()
  list(JOIN set_list ", " set_list)
  list(TRANSFORM BACKENDS REPLACE "(.+)" "#include <retort/\\1.h>\n" OUTPUT_VARIABLE includes)
  string(JOIN "" includes ${includes})
  list(TRANSFORM BACKENDS REPLACE "(.+)" "&retort::\\1_backend()" OUTPUT_VARIABLE backend_list)
  list(JOIN backend_list ", " backend_list)
  set(single_head false)
  if(SINGLE_HEAD)
    set(single_head true)
  endif()
  set(hooks nullptr)
  if(ENVIRONMENT)
    set(hooks "&retort::program_environment")
    string(APPEND includes "#include <retort/environment.h>\n")
  endif()
  _retort_cxx_string(name "${runner}")
  _retort_cxx_string(url "${URL}")
  _retort_cxx_string(url_variable "${URL_ENV}")
  _retort_write("${folder}/main.cc" "#include <retort/bundle.h>
${includes}
${declarations}
namespace retort {
inline namespace abi_1 {
${set_declarations}}  // namespace abi_1
}  // namespace retort

int main(int argc, char** argv) {
  return retort::run_main(
      argc, argv,
      {
          .name = ${name},
          .sets = {${set_list}},
          .backends = {${backend_list}},
          .configuration = ${configuration},
          .templates =
              {
${templates}              },
          .url_variable = ${url_variable},
          .default_url = ${url},
          .single_head = ${single_head},
          .hooks = ${hooks},
      });
}
")
endfunction()

# The build fails on a broken graph. Paths are shown behind the folder of the first set of this project.
function(_retort_add_graph_check runner sets)
  if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    return()
  endif()
  set(root "")
  foreach(set IN LISTS sets)
    get_target_property(directory ${set} RETORT_DIRECTORY)
    if(directory AND root STREQUAL "")
      set(root "${directory}")
    endif()
  endforeach()
  add_custom_command(TARGET ${runner} POST_BUILD
    COMMAND ${runner} check graph sum --source-root "${root}" --for-build COMMENT "" VERBATIM)
endfunction()
