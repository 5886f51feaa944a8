#include "command/foreign_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text_tools.h"
#include "foreign/version.h"

namespace retort::command {
namespace {

struct known_table {
  std::string_view tool;
  std::string_view table;
};
constexpr std::array known_tables = {
    known_table{"alembic", "alembic_version"},
    known_table{"dbmate", "schema_migrations"},
    known_table{"golang-migrate", "schema_migrations"},
    known_table{"goose", "goose_db_version"},
    known_table{"flyway", "flyway_schema_history"},
    known_table{"diesel", "__diesel_schema_migrations"},
};

/// A table in the database, read.
class table_reader {
 public:
  table_reader(const environment& env, db::connection& connection)
      : dialect_(env.database_backend().dialect()), connection_(connection) {}

  bool has(const model::qualified_name& table) const {
    return !connection_.query(dialect_.table_exists_query(table)).rows.empty();
  }

  bool has_column(const model::qualified_name& table, std::string_view column) const {
    const auto sql = fmt::format("SELECT * FROM {} WHERE 1 = 0", dialect_.version_table(table));
    const auto columns = connection_.query(sql).columns;
    return std::find(columns.begin(), columns.end(), column) != columns.end();
  }

  std::vector<db::row> rows(const model::qualified_name& table, std::string_view columns,
                            std::string_view order) const {
    return connection_
        .query(fmt::format("SELECT {} FROM {} ORDER BY {}", columns, dialect_.version_table(table),
                           order))
        .rows;
  }

 private:
  const dialect::dialect& dialect_;
  db::connection& connection_;
};

bool is_true(const db::cell& cell) { return cell && (*cell == "t" || *cell == "1"); }

void forget(std::vector<std::string>& versions, const std::string& version) {
  std::erase(versions, version);
}

void read_versions(const table_reader& reader, foreign_state& state, std::string_view column) {
  for (const auto& row : reader.rows(state.table, column, "1")) {
    state.versions.push_back(row[0].value_or(""));
  }
}

/// One row, of the last version; -1 before the first.
void read_golang_migrate(const table_reader& reader, foreign_state& state) {
  for (const auto& row : reader.rows(state.table, "version, dirty", "1")) {
    const auto version = row[0].value_or("");
    if (is_true(row[1])) {
      throw error(fmt::format("{} says that version {} is dirty, so nobody can tell where the "
                              "database is, and it is not taken over",
                              state.table.display(), version))
          .help(
              "finish by hand what it began, or take it back, then say so: `migrate force "
              "VERSION`");
    }
    if (version != "-1") state.up_to = version;
  }
}

/// A row for each time that a version was applied, and in older databases taken back: the last one
/// counts. Version 0 is goose's own.
void read_goose(const table_reader& reader, foreign_state& state) {
  for (const auto& row : reader.rows(state.table, "version_id, is_applied", "id")) {
    const auto version = row[0].value_or("");
    forget(state.versions, version);
    if (is_true(row[1]) && version != "0") state.versions.push_back(version);
  }
}

/// The name of a script without its folder and ending.
std::string repeatable_name(const std::string& script) {
  auto name = script.substr(script.find_last_of("/\\") + 1);
  if (name.ends_with(".sql")) name.resize(name.size() - std::string_view(".sql").size());
  return name;
}

/// "Flyway Schema History Table": a row for each run of a script, in the order of installed_rank.
void read_flyway(const table_reader& reader, foreign_state& state) {
  const auto rows = reader.rows(state.table, "version, type, script, success", "installed_rank");
  for (const auto& row : rows) {
    const auto type = row[1].value_or("");
    const auto script = row[2].value_or("");
    if (!is_true(row[3])) {
      throw error(
          fmt::format("{} says that {} failed, so nobody can tell where the database is, and "
                      "it is not taken over",
                      state.table.display(), script))
          .help("finish by hand what it began, or take it back, then say so: `flyway repair`");
    }
    if (!row[0]) {
      const auto name = repeatable_name(script);
      forget(state.repeatable, name);
      if (type != "DELETE") state.repeatable.push_back(name);
      continue;
    }
    forget(state.versions, *row[0]);
    if (type == "BASELINE" || type == "SQL_BASELINE") {
      state.up_to = *row[0];
    } else if (type != "DELETE" && !type.starts_with("UNDO")) {
      state.versions.push_back(*row[0]);
    }
  }
}

void read_table(const table_reader& reader, foreign_state& state) {
  if (state.tool == "golang-migrate") return read_golang_migrate(reader, state);
  if (state.tool == "goose") return read_goose(reader, state);
  if (state.tool == "flyway") return read_flyway(reader, state);
  read_versions(reader, state, state.tool == "alembic" ? "version_num" : "version");
}

model::qualified_name name_of(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos) return {"", std::string(text)};
  return {std::string(text.substr(0, point)), std::string(text.substr(point + 1))};
}

/// The tables that are there, of the tool that is named or of all.
std::vector<foreign_state> find_tables(const table_reader& reader, const std::string& tool,
                                       const std::string& table) {
  std::vector<foreign_state> found;
  for (const auto& known : known_tables) {
    if (!tool.empty() && tool != known.tool) continue;
    foreign_state state;
    state.tool = known.tool;
    state.table = name_of(table.empty() ? known.table : std::string_view(table));
    if (!reader.has(state.table)) continue;
    // Two tools give their tables one name.
    const bool alike = state.tool == "dbmate" || state.tool == "golang-migrate";
    const bool has_dirty = alike && reader.has_column(state.table, "dirty");
    if (alike && has_dirty != (state.tool == "golang-migrate")) continue;
    found.push_back(std::move(state));
  }
  return found;
}

using node_set = std::vector<bool>;

/// Finds the program's revisions for what a table says.
class revision_finder {
 public:
  revision_finder(const foreign_state& state, const engine::migration_set& set,
                  std::vector<std::string>& notes)
      : state_(state), graph_(set.graph()), notes_(notes), applied_(graph_.size()) {
    if (state.tool != "alembic") tool_ = foreign::tool_named(state.tool).value();
  }

