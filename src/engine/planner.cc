#include "engine/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "engine/schema_history.h"
#include "record/recorder.h"
#include "script/split.h"

namespace retort::engine {
namespace {

script::direction script_way(direction way) {
  return way == direction::upgrade ? script::direction::up : script::direction::down;
}

error no_way_back(const migration_file& file, const std::string& why) {
  error problem(fmt::format("{} cannot be downgraded: {}", file.revision.id, why));
  problem.at(file.revision.file, file.revision.line);
  return problem;
}

/// Whether the way back needs what was there before.
bool replaces_something(const std::vector<model::operation>& operations) {
  return std::any_of(operations.begin(), operations.end(), [](const model::operation& op) {
    return std::holds_alternative<model::drop_table>(op.what) ||
           std::holds_alternative<model::drop_column>(op.what) ||
           std::holds_alternative<model::alter_column>(op.what) ||
           std::holds_alternative<model::drop_constraint>(op.what) ||
           std::holds_alternative<model::comment_table>(op.what) ||
           std::holds_alternative<model::drop_index>(op.what) ||
           std::holds_alternative<model::attach_partition>(op.what) ||
           std::holds_alternative<model::detach_partition>(op.what) ||
           std::holds_alternative<model::row_security>(op.what) ||
           std::holds_alternative<model::replace_object>(op.what) ||
           std::holds_alternative<model::drop_object>(op.what);
  });
}

/// Whether raw SQL may give a table this name. The database itself is asked again when it runs.
bool may_rename_to(const model::operation& op, const std::string& table) {
  const auto* raw = std::get_if<model::execute>(&op.what);
  if (raw == nullptr) return false;
  const auto sql = base::lower(raw->sql);
  const auto rename = sql.find("rename");
  return rename != std::string::npos && sql.find(base::lower(table), rename) != std::string::npos;
}

/// With foreign keys enforced SQLite deletes a table's rows before it drops it, and with them what
/// refers to them. Throws `error` where a body drops a table to build it anew.
void refuse_rebuild(const std::vector<model::operation>& operations) {
  for (const auto& op : operations) {
    const auto* drop = std::get_if<model::drop_table>(&op.what);
    if (drop == nullptr) continue;
    const auto& name = drop->name.name;
    const bool anew = std::any_of(operations.begin(), operations.end(), [&](const auto& other) {
      const auto* create = std::get_if<model::create_table>(&other.what);
      return may_rename_to(other, name) ||
             (create != nullptr && base::equals_ignoring_case(create->table.name.name, name));
    });
    if (!anew) continue;
    throw error(fmt::format("{} is dropped and built anew while foreign keys are enforced, which "
                            "would delete the rows that refer to it",
                            name))
        .at(op.where.file, op.where.line)
        .help("leave foreign_keys out of this migration: without it SQLite's rebuilds are safe");
  }
}

/// PostgreSQL, "CREATE INDEX": it cannot be run inside a transaction block.
void refuse_concurrently(const std::vector<model::operation>& operations) {
  for (const auto& op : operations) {
    const auto* made = std::get_if<model::create_index>(&op.what);
    const auto* gone = std::get_if<model::drop_index>(&op.what);
    const auto* detached = std::get_if<model::detach_partition>(&op.what);
    if ((made == nullptr || !made->concurrently) && (gone == nullptr || !gone->concurrently) &&
        (detached == nullptr || !detached->concurrently)) {
      continue;
    }
    throw error(fmt::format("cannot {} concurrently in a transaction", model::describe(op.what)))
        .at(op.where.file, op.where.line)
        .help("write `.transaction = false` in a migration that does only this");
  }
}

/// What `refuse_rebuild` is for, where Retort itself builds a table anew. A column may yet go by
/// ALTER TABLE.
void refuse_changes(const std::vector<dialect::statement>& statements) {
  for (const auto& statement : statements) {
    if (statement.is_known()) continue;
    for (const auto& op : statement.change) {
      const auto* altered = std::get_if<model::alter_column>(&op.what);
      const bool is_rename = altered != nullptr && altered->rename;
      if (is_rename || std::holds_alternative<model::rename_table>(op.what) ||
          std::holds_alternative<model::create_index>(op.what) ||
          std::holds_alternative<model::drop_index>(op.what) ||
          std::holds_alternative<model::drop_column>(op.what) ||
          std::holds_alternative<model::rename_index>(op.what) ||
          std::holds_alternative<model::replace_object>(op.what)) {
        continue;
      }
      throw error(fmt::format("cannot {} while foreign keys are enforced: the table is built anew, "
                              "which would delete the rows that refer to it",
                              model::describe(op.what)))
          .at(op.where.file, op.where.line)
          .help("leave foreign_keys out of this migration: without it SQLite's rebuilds are safe");
    }
  }
}

/// Raw SQL of a C++ migration may hold several statements; each becomes one of its own.
void split_raw_sql(std::vector<model::operation>& operations, base::sql_flavour flavour) {
  std::vector<model::operation> result;
  for (auto& op : operations) {
    const auto* raw = std::get_if<model::execute>(&op.what);
    if (raw == nullptr) {
      result.push_back(std::move(op));
      continue;
    }
    try {
      for (auto& piece : script::split(raw->sql, flavour)) {
        result.push_back({model::execute{std::move(piece.sql)}, op.where});
      }
    } catch (error& problem) {
      problem.at(op.where.file, op.where.line);
      throw;
    }
  }
  operations = std::move(result);
}

/// A backfill commits by itself, and what stands beside it is a transaction of its own.
void refuse_backfill(const std::vector<model::operation>& operations) {
  for (const auto& op : operations) {
    const auto* filled = std::get_if<model::backfill>(&op.what);
    if (filled == nullptr) continue;
    throw error(fmt::format("cannot backfill {} in a migration outside a transaction",
                            filled->table.display()))
        .at(op.where.file, op.where.line)
        .help("leave out `.transaction = false`: a backfill commits each batch in any case");
  }
}

/// COMMIT AND CHAIN opens the next transaction with the words that end one, so that nobody could
/// tell any more which statements are one.
void refuse_chain(const std::vector<model::operation>& operations, base::sql_flavour flavour) {
  for (const auto& op : operations) {
    const auto* raw = std::get_if<model::execute>(&op.what);
    if (raw == nullptr || base::transaction_keyword(raw->sql, flavour).empty()) continue;
    const auto words = base::words(raw->sql, flavour);
    const auto chain = std::ranges::find(words, "chain");
    if (chain == words.end() || *(chain - 1) == "no") continue;
    throw error("AND CHAIN in a migration outside a transaction")
        .at(op.where.file, op.where.line, op.where.column)
        .help("write COMMIT and BEGIN as two statements");
  }
}

/// COMMIT and the like in a C++ migration; in files they are looked for when the files are read.
void refuse_transaction_control(const std::vector<model::operation>& operations,
                                base::sql_flavour flavour) {
  for (const auto& op : operations) {
    const auto* raw = std::get_if<model::execute>(&op.what);
    if (raw == nullptr) continue;
    const auto keyword = base::transaction_keyword(raw->sql, flavour);
    if (keyword.empty()) continue;
    throw error(fmt::format("{} in a migration that runs in a transaction of its own",
                            base::upper(keyword)))
        .at(op.where.file, op.where.line)
        .help("remove it, or write `.transaction = false`");
  }
}

}  // namespace

planner::planner(const migration_set& set, const dialect::dialect& target)
    : set_(set), target_(target), schemas_(std::make_shared<schema_history>(set, target)) {}

bool planned_migration::is_in_parts() const {
  return std::any_of(statements.begin(), statements.end(),
                     [](const auto& statement) { return statement.backfill.has_value(); });
}

std::vector<planned_migration> planner::plan(std::vector<history::step> steps) const {
  std::vector<planned_migration> result;
  result.reserve(steps.size());
  for (auto& step : steps) result.push_back(plan(std::move(step)));
  return result;
}

planned_migration planner::plan(history::step step) const {
  planned_migration result;
  result.step = std::move(step);
  if (result.step.kind == history::step_kind::stamp) return result;
  const auto way =
      result.step.kind == history::step_kind::upgrade ? direction::upgrade : direction::downgrade;
  const std::size_t index = result.step.revision.value();
  const migration_file& file = set_.at(index);
  std::vector<model::operation> operations;
  result.limits = file.limits;
  if (file.code != nullptr) {
    operations = operations_of(index, way);
    result.transaction = file.code->transaction;
    result.foreign_keys = file.code->foreign_keys;
    if (result.transaction) {
      refuse_transaction_control(operations, target_.flavour());
    } else {
      refuse_backfill(operations);
    }
  } else {
    const auto sections = file.sections();
    operations = from_sql(file, sections, way);
    for (const auto& section : sections) {
      if (section.direction != script_way(way) || !section.applies_to(target_.name())) continue;
      result.transaction = result.transaction && section.transaction;
      result.foreign_keys = result.foreign_keys || section.foreign_keys;
    }
  }
  if (result.transaction && target_.name() == "postgresql") refuse_concurrently(operations);
  if (!result.transaction) refuse_chain(operations, target_.flavour());
  for (const auto& op : operations) target_.write(op, result.statements);
  if (result.foreign_keys && target_.name() == "sqlite") {
    refuse_rebuild(operations);
    refuse_changes(result.statements);
  }
  return result;
}

std::vector<model::operation> planner::operations_of(std::size_t index, direction way) const {
  const migration_file& file = set_.at(index);
  if (file.code == nullptr) return from_sql(file, file.sections(), way);
  if (way == direction::upgrade) return replayed(file.code->upgrade);
  if (record::is_irreversible(file.code->downgrade)) {
    throw no_way_back(file, "it is declared irreversible");
  }
  if (file.code->downgrade == nullptr) return derived_downgrade(index);
  return replayed(file.code->downgrade);
}

std::vector<dialect::statement> planner::after_version_change(const history::step& step,
                                                              const row_move& moved,
                                                              bool offline) const {
  std::vector<dialect::statement> result;
  const auto hook = set_.context().on_version_apply;
  if (hook == nullptr) return result;
  version_change change;
  change.what = step.kind == history::step_kind::upgrade     ? version_change::kind::upgrade
                : step.kind == history::step_kind::downgrade ? version_change::kind::downgrade
                                                             : version_change::kind::stamp;
  if (step.revision) {
    change.revision = set_.at(*step.revision).revision.id;
    change.message = set_.at(*step.revision).revision.message;
  }
  change.before = moved.before;
  change.after = moved.after;
  change.offline = offline;
  const auto call = [&](operations& calls) {
    try {
      hook(change, calls);
    } catch (const error&) {
      throw;
    } catch (const std::exception& problem) {
      throw error(fmt::format("on_version_apply: {}", problem.what()))
          .help("mend the hook in the source that RETORT_ENVIRONMENT stands in");
    }
  };
  for (const auto& op : replayed(call)) target_.write(op, result);
  return result;
}

std::vector<model::operation> planner::replayed(
    const std::function<void(operations&)>& body) const {
  auto operations = record::replay(body, target_.name(), set_.context().replay);
  split_raw_sql(operations, target_.flavour());
  return operations;
}

std::vector<std::string> planner::losses_of(std::size_t index, direction way) const {
  std::vector<std::string> losses;
  // A file of SQL has nothing but raw SQL.
  if (set_.at(index).code == nullptr) return losses;
  try {
    for (const auto& op : operations_of(index, way)) {
      if (auto loss = model::loss_of(op.what); !loss.empty()) losses.push_back(std::move(loss));
    }
  } catch (const error&) {
    // It is irreversible.
  }
  return losses;
}

std::optional<error> planner::irreversible(std::size_t index) const {
  const auto* code = set_.at(index).code;
  const bool is_written = code != nullptr && code->downgrade != nullptr;
  // One that cannot be run is no way of saying that there is none.
  if (is_written && !record::is_irreversible(code->downgrade)) return std::nullopt;
  try {
    operations_of(index, direction::downgrade);
  } catch (const error& problem) {
    return problem;
  }
  return std::nullopt;
}

std::vector<model::operation> planner::from_sql(const migration_file& file,
                                                std::span<const script::sql_section> sections,
                                                direction way) const {
  std::vector<model::operation> result;
  bool applies = false;
  bool upgrades_here = false;
  for (const auto& section : sections) {
    if (!section.applies_to(target_.name())) continue;
    if (section.direction == script::direction::up) upgrades_here = true;
    if (section.direction != script_way(way)) continue;
    applies = true;
    for (auto& piece : script::statements_of(section, target_.flavour(), file.revision.file)) {
      result.push_back({model::execute{std::move(piece.sql)},
                        {std::string(file.revision.file), piece.line, piece.column}});
    }
  }
  if (way == direction::downgrade && !applies && upgrades_here) {
    throw no_way_back(file, "its file has no down section")
        .help(
            "write what takes it back under a line `-- migrate:down`; an empty section does "
            "nothing");
  }
  return result;
}

std::vector<model::operation> planner::derived_downgrade(std::size_t index) const {
  const migration_file& file = set_.at(index);
  const auto upgrade = replayed(file.code->upgrade);
  model::tracked_schema before;
  if (replaces_something(upgrade)) {
    before = schemas_->before(*this, index);
  } else {
    // Nothing of what was there before is needed; what is missing must not count as a mistake.
    before.hidden_by = model::origin{std::string(file.revision.file), file.revision.line, 0};
  }
  try {
    return model::reverse_all(upgrade, std::move(before));
  } catch (const error& problem) {
    throw error(fmt::format("{} cannot be downgraded: {}", file.revision.id, problem.what()))
        .at(problem.where)
        .help(problem.hint);
  }
}

void require_one_transaction(const migration_set& set, const std::vector<planned_migration>& plan) {
  for (const auto& migration : plan) {
    const bool parts = std::any_of(
        migration.statements.begin(), migration.statements.end(),
        [](const auto& statement) { return statement.phase != dialect::phase::in_transaction; });
    const bool filled = migration.is_in_parts();
    const bool keys = migration.foreign_keys != plan.front().foreign_keys;
    if (migration.transaction && !parts && !keys && !filled) continue;
    const auto& revision = set.at(migration.step.revision.value()).revision;
    const char* reason = !migration.transaction ? "runs outside a transaction"
                         : filled               ? "has a backfill, which commits each batch"
                         : parts                ? "has steps outside its transaction"
                         : migration.foreign_keys
                             ? "wants foreign keys enforced, and others do not"
                             : "wants foreign keys off, and others want them enforced";
    throw error(fmt::format("{} {}, so the run cannot be one transaction", revision.id, reason))
        .at(revision.file, revision.line)
        .help("leave out --transaction run");
  }
}

}  // namespace retort::engine
