#include <app_migrations.h>

#include <cstdio>

int main() {
  for (const auto& entry : app_migrations().entries) {
    std::printf("%.*s\n", static_cast<int>(entry.path.size()), entry.path.data());
  }
}
