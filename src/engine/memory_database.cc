#include "engine/memory_database.h"

#include <string_view>
#include <utility>

#include "base/text_tools.h"

namespace retort::engine {
namespace {

/// It may fail where there are no rows, and changes no structure.
bool only_moves_data(std::string_view sql) {
  const auto start = base::lower(base::trim(sql).substr(0, 7));
  for (const char* verb :
       {"insert", "update", "delete", "select", "replace", "with", "values", "pragma"}) {
    if (start.starts_with(verb)) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<memory_database> memory_database::open(const dialect::dialect& target) {
  auto connection = target.open_memory();
  if (connection == nullptr) return nullptr;
  return std::unique_ptr<memory_database>(new memory_database(target, std::move(connection)));
}

std::unique_ptr<memory_database> memory_database::copy() const {
  auto other = open(target_);
  other->lost_ = lost_;
  if (!lost_) target_.copy_structure(*connection_, *other->connection_);
  return other;
}

void memory_database::run(const dialect::statement& statement) {
  if (statement.code != nullptr) return;  // It moves rows, and there are none.
  try {
    connection_->execute(statement.sql);
  } catch (const error& problem) {
    if (lost_ || only_moves_data(statement.sql)) return;
    lost_ = problem;
    lost_->at(statement.where.file, statement.where.line, statement.where.column);
  }
}

std::vector<std::string> memory_database::carry_out(const dialect::statement& change) {
  target_.ready_for_changes(*connection_);
  std::vector<std::string> script;
  for (auto part = target_.prepare(*connection_, change); part; part = part->next()) {
    for (const auto& sql : part->statements()) connection_->execute(sql);
    part->confirm();
    for (auto& sql : part->script()) script.push_back(std::move(sql));
  }
  return script;
}

void memory_database::replay(const std::vector<dialect::statement>& statements) {
  for (const auto& statement : statements) {
    if (lost_) return;
    try {
      statement.change.empty() ? run(statement) : static_cast<void>(carry_out(statement));
    } catch (const error& problem) {
      lost_ = problem;
      if (lost_->where.file.empty()) {
        lost_->at(statement.where.file, statement.where.line, statement.where.column);
      }
    }
  }
}

std::optional<model::schema> memory_database::shown() const {
  if (lost_) return std::nullopt;
  return target_.introspect(*connection_, "");
}

}  // namespace retort::engine
