# A migration library, with its models, that one project installs and another project's runner takes.

include("${CMAKE_CURRENT_LIST_DIR}/../ConfigureAndBuild.cmake")

write_migration(producer/versions/a1_first.cc a1)
write_migration(producer/versions/b2_second.sql b2 a1)
file(WRITE "${WORK}/producer/models.sql" "CREATE TABLE t_a1 (id INTEGER PRIMARY KEY);\n")
file(WRITE "${WORK}/producer/models.cc" "#include <retort/schema.h>

RETORT_MODELS(second) {
    .schema = [](retort::operations& schema) { schema.execute(\"CREATE TABLE t_b2 (id INTEGER PRIMARY KEY)\"); },
};
")
configure(producer ARGUMENTS "-Uretort_DIR" "-DCMAKE_PREFIX_PATH=${INSTALLED}")
build(producer)
run("installing the producer" COMMAND
  "${CMAKE_COMMAND}" --install producer-build --prefix "${WORK}/prefix")
# Nothing of the producer's folders is needed any more, nor may be.
file(REMOVE_RECURSE "${WORK}/producer" "${WORK}/producer-build")
file(GLOB exported "${WORK}/prefix/lib*/cmake/shop/shop-targets*.cmake")
foreach(file IN LISTS exported)
  file(READ "${file}" content)
  if(content MATCHES "/producer")
    message(FATAL_ERROR "${file} names the producer's folders")
  endif()
endforeach()

configure(consumer ARGUMENTS "-Uretort_DIR" "-DCMAKE_PREFIX_PATH=${INSTALLED}"
  "-Dshop_DIR=${WORK}/prefix/lib/cmake/shop")
build(consumer)
build(consumer TARGET shop-db-history)
expect("a1" "b2")
build(consumer TARGET shop-db-upgrade)
build(consumer TARGET shop-db-check)
run("the tests" COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir consumer-build --output-on-failure)
expect("retort.shop-db.sqlite.a1" "retort.shop-db.sqlite.b2" "retort.shop-db.sqlite.models" "100% tests passed")
