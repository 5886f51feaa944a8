# An application that brings its own database to head, with nothing of the runner in it.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

write_migration(app/versions/a1_first.cc a1)
write_migration(app/versions/b2_second.sql b2 a1)
configure(app)
build(app)
run("the application" COMMAND app-build/app "sqlite:///${WORK}/app.db")
expect("ran a1" "ran b2" "at b2")
run("the application" COMMAND app-build/app "sqlite:///${WORK}/app.db")
expect_not("ran")
expect("at b2")
