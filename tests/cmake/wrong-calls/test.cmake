# Wrong uses of the functions: each configures to one message that says what to do.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

file(MAKE_DIRECTORY "${WORK}/app/versions")
write_migration(app/versions/aa_first.cc aa)
file(WRITE "${WORK}/app/notes.txt" "")

set(model_calls "app SORCES models.sql" "app" "app SOURCES" "app SOURCES models.sql" "app SOURCES notes.txt"
  "app DIRECTORY models" "app SOURCES versions/aa_first.cc RECURSIVE" "other SOURCES models.sql"
  "app SOURCES versions/aa_first.cc")
set(model_messages "'SORCES' is not a keyword or value that stands here"
  "the models of 'app' have neither DIRECTORY nor SOURCES" "SOURCES has no value"
  "there is no file ${WORK}/app/models.sql" "${WORK}/app/notes.txt is neither C++ (.cc, .cpp, .cxx) nor SQL (.sql)"
  "there is no folder ${WORK}/app/models" "RECURSIVE has no meaning without DIRECTORY"
  "the target 'other' is not a migration set" "${WORK}/app/versions/aa_first.cc defines no models")
set(model_helps "retort_add_models(<set> DIRECTORY <folder> [RECURSIVE] |" "retort_add_models(<set> DIRECTORY"
  "retort_add_models(<set> DIRECTORY" "create it, or correct the path" "give the file one of these endings"
  "create it, or correct the path" "give DIRECTORY <folder>, or leave RECURSIVE out"
  "name a target that retort_add_migrations made" "include <retort/schema.h>, and write RETORT_MODELS(name)")

