#include <app_migrations_migrations.h>

#include <cstdio>

int main() {
  for (const auto& model : app_migrations_migrations().models) {
    std::printf("%.*s: ", static_cast<int>(model.path.size()), model.path.data());
    if (model.code != nullptr) std::printf("C++");
    for (const auto& piece : model.sql) {
      std::printf("%.*s", static_cast<int>(piece.size()), piece.data());
    }
    std::printf("\n");
  }
}
