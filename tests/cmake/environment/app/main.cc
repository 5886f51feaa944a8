#include <app_migrations_migrations.h>
#include <retort/environment.h>
#include <retort/retort.h>
#include <retort/sqlite.h>

int main(int argc, char** argv) {
  retort::upgrade_options options;
  options.arguments = {{"size", "77"}};
  options.tag = "app";
  options.hooks = &retort::program_environment;
  if (argc > 1)
    retort::upgrade(app_migrations_migrations(), retort::sqlite_backend(), argv[1], options);
}