# expect_message(<calls> <message> <help>)
macro(expect_message calls message help)
  file(WRITE "${WORK}/app/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES CXX)
enable_testing()
find_package(retort 0.1 REQUIRED)
# As a backend that is there, in whichever way this Retort was built.
if(NOT TARGET retort::sqlite)
  add_library(retort::sqlite INTERFACE IMPORTED)
endif()
add_library(other INTERFACE)
${calls}
")
  configure(app FAILS)
  expect("${message}" "help: ${help}")
endmacro()

expect_message("retort_add_migrations(app DIRCTORY versions)"
  "retort_add_migrations: 'DIRCTORY' is not a keyword or value that stands here"
  "retort_add_migrations(<set> DIRECTORY <folder> [RECURSIVE] |")
expect_message("retort_add_migrations(app)"
  "retort_add_migrations: the set 'app' has neither DIRECTORY nor SOURCES"
  "retort_add_migrations(<set> DIRECTORY")
expect_message("retort_add_migrations(app DIRECTORY)"
  "retort_add_migrations: DIRECTORY has no value"
  "retort_add_migrations(<set> DIRECTORY")
expect_message("retort_add_migrations(app DIRECTORY verions)"
  "retort_add_migrations: there is no folder ${WORK}/app/verions"
  "create it, or correct the path (relative paths start at ${WORK}/app)")
expect_message("retort_add_migrations(app SOURCES versions/bb_second.cc)"
  "retort_add_migrations: there is no file ${WORK}/app/versions/bb_second.cc"
  "create it, or correct the path (relative paths start at ${WORK}/app)")
expect_message("retort_add_migrations(app SOURCES notes.txt)"
  "retort_add_migrations: ${WORK}/app/notes.txt is neither C++ (.cc, .cpp, .cxx) nor SQL (.sql)"
  "give the file one of these endings")
expect_message("retort_add_migrations(app SOURCES versions/aa_first.cc RECURSIVE)"
  "retort_add_migrations: RECURSIVE has no meaning without DIRECTORY"
  "give DIRECTORY <folder>, or leave RECURSIVE out")
expect_message("retort_add_migrations(app DIRECTORY versions UNITY_GROUPS many)"
  "retort_add_migrations: UNITY_GROUPS is 'many'"
  "give a number, about one for 16 C++ migrations")
expect_message("retort_add_migrations(other DIRECTORY versions)"
  "retort_add_migrations: there is already a target 'other'"
  "choose another name")
expect_message("retort_add_migration(app versions/aa_first.cc)"
  "retort_add_migration: there is no target 'app'"
  "make it with retort_add_migrations(app …) in this directory or in one that was added before")
expect_message("retort_add_migration(other versions/aa_first.cc)"
  "retort_add_migration: the target 'other' is not a migration set (it is of type INTERFACE_LIBRARY)"
  "name a target that retort_add_migrations made")
expect_message("retort_add_migrations(app DIRECTORY versions)\nretort_add_migration(app versions/bb.sql)"
  "retort_add_migration: there is no file ${WORK}/app/versions/bb.sql"
  "create it, or correct the path")
expect_message("retort_add_models(app SOURCES models.sql)"
  "retort_add_models: there is no target 'app'"
  "make it with retort_add_migrations(app …) in this directory or in one that was added before")
foreach(calls message help IN ZIP_LISTS model_calls model_messages model_helps)
  expect_message("retort_add_migrations(app DIRECTORY versions)\nretort_add_models(${calls})"
    "retort_add_models: ${message}" "${help}")
endforeach()
expect_message("retort_add_runner(db MIGRATIONS app)"
  "retort_add_runner: BACKENDS is missing"
  "retort_add_runner(<name> MIGRATIONS <set>…")
expect_message("retort_add_runner(db MIGRATIONS app BACKENDS mysql)"
  "retort_add_runner: 'mysql' is not a backend"
  "BACKENDS sqlite, postgres, or both")
expect_message("retort_add_runner(db MIGRATIONS app BACKENDS sqlite)"
  "retort_add_runner(db): there is no target 'app'"
  "make it with retort_add_migrations(app …)")
expect_message("retort_add_runner(db MIGRATIONS app other BACKENDS sqlite)\nretort_add_migrations(app DIRECTORY versions)"
  "retort_add_runner(db): the target 'other' is not a migration set"
  "name a target that retort_add_migrations made")
expect_message("retort_add_runner(db MIGRATIONS app BACKENDS sqlite CONFIG retort.toml)"
  "retort_add_runner: there is no file ${WORK}/app/retort.toml"
  "create it, or correct the path")
expect_message("retort_add_runner(db MIGRATIONS app BACKENDS sqlite URL_ENV postgres://h/d)"
  "retort_add_runner: URL_ENV 'postgres://h/d' cannot be the name of a variable"
  "give the name of the environment variable that holds the URL, not the URL")
expect_message("retort_add_migrations(app DIRECTORY versions)
add_custom_target(db-upgrade)
retort_add_runner(db MIGRATIONS app BACKENDS sqlite)"
  "retort_add_runner: there is already a target 'db-upgrade'"
  "give db another TARGET_PREFIX, or NO_TARGETS")
foreach(url IN ITEMS "postgresql://user:secret@host/db" "postgresql:///db?user=u&password=secret")
  expect_message("retort_add_migrations(app DIRECTORY versions)
retort_add_runner(db MIGRATIONS app BACKENDS sqlite URL \"${url}\")"
    "retort_add_runner(db): its URL has a password, which would stand in build files"
    "leave the password out (libpq reads ~/.pgpass and PGPASSWORD)")
  expect_not("secret")
endforeach()
expect_message("retort_add_migrations(app DIRECTORY versions)
retort_add_migrations(app.x DIRECTORY versions)
retort_add_migrations(app-x DIRECTORY versions)
retort_add_runner(db MIGRATIONS app.x app-x BACKENDS sqlite)"
  "retort_add_runner(db): the sets 'app.x' and 'app-x' have one name"
  "rename one of the targets")
expect_message("retort_add_verification(other BACKENDS sqlite)"
  "retort_add_verification: the target 'other' is not a runner"
  "name a target that retort_add_runner made")
expect_message("retort_add_verification(other)"
  "retort_add_verification: BACKENDS is missing"
  "retort_add_verification(<runner> BACKENDS")
