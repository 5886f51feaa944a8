# Finds libsodium and gives the target Sodium::Sodium. Its own CMake package is taken where there is
# one (vcpkg's); distributions give only pkg-config's file.
#
# Sets Sodium_FOUND and Sodium_VERSION.

find_package(unofficial-sodium CONFIG QUIET)
if(TARGET unofficial-sodium::sodium)
  set(Sodium_LIBRARY unofficial-sodium::sodium)
  get_target_property(Sodium_INCLUDE_DIR unofficial-sodium::sodium INTERFACE_INCLUDE_DIRECTORIES)
else()
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PC_SODIUM QUIET libsodium)
    set(Sodium_VERSION "${PC_SODIUM_VERSION}")
  endif()
  find_path(Sodium_INCLUDE_DIR NAMES sodium.h HINTS ${PC_SODIUM_INCLUDE_DIRS})
  find_library(Sodium_LIBRARY NAMES sodium HINTS ${PC_SODIUM_LIBRARY_DIRS})
  find_library(Sodium_STATIC_LIBRARY NAMES libsodium.a HINTS ${PC_SODIUM_LIBRARY_DIRS})
  mark_as_advanced(Sodium_INCLUDE_DIR Sodium_LIBRARY Sodium_STATIC_LIBRARY)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Sodium
  REQUIRED_VARS Sodium_LIBRARY Sodium_INCLUDE_DIR
  VERSION_VAR Sodium_VERSION
  REASON_FAILURE_MESSAGE "install libsodium (Debian: libsodium-dev)")

if(Sodium_FOUND AND NOT TARGET Sodium::Sodium)
  set(Sodium_global "")
  if(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL)
    set(Sodium_global GLOBAL)
  endif()
  if(TARGET unofficial-sodium::sodium)
    add_library(Sodium::Sodium INTERFACE IMPORTED ${Sodium_global})
    target_link_libraries(Sodium::Sodium INTERFACE unofficial-sodium::sodium)
  else()
    add_library(Sodium::Sodium INTERFACE IMPORTED ${Sodium_global})
    target_include_directories(Sodium::Sodium INTERFACE "${Sodium_INCLUDE_DIR}")
    set(Sodium_linked "${Sodium_LIBRARY}")
    if(Sodium_STATIC_LIBRARY)
      # One hash is wanted of it, and to load all of it takes a tenth of a program's start. A distribution's
      # archive can be linked into programs, but seldom into shared libraries.
      set(Sodium_linked
        "$<IF:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>,${Sodium_STATIC_LIBRARY},${Sodium_LIBRARY}>")
    endif()
    target_link_libraries(Sodium::Sodium INTERFACE "${Sodium_linked}")
  endif()
endif()
