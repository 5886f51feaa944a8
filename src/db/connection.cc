#include "db/connection.h"

namespace retort::db {

std::vector<result> connection::query_all(std::span<const std::string> statements) {
  std::vector<result> results;
  for (const auto& sql : statements) {
    try {
      results.push_back(query(sql));
    } catch (const error& problem) {
      throw batch_failure{problem, results.size()};
    }
  }
  return results;
}

}  // namespace retort::db
