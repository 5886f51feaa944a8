#include <bytes_migrations.h>

#include <cstdio>
#include <string>

namespace {

std::string bytes(const retort::bundle::row* rows, std::size_t start, std::size_t size) {
  std::string result;
  for (std::size_t at = start; at < start + size; ++at) {
    result += rows[at / retort::bundle::row_length][at % retort::bundle::row_length];
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto& sql = bytes_migrations().sql;
  for (const auto& file : sql.files) {
    const auto* rows = sql.shards[file.shard];
    if (bytes(rows, file.start, file.path_size) != argv[1]) continue;
    const auto names = file.path_size + file.revision_size + file.parents_size;
    const auto content = bytes(rows, file.start + names, file.content_size);
    std::fwrite(content.data(), 1, content.size(), stdout);
    return 0;
  }
  return 1;
}
