# Retort as a part of another project. Configuring proves that every target that is linked is there;
# of Retort itself nothing is built again.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

write_migration(app/versions/aa_first.cc aa)
configure(app ARGUMENTS "-DRETORT_SOURCE=${RETORT_SOURCE}")
build(app TARGET app_objects)
