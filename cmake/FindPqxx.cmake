# Finds libpqxx 6.4 or newer and gives the target Pqxx::Pqxx. Its own CMake package is taken where
# there is one (libpqxx 7 and newer); Debian's and other distributions' give only pkg-config's file.
#
# Where a static libpqxx lies beside the shared one there is Pqxx::on_demand too: that, with
# retort::libpq_on_demand in place of libpq.
#
# Sets Pqxx_FOUND and Pqxx_VERSION.

find_package(libpqxx CONFIG QUIET)
if(TARGET libpqxx::pqxx)
  set(Pqxx_VERSION "${libpqxx_VERSION}")
  set(Pqxx_LIBRARY libpqxx::pqxx)
  get_target_property(Pqxx_INCLUDE_DIR libpqxx::pqxx INTERFACE_INCLUDE_DIRECTORIES)
else()
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PC_PQXX QUIET libpqxx)
    set(Pqxx_VERSION "${PC_PQXX_VERSION}")
  endif()
  find_path(Pqxx_INCLUDE_DIR NAMES pqxx/pqxx HINTS ${PC_PQXX_INCLUDE_DIRS})
  find_library(Pqxx_LIBRARY NAMES pqxx HINTS ${PC_PQXX_LIBRARY_DIRS})
  if(Pqxx_LIBRARY)
    get_filename_component(Pqxx_folder "${Pqxx_LIBRARY}" DIRECTORY)
    find_library(Pqxx_STATIC_LIBRARY NAMES libpqxx.a PATHS "${Pqxx_folder}" NO_DEFAULT_PATH)
  endif()
  find_package(PostgreSQL QUIET)
  if(PostgreSQL_FOUND)
    set(Pqxx_PQ_LIBRARY PostgreSQL::PostgreSQL)
  else()
    # FindPostgreSQL wants the server's headers too; the client's are enough.
    find_path(PQ_INCLUDE_DIR NAMES libpq-fe.h PATH_SUFFIXES postgresql HINTS ${PC_PQXX_INCLUDE_DIRS})
    find_library(PQ_LIBRARY NAMES pq)
    set(Pqxx_PQ_LIBRARY "${PQ_LIBRARY}")
    mark_as_advanced(PQ_INCLUDE_DIR PQ_LIBRARY)
  endif()
  mark_as_advanced(Pqxx_INCLUDE_DIR Pqxx_LIBRARY Pqxx_STATIC_LIBRARY)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Pqxx
  REQUIRED_VARS Pqxx_LIBRARY Pqxx_INCLUDE_DIR
  VERSION_VAR Pqxx_VERSION
  REASON_FAILURE_MESSAGE "install libpqxx (Debian: libpqxx-dev), or configure with RETORT_WITH_POSTGRES=OFF")

if(Pqxx_FOUND AND NOT TARGET Pqxx::Pqxx)
  set(Pqxx_global "")
  if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
    set(Pqxx_global GLOBAL)
  endif()
  if(TARGET libpqxx::pqxx)
    add_library(Pqxx::Pqxx INTERFACE IMPORTED ${Pqxx_global})
    target_link_libraries(Pqxx::Pqxx INTERFACE libpqxx::pqxx)
  else()
    add_library(Pqxx::Pqxx UNKNOWN IMPORTED ${Pqxx_global})
    set_target_properties(Pqxx::Pqxx PROPERTIES IMPORTED_LOCATION "${Pqxx_LIBRARY}")
    target_include_directories(Pqxx::Pqxx INTERFACE "${Pqxx_INCLUDE_DIR}")
    if(PQ_INCLUDE_DIR)
      target_include_directories(Pqxx::Pqxx INTERFACE "${PQ_INCLUDE_DIR}")
    endif()
    if(Pqxx_PQ_LIBRARY)
      target_link_libraries(Pqxx::Pqxx INTERFACE ${Pqxx_PQ_LIBRARY})
    endif()
    if(Pqxx_STATIC_LIBRARY)
      add_library(Pqxx::on_demand STATIC IMPORTED ${Pqxx_global})
      set_target_properties(Pqxx::on_demand PROPERTIES
        IMPORTED_LOCATION "${Pqxx_STATIC_LIBRARY}"
        IMPORTED_LINK_INTERFACE_LANGUAGES CXX)
      target_link_libraries(Pqxx::on_demand INTERFACE retort::libpq_on_demand)
    endif()
  endif()
endif()
