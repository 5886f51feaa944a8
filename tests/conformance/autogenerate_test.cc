#include <doctest/doctest.h>

#include <cstdlib>
#include <functional>
#include <random>

#include <fmt/format.h>

#include <retort/error.h>
#include <retort/sqlite.h>

#include "conformance/changed_place.h"
#include "conformance/postgres_server.h"
#include "conformance/sql_kinds.h"
#include "diff/converge.h"
#include "diff/creation.h"
#include "diff/said_renames.h"
#include "script/split.h"

// The way from one schema to another that is found in a scratch database, as for `revision
// --autogenerate`, is gone in a database with rows, and back: the schemas come out right, and no
// row changes that should not.

namespace retort::conformance {
namespace {

/// Two databases of one kind, each emptied when it is asked for.
class databases {
 public:
  explicit databases(const dialect::dialect& target) : target_(target) {}
  virtual ~databases() = default;
  const dialect::dialect& target() const { return target_; }
  /// With rows.
  virtual changed_place real() = 0;
  virtual changed_place scratch() = 0;

 private:
  const dialect::dialect& target_;
};

class sqlite_databases final : public databases {
 public:
  sqlite_databases() : databases(sqlite_backend().dialect()) {}
  changed_place real() override { return {target().open_memory(), target()}; }
  changed_place scratch() override { return {target().open_memory(), target()}; }
};

/// Connections stay open, for a server forgets what it knows of the catalogue with each.
class postgres_databases final : public databases {
 public:
  explicit postgres_databases(const db::url& server)
      : databases(postgres_backend().dialect()), first_(server), second_(server) {}
  changed_place real() override { return emptied(real_); }
  changed_place scratch() override { return emptied(scratch_); }
  bool has_extension(const std::string& name) {
    return !real_
                ->query("SELECT FROM pg_available_extensions WHERE name = " +
                        target().literal(name))
                .rows.empty();
  }

 private:
  /// Most of the time goes into planning what introspection asks, of databases with little in them.
  static std::shared_ptr<db::connection> opened(const postgres_database& database) {
    std::shared_ptr<db::connection> connection = database.open();
    connection->execute("SET join_collapse_limit = 1");
    connection->execute("SET enable_mergejoin = off");
    return connection;
  }

  changed_place emptied(const std::shared_ptr<db::connection>& which) {
    clear(*which);
    return {which, target()};
  }

