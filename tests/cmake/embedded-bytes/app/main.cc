#include <bytes_migrations.h>

#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (const auto& entry : bytes_migrations().entries) {
    if (std::strlen(argv[1]) != entry.path.size() ||
        std::memcmp(argv[1], entry.path.data(), entry.path.size()) != 0) {
      continue;
    }
    for (const auto& piece : entry.sql) std::fwrite(piece.data(), 1, piece.size(), stdout);
    return 0;
  }
  return 1;
}
