# install() and export(): one export set for each component of find_package(retort), so that who asks
# for SQLite alone needs no libpqxx. The build tree can be found as an installed one can:
# retort_DIR=<build>/retort-package.

include(CMakePackageConfigHelpers)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/retort")
set(build_package "${PROJECT_BINARY_DIR}/retort-package")
set(modules "${PROJECT_SOURCE_DIR}/cmake")

install(TARGETS retort EXPORT retort-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS retort_tool retort_postgres_server EXPORT retort-runner-targets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(component IN LISTS components)
  install(TARGETS ${targets_${component}} EXPORT retort-${component}-targets
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
foreach(export IN ITEMS retort-targets LISTS components)
  if(NOT export STREQUAL "retort-targets")
    set(export retort-${export}-targets)
  endif()
  install(EXPORT ${export} NAMESPACE retort:: DESTINATION "${package_folder}")
  export(EXPORT ${export} NAMESPACE retort:: FILE "${build_package}/${export}.cmake")
endforeach()

install(DIRECTORY include/retort DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
foreach(module IN ITEMS RetortMigrations RetortArguments RetortDeclarations RetortEmbed RetortModels RetortRunner
                        RetortVerify EmbedSql FindPqxx FindSodium)
  install(FILES "${modules}/${module}.cmake" DESTINATION "${package_folder}")
endforeach()

write_basic_package_version_file("${build_package}/retort-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion)
set(RETORT_COMPONENTS "${components}")
set(RETORT_MODULES "")
configure_package_config_file("${modules}/retort-config.cmake.in"
  "${build_package}/installed/retort-config.cmake" INSTALL_DESTINATION "${package_folder}")
install(FILES "${build_package}/retort-config-version.cmake"
              "${build_package}/installed/retort-config.cmake" DESTINATION "${package_folder}")
set(RETORT_MODULES "${modules}")
configure_package_config_file("${modules}/retort-config.cmake.in"
  "${build_package}/retort-config.cmake" INSTALL_DESTINATION "${build_package}"
  INSTALL_PREFIX "${build_package}")
