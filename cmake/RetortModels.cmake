# Models, the schema that a set's migrations lead to: retort_add_models().

include_guard(GLOBAL)

function(retort_add_models set)
  set(usage "<set> DIRECTORY <folder> [RECURSIVE] | SOURCES <file>…")
  cmake_parse_arguments(PARSE_ARGV 1 arg "RECURSIVE" "DIRECTORY" "SOURCES")
  _retort_check_keywords(retort_add_models "${usage}" "${arg_UNPARSED_ARGUMENTS}"
                         "${arg_KEYWORDS_MISSING_VALUES}")
  _retort_check_open_set(retort_add_models "${set}" behind)
  if(NOT DEFINED arg_DIRECTORY AND NOT DEFINED arg_SOURCES)
    _retort_fail(retort_add_models "the models of '${set}' have neither DIRECTORY nor SOURCES\n"
      "help: retort_add_models(${usage})")
  endif()
  if(arg_RECURSIVE AND NOT DEFINED arg_DIRECTORY)
    _retort_fail(retort_add_models "RECURSIVE has no meaning without DIRECTORY\n"
      "help: give DIRECTORY <folder>, or leave RECURSIVE out")
  endif()

  set(sources "")
  if(DEFINED arg_DIRECTORY)
    _retort_absolute(retort_add_models directory "${arg_DIRECTORY}" DIRECTORY)
    _retort_glob(sources "${directory}" "${arg_RECURSIVE}" "*.cc" "*.cpp" "*.sql")
  endif()
  foreach(source IN LISTS arg_SOURCES)
    _retort_check_source(retort_add_models source "${source}")
    list(APPEND sources "${source}")
  endforeach()
  set_property(TARGET ${behind} APPEND PROPERTY RETORT_MODEL_SOURCES ${sources})
endfunction()

# _retort_read_models(<set> <directory>)
#
# Reads the names of C++ models and embeds the SQL ones, in the order that they were given in. Sets in
# the caller: `compiled` (the C++ files), `models` (the names of definitions and of SQL files), and for
# the registry `declarations` and `entries`.
function(_retort_read_models set directory)
  get_target_property(identifier ${set} RETORT_SET)
  get_target_property(folder ${set} RETORT_GENERATED)
  get_target_property(sources ${set} RETORT_MODEL_SOURCES)
  set(compiled "")
  set(models "")
  set(declarations "")
  set(entries "")
  set(calls "")
  set(embedded "")
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH path "${directory}" "${source}")
    _retort_cxx_string(written_path "${path}")
    if(path MATCHES "[.]sql$")
      _retort_read_sql_model("${source}" "${path}")
      continue()
    endif()
    list(APPEND compiled "${path}")
    _retort_read_model_names(names "${source}")
    foreach(name IN LISTS names)
      if(name IN_LIST models)
        _retort_fail("retort_add_models(${set})" "${source} defines models '${name}', and so does another file "
          "of the set\nhelp: give one of them another name")
      endif()
      list(APPEND models ${name})
      string(APPEND declarations "extern const retort::models retort_models_${identifier}_${name};\n")
      string(APPEND entries
        "            {.path = ${written_path}, .code = &retort_models_${identifier}_${name}},\n")
    endforeach()
  endforeach()
  if(embedded)
    _retort_embed_command(${set}_objects "${folder}/models_sql.cc" "${calls}" ${embedded})
  endif()
  foreach(result IN ITEMS compiled models declarations entries)
    set(${result} "${${result}}" PARENT_SCOPE)
  endforeach()
endfunction()

# _retort_read_sql_model(<file> <path>)
#
# One file of _retort_read_models, in whose variables it works.
macro(_retort_read_sql_model file path)
  list(APPEND models "${path}")
  string(MD5 hash "${path}")
  string(SUBSTRING "${hash}" 0 16 hash)
  set(symbol retort_q_${identifier}_${hash})
  file(SIZE "${file}" size)
  _retort_embed_reference(sql ${symbol} ${size})
  string(APPEND declarations "${sql_DECLARATIONS}")
  string(APPEND entries "            {.path = ${written_path}, .sql = ${sql}},\n")
  if(size GREATER 0)
    list(APPEND embedded "${file}")
    _retort_embed_call(calls "${file}" ${size} ${symbol})
  endif()
endmacro()

# _retort_read_model_names(<variable> <file>)
#
# The names in the lines RETORT_MODELS(name) of a C++ file.
function(_retort_read_model_names variable file)
  file(STRINGS "${file}" lines REGEX "^[ \t]*RETORT_MODELS")
  # Not as a list: the lines may hold brackets.
  string(REGEX MATCHALL "(^|;)[ \t]*RETORT_MODELS[^;{]*" found "${lines}")
  # What the list's own separators leave.
  list(REMOVE_ITEM found "")
  set(names "")
  foreach(definition IN LISTS found)
    if(NOT definition MATCHES "^RETORT_MODELS[ \t]*\\([ \t]*([A-Za-z0-9_]+)[ \t]*\\)[ \t]*$")
      set(names "")
      break()
    endif()
    list(APPEND names "${CMAKE_MATCH_1}")
  endforeach()
  if(names STREQUAL "")
    _retort_fail(retort_add_models "${file} defines no models\nhelp: include <retort/schema.h>, and write "
      "RETORT_MODELS(name) { … }; at the start of a line, with a name of letters, digits and _")
  endif()
  set(${variable} "${names}" PARENT_SCOPE)
endfunction()

# _retort_add_models_to_set(<set> <directory>)
#
# Compiles and embeds the models of a set. Sets in the caller: `model_declarations` and `model_field`,
# C++ for the registry.
function(_retort_add_models_to_set set directory)
  _retort_read_models(${set} "${directory}")
  set_target_properties(${set} PROPERTIES RETORT_MODELS "${models}")
  # In no unity group: a change of the models compiles no migration.
  foreach(path IN LISTS compiled)
    get_filename_component(source "${directory}/${path}" ABSOLUTE)
    set_property(SOURCE "${source}" PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  _retort_compile_migrations(${set} "${directory}" "${compiled}")
  set(field "")
  if(NOT entries STREQUAL "")
    set(field "    .models =\n        {\n${entries}        },\n")
  endif()
  set(model_declarations "${declarations}" PARENT_SCOPE)
  set(model_field "${field}" PARENT_SCOPE)
endfunction()
