#include "verify/lock_watch.h"

#include <fmt/format.h>

#include "base/text_tools.h"
#include "model/lock_mode.h"

namespace retort::verify {
namespace {

std::string place_of(const statement_locks& one) {
  return one.where.file.empty() ? std::string()
                                : fmt::format(" ({}:{})", one.where.file, one.where.line);
}

}  // namespace

void lock_watch::begin_statement(const engine::planned_migration& migration, std::size_t index) {
  if (meter_ == nullptr) return;
  const auto& statement = migration.statements[index];
  const bool is_held = connection_.in_transaction();
  if (!is_held && target_.classify(statement) == dialect::outside::setting) return;
  statement_locks one;
  one.statement = statement.code != nullptr ? "C++ code" : statement.sql;
  one.where = statement.where;
  found_.push_back(std::move(one));
  if (is_held) meter_->take();
}

void lock_watch::end_statement(const engine::planned_migration&, std::size_t) {
  if (meter_ == nullptr || !connection_.in_transaction()) return;
  found_.back().taken = meter_->take();
  found_.back().is_measured = true;
}

std::vector<std::string> too_strong(const std::vector<statement_locks>& found,
                                    const std::string& max_lock) {
  std::vector<std::string> lines;
  const auto most = model::lock_strength(max_lock);
  if (!most) return lines;
  for (const auto& one : found) {
    for (const auto& lock : one.taken.locks) {
      if (model::lock_strength(lock.mode).value_or(0) <= *most) continue;
      lines.push_back(fmt::format("{} takes {} on {}, and its max_lock is {}{}",
                                  base::first_line(one.statement), lock.mode, lock.relation,
                                  max_lock, place_of(one)));
    }
  }
  return lines;
}

std::vector<std::string> not_measured(const std::vector<statement_locks>& found,
                                      const std::string& max_lock) {
  std::vector<std::string> lines;
  for (const auto& one : found) {
    if (max_lock.empty() || one.is_measured) continue;
    lines.push_back(
        fmt::format("{} runs outside a transaction, so that its locks are not measured{}",
                    base::first_line(one.statement), place_of(one)));
  }
  return lines;
}

}  // namespace retort::verify
