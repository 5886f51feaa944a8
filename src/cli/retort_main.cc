#include <retort/bundle.h>
#include <retort/postgres.h>
#include <retort/sqlite.h>

// The generic tool: no migrations of its own; it reads SQL migrations from --script-location.
int main(int argc, char** argv) {
  retort::bundle::program program;
  program.name = "retort";
  const std::initializer_list<const retort::backend*> backends = {
#ifdef RETORT_HAS_SQLITE
      &retort::sqlite_backend(),
#endif
#ifdef RETORT_HAS_POSTGRES
      &retort::postgres_backend(),
#endif
  };
  program.backends = backends;
  return retort::run_main(argc, argv, program);
}
