#include "engine/execution.h"

#include <fmt/format.h>

#include "base/passwords.h"
#include "base/text_tools.h"

namespace retort::engine {

double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

std::string display(const history::rows& rows) {
  return rows.empty() ? "base" : base::join(rows, ", ");
}

std::string text_of(const std::vector<dialect::statement>& statements, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& one = statements[i];
    // Either grammar takes a password for a string.
    text += one.code != nullptr ? "-- C++ code"
                                : base::without_passwords(one.sql, base::sql_flavour::postgresql);
    if (one.backfill && !one.backfill->key.empty()) {
      text += " -- by " + base::join(one.backfill->key, ", ");
    }
    text += ";\n";
  }
  return text;
}

error changed(const planned_migration& migration, std::size_t count,
              const unfinished_migration& now) {
  error problem("what it had done when it was stopped is not what it says now");
  const auto& at = migration.statements[count == 0 ? 0 : count - 1].where;
  problem.at(at.file, at.line);
  for (auto& line : base::split_list(now.done, '\n')) problem.note("done: " + std::move(line));
  return problem.help("write it as it was, and mend what it does in a later migration");
}

void require_unchanged(const planned_migration& migration, std::size_t count,
                       const unfinished_migration& now) {
  if (now.part == 0 && now.key.empty() && !now.in_doubt) return;
  if (text_of(migration.statements, count) != now.done) throw changed(migration, count, now);
}

}  // namespace retort::engine
