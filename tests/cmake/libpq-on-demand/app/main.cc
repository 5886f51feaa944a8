#include <retort/postgres.h>
#include <retort/retort.h>

#include <app_migrations.h>

int main() {
  retort::upgrade(app_migrations(), retort::postgres_backend(), "postgresql://nobody@/nothing");
}
