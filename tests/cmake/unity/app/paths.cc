#include <app_migrations.h>

#include <cstdio>
#include <set>
#include <string>

int main() {
  std::set<std::string> paths;
  for (const auto& entry : app_migrations().entries) {
    paths.emplace(entry.path.data(), entry.path.size());
  }
  const auto& sql = app_migrations().sql;
  for (const auto& file : sql.files) {
    // A few bytes, and so in the first row.
    paths.emplace(sql.shards[file.shard][0] + file.start, file.path_size);
  }
  for (const auto& path : paths) std::printf("%s\n", path.c_str());
}
