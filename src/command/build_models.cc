#include "command/build_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "engine/executor.h"
#include "engine/failure.h"
#include "record/recorder.h"
#include "script/split.h"

namespace retort::command {
namespace {

/// Puts blanks where psql's own lines and the rows of COPY stand, so that places stay.
std::string without_shell_lines(std::string_view text) {
  std::string out;
  bool in_rows = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    const bool begins_rows = line.starts_with("COPY ") && line.ends_with("FROM stdin;");
    // The sqlite3 shell's words begin with a point.
    const bool is_command = line.starts_with('\\') || line.starts_with('.');
    if (!in_rows && !begins_rows && !is_command) out += line;
    if (in_rows && line == "\\.") {
      in_rows = false;
    } else if (begins_rows) {
      in_rows = true;
    }
    if (end < text.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

using word_list = std::vector<std::string>;

bool begins(const word_list& words, std::initializer_list<std::string_view> with) {
  return words.size() >= with.size() && std::equal(with.begin(), with.end(), words.begin());
}

bool has(const word_list& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// What says nothing of the schema, or belongs to the server.
bool is_passed_over(const word_list& words, base::sql_flavour flavour, bool with_grants) {
  if (flavour == base::sql_flavour::sqlite) {
    // The shell prints SQLite's own tables, too.
    return begins(words, {"create", "table"}) && words.size() > 2 &&
           words[2].starts_with("sqlite_");
  }
  if (begins(words, {"alter"}) && has(words, "owner") && has(words, "to") && !has(words, "owned")) {
    return true;
  }
  if (begins(words, {"grant"}) || begins(words, {"revoke"})) return !with_grants;
  return begins(words, {"alter", "default", "privileges"}) ||
         begins(words, {"comment", "on", "extension"}) ||
         begins(words, {"create", "schema", "public"}) ||
         begins(words, {"comment", "on", "schema", "public"});
}

/// A dump of a newer server sets what an older one does not know.
bool may_fail(const word_list& words) {
  return begins(words, {"set"}) || begins(words, {"pragma"});
}

void run_sql(const dialect::dialect& target, db::connection& empty, const model_source& source,
             bool with_grants) {
  const auto text = without_shell_lines(source.sql);
  for (const auto& statement : script::split(text, target.flavour(), 1, source.name)) {
    const auto words = base::words(statement.sql, target.flavour());
    if (is_passed_over(words, target.flavour(), with_grants)) continue;
    try {
      empty.execute(statement.sql);
    } catch (error& problem) {
      if (may_fail(words)) continue;
      dialect::statement failed;
      failed.sql = statement.sql;
      failed.where = {source.name, statement.line, statement.column};
      engine::locate(problem, failed);
      throw;
    }
  }
}

void run_calls(const environment& env, const dialect::dialect& target, db::connection& empty,
               const model_source& source) {
  const auto context = env.context();
  std::vector<dialect::statement> statements;
  for (const auto& op : record::replay(source.define, target.name(), context.replay)) {
    target.write(op, statements);
  }
  engine::observer nobody;
  for (const auto& statement : statements) {
    try {
      engine::run_statement(empty, target, statement, nobody);
    } catch (error& problem) {
      engine::locate(problem, statement);
      throw;
    }
  }
}

}  // namespace

void build_models(const environment& env, const dialect::dialect& target, db::connection& empty,
                  const std::vector<model_source>& sources, bool with_grants) {
  target.ready_for_changes(empty);
  for (const auto& source : sources) {
    if (source.define != nullptr) {
      run_calls(env, target, empty, source);
    } else {
      run_sql(target, empty, source, with_grants);
    }
  }
}

}  // namespace retort::command
