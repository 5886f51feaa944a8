#include "engine/folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using retort::engine::is_loaded_before;

TEST_CASE("of each folder first its files are loaded, then the folders in it") {
  // Alembic's _list_py_dir, with recursive_version_locations, gives these in this order.
  const std::vector<std::string> order = {"v/a.sql",     "v/ba.sql",  "v/x.sql",   "v/a/z.sql",
                                          "v/a b/a.sql", "v/b/1.sql", "v/b/b.sql", "v/b/c/a.sql",
                                          "v/b.d/0.sql", "v/é/0.sql"};
  auto paths = order;
  std::shuffle(paths.begin(), paths.end(), std::mt19937(7));
  std::sort(paths.begin(), paths.end(), is_loaded_before);
  CHECK(paths == order);
  CHECK_FALSE(is_loaded_before("a.sql", "a.sql"));
  CHECK(is_loaded_before("a.sql", "0/a.sql"));
  CHECK_FALSE(is_loaded_before("0/a.sql", "a.sql"));
}
