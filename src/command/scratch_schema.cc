#include "command/scratch_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/sql_lexer.h"
#include "base/sql_words.h"
#include "base/text_tools.h"

namespace retort::command {
namespace {

using base::sql_flavour;
using base::token_kind;

/// What introspection knows it by (`postgres/catalogue.cc`).
constexpr std::string_view prefix = "retort_scratch_schema_";

std::string quoted_name(const std::string& name) {
  return base::is_bare_name(name) ? name : base::in_quotes('"', name);
}

/// The name that a token is; empty: it is none.
std::string name_in(token_kind kind, std::string_view text) {
  if (kind == token_kind::word) return base::lower(text);
  if (kind != token_kind::quoted_name || text.size() < 2) return {};
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == '"') ++i;
  }
  return name;
}

/// What stands between the quotes of a string, whatever they are.
std::string_view inside(std::string_view text) {
  const char quote = text.front() == '$' ? '$' : '\'';
  const auto begin = text.find(quote, text.front() == '$' ? 1 : 0);
  const auto end = text.front() == '$' ? text.rfind('$', text.size() - 2) : text.size() - 1;
  return begin == std::string_view::npos || end <= begin ? std::string_view()
                                                         : text.substr(begin + 1, end - begin - 1);
}

/// A name that is followed by a point, and what is before and behind it.
template <class Visitor>
void for_qualifiers(std::string_view sql, const Visitor& visit) {
  base::sql_lexer lexer(sql, sql_flavour::postgresql);
  std::string name;
  base::token before;
  bool is_qualified = false;
  for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (text == "." && !name.empty() && !is_qualified) visit(name, before);
    is_qualified = text == ".";
    name = name_in(t.kind, text);
    before = t;
  }
}

using word_list = std::vector<std::string>;

template <std::size_t N>
bool is_one_of(const std::string& word, const std::array<std::string_view, N>& list) {
  return std::ranges::find(list, std::string_view(word)) != list.end();
}

/// Settings that change neither where things are made nor how they are shown: those of a dump.
constexpr std::array<std::string_view, 10> harmless = {"check_function_bodies",
                                                       "client_encoding",
                                                       "client_min_messages",
                                                       "default_table_access_method",
                                                       "idle_in_transaction_session_timeout",
                                                       "lock_timeout",
                                                       "row_security",
                                                       "standard_conforming_strings",
                                                       "statement_timeout",
                                                       "xmloption"};
constexpr std::array<std::string_view, 13> adjectives = {
    "constraint", "exists",    "if",   "local",   "materialized", "not",     "or",
    "recursive",  "temporary", "temp", "replace", "unique",       "unlogged"};
constexpr std::array<std::string_view, 14> kinds = {
    "aggregate", "collation", "column",   "domain",     "function", "index",   "policy",
    "procedure", "rule",      "sequence", "statistics", "table",    "trigger", "type"};

/// Whether a statement makes or changes what a schema holds.
bool is_of_schema(const word_list& words) {
  const auto& verb = words.front();
  if (verb == "insert" || verb == "update" || verb == "delete") return true;
  if (verb == "set" || verb == "reset") return words.size() > 1 && is_one_of(words[1], harmless);
  if (verb != "create" && verb != "alter" && verb != "drop" && verb != "comment") return false;
  for (std::size_t i = verb == "comment" ? 2 : 1; i < words.size(); ++i) {
    if (is_one_of(words[i], kinds) || words[i] == "view") return true;
    if (!is_one_of(words[i], adjectives)) return verb == "comment" && words[i - 1] == "constraint";
  }
  return false;
}

bool changes_schema(const word_list& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "schema" && words[i - 1] == "set") return true;
  }
  return false;
}

}  // namespace

scratch_schema::scratch_schema(std::unique_ptr<db::connection> real) : real_(std::move(real)) {
  real_->begin();
  const auto found =
      real_->query("SELECT pg_catalog.current_schema(), pg_catalog.pg_backend_pid()").rows.at(0);
  if (!found.at(0)) throw error("the connection works in no schema");
  spoken_ = *found.at(0);
  name_ = std::string(prefix) + found.at(1).value_or("");
  for (const auto& row :
       real_
           ->query("SELECT nspname FROM pg_namespace WHERE nspname::text !~ '^pg_' AND nspname <> "
                   "'information_schema'")
           .rows) {
    schemas_.push_back(row.at(0).value_or(""));
  }
  real_->execute("CREATE SCHEMA " + name_);
  real_->execute("SET LOCAL search_path = " + name_);
}