  postgres_database first_;
  postgres_database second_;
  std::shared_ptr<db::connection> real_ = opened(first_);
  std::shared_ptr<db::connection> scratch_ = opened(second_);
};

using loading = std::function<void(changed_place&)>;

/// A schema with rows to begin with, and what is to be seen of the way to another one.
struct pair {
  loading from;
  std::set<std::string> changes = {};
  std::string works = {};
  bool is_refused = false;
  /// Only of columns that have the same definition on both sides the values are compared.
  bool is_mixed = false;
};

std::vector<std::string> statements_of(const diff::convergence& way) {
  std::vector<std::string> all;
  for (const auto& step : way.steps) {
    all.insert(all.end(), step.statements.begin(), step.statements.end());
  }
  return all;
}

std::string text_of(const diff::convergence& way) {
  std::string text;
  for (const auto& sql : statements_of(way)) text += sql + ";\n";
  if (way.problem) text += std::string("the database says: ") + way.problem->what() + "\n";
  return text;
}

std::string left_of(const diff::convergence& way) {
  std::string text;
  for (const auto& one : way.left) text += one.text + "\n";
  return text;
}

/// What was renamed on the way is renamed on the way back.
diff::rename_rules rules_back(const diff::convergence& way) {
  diff::rename_rules rules;
  rules.guesses = false;
  rules.said = diff::renamed_back(way);
  return rules;
}

diff::convergence converge(changed_place& place, const model::schema& wanted,
                           const diff::rename_rules& rules) {
  const diff::look_function look = [&] { return place.shown(); };
  return diff::converge(place.connection(), look, wanted, place.target(), rules);
}

/// Makes the structure of another database, as the command does. False where that failed.
bool copy_structure(changed_place& original, const model::schema& shown, changed_place& copy) {
  const auto& target = copy.target();
  if (target.name() == "sqlite") {
    target.copy_structure(original.connection(), copy.connection());
    return true;
  }
  copy.connection().execute("SET check_function_bodies = off");
  std::vector<dialect::statement> statements;
  for (const auto& op : diff::creation(shown, target)) target.write(op, statements);
  for (const auto& statement : statements) {
    CAPTURE(statement.sql);
    try {
      copy.connection().execute(statement.sql);
    } catch (const error& problem) {
      const std::string reason = problem.what();
      CHECK(reason == "");
      return false;
    }
  }
  copy.connection().execute("RESET check_function_bodies");
  return true;
}

void check_works(changed_place& place, const std::string& statement) {
  if (statement.empty()) return;
  CAPTURE(statement);
  place.connection().begin();
  CHECK_NOTHROW(place.connection().execute(statement));
  place.connection().rollback();
}

/// The columns that have the same definition on both sides.
cells common(const cells& rows, const model::schema& a, const model::schema& b) {
  cells kept;
  for (const auto& [name, table] : a.tables) {
    const auto* other = b.find(name);
    if (other == nullptr) continue;
    for (const auto& column : table.columns) {
      const auto* same = other->find_column(column.name);
      const auto found = rows.find(name.name + "." + column.name);
      if (same != nullptr && *same == column && found != rows.end()) kept.insert(*found);
    }
  }
  return kept;
}

/// Goes a way in the database with rows. False where that failed.
bool go(changed_place& real, const diff::convergence& way, const model::schema& wanted) {
  try {
    real.run(statements_of(way));
  } catch (const error& problem) {
    const std::string reason = problem.what();
    CHECK(reason == "");
    return false;
  }
  CHECK(differences(wanted, real.shown()) == "");
  return true;
}

/// `wanted`: what `tried.to` makes.
void try_out(databases& all, const pair& tried, const model::schema& wanted) {
  auto real = all.real();
  tried.from(real);
  const auto start = real.shown();
  auto rows = contents(real.connection(), start, all.target());
  if (tried.is_mixed) rows = common(rows, start, wanted);
  auto copy = all.scratch();
  if (!copy_structure(real, start, copy)) return;

  const auto there = converge(copy, wanted, {});
  INFO("the way there:\n", text_of(there));
  CHECK((left_of(there) == "") != tried.is_refused);
  if (!there.left.empty()) return;
  CHECK(there.steps.empty() == (differences(start, wanted) == ""));
  const auto back = converge(copy, start, rules_back(there));
  INFO("the way back:\n", text_of(back));
  CHECK(left_of(back) == "");

  if (!go(real, there, wanted)) return;
  check_contents(rows, contents(real.connection(), wanted, all.target()), tried.changes);
  check_works(real, tried.works);
  if (!back.left.empty() || !go(real, back, start)) return;
  check_contents(rows, contents(real.connection(), start, all.target()), tried.changes);
  check_works(real, tried.works);
}

/// Whether the name has what RETORT_KIND looks for, for work on one kind.
bool is_wanted(const std::string& name) {
  const char* part = std::getenv("RETORT_KIND");
  return part == nullptr || name.find(part) != std::string::npos;
}

void try_out(databases& all, const kind_of_change& kind) {
  INFO(std::string(kind.name));
  if (!is_wanted(kind.name)) return;
  auto goal = all.real();
  goal.make_world();
  // Not every database has every such thing.
  if (!goal.run(kind)) return;
  try_out(all, {[](changed_place& place) { place.make_world(); }, kind.changes}, goal.shown());
}

void make(changed_place& place, const sql_kind& kind, bool is_after) {
  if (!is_after || !kind.is_whole) run_script(place.connection(), kind.before, place.target());
  if (is_after) run_script(place.connection(), kind.after, place.target());
}

void try_out(databases& all, const sql_kind& kind) {
  INFO(std::string(kind.name));
  if (!is_wanted(kind.name)) return;
  auto goal = all.real();
  make(goal, kind, true);
  try_out(all,
          {[&](changed_place& place) { make(place, kind, false); }, kind.changes, kind.works,
           kind.is_refused},
          goal.shown());
}

TEST_CASE("autogenerate finds the way of every kind of change on SQLite") {
  sqlite_databases all;
  for (const auto& kind : kinds()) try_out(all, kind);
  for (const auto& kind : sqlite_kinds()) try_out(all, kind);
}

TEST_CASE("autogenerate finds the way of every kind of change on PostgreSQL") {
  const auto server = postgres_server();
  if (!server) return;
  postgres_databases all(*server);
  for (const auto& kind : kinds()) try_out(all, kind);
}

TEST_CASE("autogenerate finds the way of what only PostgreSQL has") {
  const auto server = postgres_server();
  if (!server) return;
  postgres_databases all(*server);
  // Most of the time is the server's, which a sanitizer does not look at.
  const auto every = setting("RETORT_KINDS_EVERY", 1);
  unsigned number = 0;
  for (const auto* list : {&postgres_object_kinds(), &postgres_table_kinds(),
                           &postgres_column_kinds(), &postgres_rare_kinds()}) {
    for (const auto& kind : *list) {
      if (number++ % every != 0) continue;
      const std::string needed = kind.needs;
      if (needed.empty() || all.has_extension(needed)) try_out(all, kind);
    }
  }
}

TEST_CASE("whether a materialized view is filled is no difference") {
  const auto server = postgres_server();
  if (!server) return;
  postgres_databases all(*server);
  auto place = all.real();
  run_script(place.connection(), "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a WITH NO DATA",
             place.target());
  const auto wanted = place.shown();
  place.connection().execute("REFRESH MATERIALIZED VIEW mv");
  CHECK(place.shown() != wanted);
  CHECK(text_of(converge(place, wanted, {})) == "");
  CHECK(left_of(converge(place, wanted, {})) == "");
}

/// How often the schema is looked at on the way to so many types of other values, each with a view
/// and an index in the way.
int looks_for_types(databases& all, int types) {
  const auto make = [&](changed_place& place, const char* values) {
    for (int i = 0; i < types; ++i) {
      const auto script = fmt::format(
          "CREATE TYPE e{0} AS ENUM ({1}); CREATE TABLE t{0} (id int, e e{0}); CREATE INDEX ix{0} "
          "ON t{0} (id) WHERE e = 'a'; CREATE VIEW v{0} AS SELECT id FROM t{0} WHERE e = 'a';",
          i, values);
      run_script(place.connection(), script.c_str(), place.target());
    }
  };
  auto goal = all.real();
  make(goal, "'a', 'c'");
  const auto wanted = goal.shown();
  auto place = all.scratch();
  make(place, "'a', 'b', 'c'");
  int looks = 0;
  const diff::look_function look = [&] {
    ++looks;
    return place.shown();
  };
  CHECK(left_of(diff::converge(place.connection(), look, wanted, place.target(), {})) == "");
  return looks;
}

TEST_CASE("how often the schema is looked at does not grow with what changes") {
  const auto server = postgres_server();
  if (!server) return;
  postgres_databases all(*server);
  CHECK(looks_for_types(all, 4) == looks_for_types(all, 1));
}

TEST_CASE("rows that a policy hides are not lost with a table that is made anew") {
  const auto server = postgres_server();
  if (!server) return;
  postgres_databases all(*server);
  constexpr auto policy = R"(
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON t USING (who = 'me');)";
  const auto make = [&](changed_place& place, const char* tables) {
    run_script(place.connection(), tables, place.target());
    run_script(place.connection(), policy, place.target());
  };
  constexpr auto whole = "CREATE TABLE t (id int, who text)";
  auto goal = all.real();
  make(goal,
       "CREATE TABLE t (id int, who text) PARTITION BY LIST (id); CREATE TABLE t_rest PARTITION OF "
       "t DEFAULT");
  const auto wanted = goal.shown();
  auto copy = all.scratch();
  make(copy, whole);
  const auto way = converge(copy, wanted, {});
  REQUIRE(left_of(way) == "");

