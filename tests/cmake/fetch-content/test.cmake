# The same with FetchContent; see add-subdirectory.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

write_migration(app/versions/aa_first.cc aa)
configure(app ARGUMENTS "-DFETCHCONTENT_SOURCE_DIR_RETORT=${RETORT_SOURCE}")
build(app TARGET app_objects)