scratch_schema::~scratch_schema() { real_->rollback(); }

bool scratch_schema::is_schema(const std::string& name) const {
  return std::ranges::find(schemas_, name) != schemas_.end();
}

std::string scratch_schema::schema_named_in(std::string_view sql, bool may_be_own) const {
  std::string found;
  for_qualifiers(sql, [&](const std::string& name, base::token) {
    if (found.empty() && is_schema(name) && !(may_be_own && name == spoken_)) found = name;
  });
  base::sql_lexer lexer(sql, sql_flavour::postgresql);
  for (auto t = lexer.next(); t.kind != token_kind::end && found.empty(); t = lexer.next()) {
    // What a string means is not known, so that nothing in it can be put in another's place.
    if (t.kind == token_kind::string) found = schema_named_in(inside(lexer.text(t)), false);
  }
  return found;
}

std::string scratch_schema::foreign_to(const std::string& sql) const {
  const auto schema = schema_named_in(sql, true);
  return schema.empty() ? schema : "names the schema " + schema;
}

void scratch_schema::require_own(std::string_view sql) {
  const auto words = base::words(sql, sql_flavour::postgresql);
  if (words.empty()) return;
  std::string why;
  if (!is_of_schema(words) || changes_schema(words)) {
    why = "goes beyond a schema";
  } else if (const auto schema = schema_named_in(sql, false); !schema.empty()) {
    why = "names the schema " + schema;
  }
  if (why.empty()) return;
  const error problem(fmt::format("a statement of the models {}", why));
  if (!refusal_) refusal_ = problem;
  throw problem;
}

std::string scratch_schema::translated(std::string_view sql) const {
  std::string out;
  std::size_t done = 0;
  for_qualifiers(sql, [&](const std::string& name, base::token where) {
    if (name != spoken_) return;
    out.append(sql.substr(done, where.begin - done)).append(name_);
    done = where.begin + where.size;
  });
  return out.append(sql.substr(done));
}

db::result scratch_schema::query(std::string_view sql, std::span<const db::parameter> parameters) {
  auto found = real_->query(sql, parameters);
  const auto spoken = quoted_name(spoken_);
  for (auto& row : found.rows) {
    for (auto& cell : row) {
      if (!cell) continue;
      if (*cell == name_) cell = spoken_;
      for (auto at = cell->find(name_); at != std::string::npos; at = cell->find(name_, at)) {
        cell->replace(at, name_.size(), spoken);
        at += spoken.size();
      }
    }
  }
  return found;
}

std::unique_ptr<db::prepared> scratch_schema::prepare(std::string_view sql) {
  return real_->prepare(sql);
}

void scratch_schema::copy(std::string_view sql, std::string_view data) { real_->copy(sql, data); }

void scratch_schema::execute(std::string_view sql) {
  if (is_guarded_) require_own(sql);
  // A savepoint within another one would be gone with it.
  const auto words = base::words(sql, sql_flavour::postgresql, 1);
  constexpr std::array<std::string_view, 3> verbs = {"savepoint", "release", "rollback"};
  if (!words.empty() && is_one_of(words[0], verbs)) return real_->execute(sql);
  real_->execute("SAVEPOINT retort_statement");
  try {
    real_->execute(translated(sql));
  } catch (const error&) {
    real_->execute("ROLLBACK TO SAVEPOINT retort_statement");
    real_->execute("RELEASE SAVEPOINT retort_statement");
    throw;
  }
  real_->execute("RELEASE SAVEPOINT retort_statement");
}

void scratch_schema::begin() {
  real_->execute("SAVEPOINT retort_transaction");
  ++depth_;
}

void scratch_schema::commit() {
  real_->execute("RELEASE SAVEPOINT retort_transaction");
  --depth_;
}

void scratch_schema::rollback() noexcept {
  if (depth_ == 0) return;
  --depth_;
  try {
    real_->execute("ROLLBACK TO SAVEPOINT retort_transaction");
    real_->execute("RELEASE SAVEPOINT retort_transaction");
  } catch (const error&) {
    // The connection is gone, and the transaction with it.
  }
}

}  // namespace retort::command
