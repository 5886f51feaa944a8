#include <cstddef>
#include <cstdio>

extern "C" std::size_t PQescapeString(char* to, const char* from, std::size_t length);

static const bool called_before_main = [] {
  char text[16];
  const std::size_t length = PQescapeString(text, "it's", 4);
  std::printf("escaped to %s, %zu characters\n", text, length);
  return true;
}();
