#include "engine/stored.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/passwords.h"
#include "base/sha256.h"
#include "base/sql_words.h"
#include "base/text_tools.h"
#include "engine/checksum.h"
#include "engine/planner.h"
#include "engine/sum.h"

namespace retort::engine {
namespace {

std::string header_line(const char* key, const std::vector<std::string_view>& values) {
  return values.empty() ? std::string() : fmt::format("-- {}: {}\n", key, base::join(values, ", "));
}

std::string header_line(const char* key, const std::optional<int>& seconds) {
  return seconds ? fmt::format("-- {}: {}\n", key, *seconds) : std::string();
}

/// A password does not belong into a table that others read.
std::string if_no_password(std::string text, const dialect::dialect& target) {
  return text == base::without_passwords(text, target.flavour()) ? text : std::string();
}

bool is_text_alone(const dialect::statement& statement) {
  return statement.code == nullptr && statement.change.empty() && statement.rows.empty() &&
         !statement.backfill;
}

}  // namespace

std::string stored_text(const planner& plans, const migration_set& set,
                        const dialect::dialect& target, std::size_t index) {
  const auto& file = set.at(index);
  if (file.code == nullptr) return if_no_password(std::string(file.sql), target);
  history::step step;
  step.kind = history::step_kind::downgrade;
  step.revision = index;
  planned_migration down;
  try {
    down = plans.plan(std::move(step));
  } catch (const error&) {
    return {};  // It has no way back.
  }
  if (!std::ranges::all_of(down.statements, is_text_alone)) return {};
  const auto& revision = file.revision;
  auto text = fmt::format("-- message: {}\n-- revision: {}\n", revision.message, revision.id) +
              header_line("down_revision", revision.down_revision) +
              header_line("branch_labels", revision.branch_labels) +
              header_line("depends_on", revision.depends_on) +
              header_line("lock_timeout", down.limits.lock_timeout) +
              header_line("statement_timeout", down.limits.statement_timeout) +
              header_line("concurrently_wait", down.limits.concurrently_wait) +
              "-- migrate:up\n-- migrate:down" + (down.transaction ? "" : " transaction:false") +
              (down.foreign_keys ? " foreign_keys:on" : "") + "\n";
  for (const auto& statement : down.statements) {
    text.append(statement.sql).append(base::terminator(statement.sql));
  }
  return if_no_password(std::move(text), target);
}

bool is_released(const stored_migration& stored, std::string_view sum) {
  return sum_has(sum, stored.revision, base::sha256(normal_text(stored.text)));
}

}  // namespace retort::engine