  auto real = all.real();
  make(real, whole);
  auto& db = real.connection();
  run_script(db, R"(
DROP ROLE IF EXISTS retort_test_owner; CREATE ROLE retort_test_owner;
INSERT INTO t VALUES (1, 'me'), (2, 'you'); GRANT ALL ON SCHEMA public TO retort_test_owner;
ALTER TABLE t OWNER TO retort_test_owner; SET ROLE retort_test_owner)",
             real.target());
  std::string refused;
  try {
    real.run(statements_of(way));
  } catch (const error& problem) {
    refused = problem.what();
  }
  CAPTURE(refused);
  CHECK(refused.find("row-level security policy for table \"t\"") != std::string::npos);
  db.execute("ROLLBACK");
  db.execute("RESET ROLE");
  CHECK(db.query("SELECT count(*) FROM t").rows.at(0).at(0) == "2");
  run_script(db, "DROP OWNED BY retort_test_owner; DROP ROLE retort_test_owner", real.target());
}

/// Something that one database of a random pair has, or the other, both or neither.
template <class Kind>
struct chosen {
  const Kind* kind;
  bool in_first;
  bool in_second;
};

struct random_pair {
  std::vector<chosen<kind_of_change>> called;
  std::vector<chosen<sql_kind>> written;
};

