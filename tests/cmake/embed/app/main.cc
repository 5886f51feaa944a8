#include <retort/retort.h>
#include <retort/sqlite.h>
#include <shop_migrations_migrations.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string url = argv[1];
  const auto found = retort::guard(shop_migrations_migrations(), retort::sqlite_backend(), url);
  std::printf("guard: %s\n", found.answer == retort::guard_answer::ok       ? "ok"
                             : found.answer == retort::guard_answer::behind ? "behind"
                             : found.may_run()                              ? "newer but compatible"
                                                                            : "incompatible");
  for (const auto& revision : found.newer) std::printf("newer: %s\n", revision.c_str());
  if (!found.newer.empty()) return 0;
  for (const auto& revision :
       retort::upgrade(shop_migrations_migrations(), retort::sqlite_backend(), url)) {
    std::printf("ran %s\n", revision.c_str());
  }
  for (const auto& revision : retort::current(retort::sqlite_backend(), url)) {
    std::printf("at %s\n", revision.c_str());
  }
}
