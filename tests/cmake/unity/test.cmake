# Hash-grouped unity builds, a recursive folder, files added by hand, and a set that has no runner but
# that the build checks. Recorded paths are relative to the set's folder.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

set(parent "")
foreach(revision IN ITEMS aa ab ac ad ae af)
  write_migration(app/versions/2024/${revision}_step.cc ${revision} ${parent})
  set(parent ${revision})
endforeach()
write_migration(app/versions/ba_last.sql ba af)
write_migration(app/by-hand/bb_after.sql bb ba)
write_migration(app/by-hand/bc_after.cc bc bb)
configure(app)
build(app)
expect("unity_group")
run("the list of paths" COMMAND app-build/paths)
expect("../by-hand/bb_after.sql ../by-hand/bc_after.cc 2024/aa_step.cc 2024/ab_step.cc"
       "2024/af_step.cc ba_last.sql")

write_migration(app/versions/2024/ag_step.cc af nowhere)
build(app FAILS)
expect("/versions/2024/ag_step.cc:3: error: ")
