#include "command/build_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/sql_lexer.h"
#include "base/sql_words.h"
#include "base/text_tools.h"
#include "engine/executor.h"
#include "engine/failure.h"
#include "record/recorder.h"
#include "script/rename_hints.h"
#include "script/split.h"

namespace retort::command {
namespace {

/// Whether a line is for the shell: psql's commands begin with a backslash, those of sqlite3 with a
/// point.
bool is_command(std::string_view line, base::sql_flavour flavour) {
  return line.starts_with(flavour == base::sql_flavour::sqlite ? '.' : '\\');
}

bool begins_rows(std::string_view line, base::sql_flavour flavour) {
  return flavour == base::sql_flavour::postgresql && line.starts_with("COPY ") &&
         base::trim(line).ends_with("FROM stdin;");
}

/// Puts blanks where lines of the shell and the rows of COPY stand, so that places stay. What
/// begins inside a string or a comment is none.
std::string without_shell_lines(std::string text, base::sql_flavour flavour) {
  std::size_t at = 0;
  const auto end_of_line = [&](std::size_t from) {
    return std::min(text.find('\n', from), text.size());
  };
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (auto i = from; i < to; ++i) {
      if (text[i] != '\n') text[i] = ' ';
    }
  };
  while (at < text.size()) {
    const std::string_view rest = std::string_view(text).substr(at);
    base::sql_lexer lexer(rest, flavour);
    std::size_t next = text.size();
    for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
      const auto token = lexer.text(t);
      const auto place = static_cast<std::size_t>(token.data() - text.data());
      if (place != 0 && text[place - 1] != '\n') continue;
      auto end = end_of_line(place);
      const auto line = std::string_view(text).substr(place, end - place);
      const bool rows = begins_rows(line, flavour);
      if (!rows && !is_command(line, flavour)) continue;
      if (rows) end = std::min(text.find("\n\\.", place), text.size() - 1) + 1;
      if (rows) end = end_of_line(end);
      blank(place, end);
      next = end;
      break;
    }
    at = next;
  }
  return text;
}

using word_list = std::vector<std::string>;

bool begins(const word_list& words, std::initializer_list<std::string_view> with) {
  return words.size() >= with.size() && std::equal(with.begin(), with.end(), words.begin());
}

bool has(const word_list& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// What says nothing of the schema, or belongs to the server. `schema`: the one to work in, which
/// is there.
bool is_passed_over(const word_list& words, base::sql_flavour flavour, std::string_view schema,
                    bool with_grants) {
  if (flavour == base::sql_flavour::sqlite) {
    // The shell prints SQLite's own tables, too.
    return begins(words, {"create", "table"}) && words.size() > 2 &&
           words[2].starts_with("sqlite_");
  }
  if (begins(words, {"alter"}) && has(words, "owner") && has(words, "to") && !has(words, "owned")) {
    return true;
  }
  if (begins(words, {"grant"}) || begins(words, {"revoke"}) ||
      begins(words, {"alter", "default", "privileges"})) {
    return !with_grants;
  }
  if (!schema.empty() && begins(words, {"create", "schema", schema})) return words.size() == 3;
  return begins(words, {"comment", "on", "extension"}) ||
         begins(words, {"create", "schema", "public"}) ||
         begins(words, {"comment", "on", "schema", "public"});
}

/// A dump of a newer server sets what an older one does not know.
bool may_fail(const word_list& words) {
  return begins(words, {"set"}) || begins(words, {"pragma"});
}

std::vector<model::rename_hint> run_sql(const dialect::dialect& target, db::connection& empty,
                                        const model_source& source, std::string_view schema,
                                        bool with_grants) {
  const auto text = without_shell_lines(source.sql, target.flavour());
  for (const auto& statement : script::split(text, target.flavour(), 1, source.name)) {
    const auto words = base::words(statement.sql, target.flavour());
    if (is_passed_over(words, target.flavour(), schema, with_grants)) continue;
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
  return script::rename_hints(text, target.flavour(), source.name);
}

std::vector<model::rename_hint> run_calls(const environment& env, const dialect::dialect& target,
                                          db::connection& empty, const model_source& source) {
  const auto context = env.context();
  auto models = record::replay_models(source.define, target.name(), context.replay);
  std::vector<dialect::statement> statements;
  for (const auto& op : models.operations) target.write(op, statements);
  engine::observer nobody;
  for (const auto& statement : statements) {
    try {
      engine::run_statement(empty, target, statement, nobody);
    } catch (error& problem) {
      engine::locate(problem, statement);
      throw;
    }
  }
  return std::move(models.hints);
}

}  // namespace

std::vector<model::rename_hint> build_models(const environment& env, const dialect::dialect& target,
                                             db::connection& empty,
                                             const std::vector<model_source>& sources,
                                             bool with_grants) {
  target.ready_for_changes(empty);
  std::vector<model::rename_hint> all;
  for (const auto& source : sources) {
    const auto hints = source.define != nullptr
                           ? run_calls(env, target, empty, source)
                           : run_sql(target, empty, source, env.options().schema, with_grants);
    all.insert(all.end(), hints.begin(), hints.end());
  }
  return all;
}

}  // namespace retort::command