  std::vector<std::string> run() {
    if (state_.up_to) take_up_to(*state_.up_to);
    for (const auto& version : state_.versions) take(version);
    refuse_unknown();
    // Alembic has rows for what is applied with nothing of it above.
    if (tool_) {
      refuse_gaps();
    } else {
      for (const auto row : members()) take_below(row);
    }
    take_repeatable();
    return tops();
  }

 private:
  std::optional<std::size_t> find(const std::string& version) const {
    if (!tool_) return graph_.find(version);
    std::optional<std::size_t> found = graph_.find(version);
    for (std::size_t i = 0; i < graph_.size() && !found; ++i) {
      if (foreign::is_revision_of(*tool_, graph_.id(i), version)) found = i;
    }
    return found;
  }

  void take(const std::string& version) {
    if (const auto found = find(version)) {
      applied_[*found] = true;
    } else if (!is_below_all(version)) {
      unknown_.push_back(version);
    }
  }

  void take_below(std::size_t top) {
    for (const auto index : graph_.ancestors_and_self(top)) applied_[index] = true;
  }

  void take_up_to(const std::string& version) {
    if (const auto found = find(version)) return take_below(*found);
    if (tool_ != foreign::tool::flyway) {
      unknown_.push_back(version);
      return;
    }
    // A baseline need not be the version of a script.
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (is_version(i) && foreign::runs_before(*tool_, graph_.id(i), version)) take_below(i);
    }
  }

  bool is_version(std::size_t index) const { return foreign::is_version(*tool_, graph_.id(index)); }

