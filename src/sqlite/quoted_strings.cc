#include "sqlite/quoted_strings.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "sqlite/tokens.h"

namespace retort::sqlite {
namespace {

using base::token_kind;

/// How often a name stands in single quotes, by the object.
using string_counts = std::map<std::string, std::ptrdiff_t>;

bool is_anywhere(db::connection& connection, const std::string& quoted) {
  const db::parameter parameters[] = {quoted};
  return !connection
              .query("SELECT 1 FROM sqlite_master WHERE instr(lower(sql), lower(?1)) LIMIT 1",
                     parameters)
              .rows.empty();
}

string_counts count_strings(db::connection& connection, const std::string& name) {
  string_counts counts;
  for (const auto& row :
       connection.query("SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL")
           .rows) {
    counts[*row[0]] = std::ranges::count_if(tokenise(*row[1]), [&](const token& t) {
      return t.kind == token_kind::string && base::equals_ignoring_case(name_of(t), name);
    });
  }
  return counts;
}

void carry_out(const sqlite_dialect& target, db::connection& memory,
               std::span<const model::operation> changes) {
  std::vector<retort::dialect::statement> written;
  for (const auto& op : changes) target.write(op, written);
  for (const auto& one : written) {
    if (one.change.empty()) {
      memory.execute(one.sql);
      continue;
    }
    for (auto part = target.prepare(memory, one); part; part = part->next()) {
      for (const auto& sql : part->statements()) memory.execute(sql);
    }
  }
}

/// A database without rows in which SQLite itself tells what is a string: to rename a column it
/// writes all of them in single quotes.
class trial {
 public:
  trial(const sqlite_dialect& target, db::connection& connection,
        std::span<const model::operation> before, std::string name)
      : memory_(target.open_memory()), name_(std::move(name)) {
    target.copy_structure(connection, *memory_);
    target.ready_for_changes(*memory_);
    carry_out(target, *memory_, before);
    memory_->execute("CREATE TABLE retort_trial (a)");
    // What is broken is let be.
    memory_->execute("PRAGMA writable_schema = ON");
  }

  string_counts strings() {
    memory_->begin();
    memory_->execute("ALTER TABLE retort_trial RENAME COLUMN a TO b");
    auto counts = count_strings(*memory_, name_);
    memory_->rollback();
    return counts;
  }

  void execute(const std::string& sql) { memory_->execute(sql); }

 private:
  std::unique_ptr<db::connection> memory_;
  std::string name_;
};

/// The first object in which a string would become the column; none: there is none, or what the
/// database needs cannot be had in memory.
std::optional<std::string> object_with_string(const sqlite_dialect& target,
                                              db::connection& connection,
                                              std::span<const model::operation> before,
                                              const model::add_column& added) {
  try {
    trial database(target, connection, before, added.column.name);
    const auto now = database.strings();
    database.execute(fmt::format("ALTER TABLE {} ADD COLUMN {} TEXT",
                                 target.quote(added.table.name), target.quote(added.column.name)));
    const auto later = database.strings();
    for (const auto& [object, count] : now) {
      const auto found = later.find(object);
      if (found != later.end() && found->second < count) return object;
    }
  } catch (const error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

void require_strings_stay(const sqlite_dialect& target, db::connection& connection,
                          const std::vector<model::operation>& changes) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto* added = std::get_if<model::add_column>(&changes[i].what);
    if (added == nullptr) continue;
    const auto quoted = base::in_quotes('"', added->column.name);
    if (!is_anywhere(connection, quoted)) continue;
    const auto object = object_with_string(target, connection, std::span(changes).first(i), *added);
    if (!object) continue;
    error problem(fmt::format(
        "cannot add column {} to table {}: {} in {} is a string, and would become the column",
        added->column.name, added->table.display(), quoted, *object));
    problem.at(changes[i].where.file, changes[i].where.line, changes[i].where.column);
    throw problem.help(fmt::format("write the string there in single quotes before this change: {}",
                                   target.literal(added->column.name)));
  }
}

}  // namespace retort::sqlite