template <class Kind>
std::vector<chosen<Kind>> choose(const std::vector<const Kind*>& from, std::size_t count,
                                 std::minstd_rand& random) {
  std::vector<chosen<Kind>> result;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* kind = from[random() % from.size()];
    const auto sides = random() % 3;
    result.push_back({kind, sides != 0, sides != 1});
  }
  return result;
}

/// False, and without a trace, where it cannot be.
bool try_script(changed_place& place, const char* text) {
  std::vector<std::string> statements;
  for (const auto& one : script::split(text, place.target().flavour())) {
    statements.push_back(one.sql);
  }
  try {
    place.run(statements);
  } catch (const error&) {
    return false;
  }
  return true;
}

/// As far as one thing is not in another's way.
void make(changed_place& place, const random_pair& made, bool is_first) {
  place.make_world();
  for (const auto& one : made.written) {
    const bool is_after = is_first ? one.in_first : one.in_second;
    if (is_after && one.kind->is_whole) {
      try_script(place, one.kind->after);
    } else if (try_script(place, one.kind->before) && is_after) {
      try_script(place, one.kind->after);
    }
  }
  for (const auto& one : made.called) {
    if (!(is_first ? one.in_first : one.in_second)) continue;
    try {
      place.run(*one.kind);
    } catch (const error&) {
      continue;
    }
  }
}

std::set<std::string> changes_of(const random_pair& made) {
  std::set<std::string> all;
  for (const auto& one : made.called)
    all.insert(one.kind->changes.begin(), one.kind->changes.end());
  for (const auto& one : made.written) {
    all.insert(one.kind->changes.begin(), one.kind->changes.end());
  }
  return all;
}

std::string names_in(const random_pair& made) {
  std::string names;
  for (const auto& one : made.called) {
    names += fmt::format("{} ({}, {})\n", one.kind->name, one.in_first, one.in_second);
  }
  for (const auto& one : made.written) {
    names += fmt::format("{} ({}, {})\n", one.kind->name, one.in_first, one.in_second);
  }
  return names;
}

/// The same pairs every time, unless RETORT_PROPERTY_SEED and RETORT_PROPERTY_CASES say otherwise.
void try_random_pairs(databases& all, const std::vector<const std::vector<sql_kind>*>& lists,
                      unsigned cases) {
  std::vector<const kind_of_change*> called;
  for (const auto& kind : kinds()) called.push_back(&kind);
  std::vector<const sql_kind*> written;
  for (const auto* list : lists) {
    for (const auto& kind : *list) {
      if (!kind.is_refused) written.push_back(&kind);
    }
  }
  const auto seed = setting("RETORT_PROPERTY_SEED", 1);
  for (unsigned i = 0; i < cases; ++i) {
    std::minstd_rand random(seed + i);
    const random_pair made{choose(called, 2 + random() % 4, random),
                           choose(written, 2 + random() % 3, random)};
    INFO("seed ", seed + i, ":\n", names_in(made));
    model::schema wanted;
    {
      auto goal = all.real();
      make(goal, made, false);
      wanted = goal.shown();
      CHECK(text_of(converge(goal, wanted, {})) == "");
    }
    pair tried{[&](changed_place& place) { make(place, made, true); }, changes_of(made)};
    tried.is_mixed = true;
    try_out(all, tried, wanted);
  }
}

TEST_CASE("autogenerate finds the way between random SQLite databases") {
  sqlite_databases all;
  try_random_pairs(all, {&sqlite_kinds()}, setting("RETORT_PROPERTY_CASES", 40));
}

TEST_CASE("autogenerate finds the way between random PostgreSQL databases") {
  const auto server = postgres_server();
  if (!server) return;
  postgres_databases all(*server);
  // Each costs four databases.
  try_random_pairs(all,
                   {&postgres_object_kinds(), &postgres_table_kinds(), &postgres_column_kinds(),
                    &postgres_rare_kinds()},
                   setting("RETORT_PROPERTY_CASES", 40) / 4);
}

}  // namespace
}  // namespace retort::conformance