  /// Whether Flyway ran it before the baseline that the program begins with.
  bool is_below_all(const std::string& version) const {
    if (tool_ != foreign::tool::flyway) return false;
    std::optional<std::size_t> lowest;
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!is_version(i)) continue;
      if (!lowest || foreign::runs_before(*tool_, graph_.id(i), graph_.id(*lowest))) lowest = i;
    }
    if (!lowest || !foreign::runs_before(*tool_, version, graph_.id(*lowest))) return false;
    return std::any_of(state_.versions.begin(), state_.versions.end(),
                       [&](const auto& one) { return find(one) == lowest; });
  }

  void refuse_unknown() const {
    if (unknown_.empty()) return;
    const bool one = unknown_.size() == 1;
    throw error(
        fmt::format("{} has {} {}, which this program does not have, so the database is not "
                    "taken over",
                    state_.table.display(), one ? "version" : "versions",
                    base::join(unknown_, ", ")))
        .help(tool_ ? fmt::format("import the migrations of {} first: `import DIR`", state_.tool)
                    : "write the revisions anew with the ids that Alembic gave them "
                      "(--rev-id), or run this with the program that has them");
  }

  /// What is applied has to be with everything that it needs.
  void refuse_gaps() const {
    for (const auto index : members()) {
      std::vector<std::string> missing;
      for (const auto below : graph_.ancestors_and_self(index)) {
        if (!applied_[below]) missing.emplace_back(graph_.id(below));
      }
      if (missing.empty()) continue;
      throw error(fmt::format("{} has {} without {}, which it needs, so the database is not taken "
                              "over",
                              state_.table.display(), graph_.id(index), base::join(missing, ", ")))
          .help(fmt::format("let {} apply what is missing, or stamp the database by hand",
                            state_.tool));
    }
  }

  /// They run again where something before them is still to come.
  void take_repeatable() {
    for (const auto index : graph_.topological_order()) {
      const auto ran = std::find_if(
          state_.repeatable.begin(), state_.repeatable.end(),
          [&](const auto& name) { return graph_.id(index) == foreign::revision_of(name); });
      if (ran == state_.repeatable.end()) continue;
      const auto below = graph_.ancestors_and_self(index);
      const bool whole = std::all_of(below.begin(), below.end(), [&](std::size_t other) {
        return other == index || applied_[other];
      });
      if (whole) {
        applied_[index] = true;
      } else {
        notes_.push_back(
            fmt::format("{} has run, and will run again: what comes before it here is "
                        "not applied",
                        *ran));
      }
    }
  }

  std::vector<std::size_t> members() const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < applied_.size(); ++i) {
      if (applied_[i]) result.push_back(i);
    }
    return result;
  }

  std::vector<std::string> tops() const {
    node_set needed(applied_.size());
    for (const auto index : members()) {
      for (const auto below : graph_.parents(index)) needed[below] = true;
      for (const auto below : graph_.dependencies(index)) needed[below] = true;
    }
    std::vector<std::string> result;
    for (const auto index : members()) {
      if (!needed[index]) result.emplace_back(graph_.id(index));
    }
    return result;
  }

  const foreign_state& state_;
  const history::revision_map& graph_;
  std::vector<std::string>& notes_;
  /// None: Alembic, whose versions are revisions.
  std::optional<foreign::tool> tool_;
  node_set applied_;
  std::vector<std::string> unknown_;
};

}  // namespace

std::optional<foreign_state> read_foreign_table(const environment& env, db::connection& connection,
                                                const std::string& tool, const std::string& table) {
  const table_reader reader(env, connection);
  auto found = find_tables(reader, tool, table);
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const auto& one : found)
      names.push_back(fmt::format("{} of {}", one.table.display(), one.tool));
    throw error(
        fmt::format("the database has the tables of several tools, so it is not taken over: {}",
                    base::join(names, ", ")),
        failure::usage)
        .help(fmt::format("say which counts: --from {}", found.front().tool));
  }
  read_table(reader, found.front());
  return found.front();
}

std::vector<std::string> revisions_of(const foreign_state& state, const engine::migration_set& set,
                                      std::vector<std::string>& notes) {
  return revision_finder(state, set, notes).run();
}

}  // namespace retort::command
