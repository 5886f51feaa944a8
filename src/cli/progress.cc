#include "cli/progress.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text_tools.h"
#include "cli/print.h"
#include "cli/terminal.h"
#include "engine/offline.h"

namespace retort::cli {
namespace {

std::string duration(double seconds) {
  return seconds < 1 ? fmt::format("{} ms", std::lround(seconds * 1000))
                     : fmt::format("{:.1f} s", seconds);
}

}  // namespace

progress::progress(const command::environment& env, bool quiet, bool show_sql)
    : env_(env), quiet_(quiet), show_sql_(show_sql), live_(!quiet && takes_escapes(stderr)) {}

progress::~progress() { clear_line(); }

void progress::clear_line() {
  if (line_open_) std::fputs("\r\033[K", stderr);
  line_open_ = false;
}

std::string progress::name_of(const engine::planned_migration& migration) const {
  return base::printable(env_.migrations().at(migration.step.revision.value()).revision.id);
}

void progress::tell(const std::string& line) {
  if (quiet_) return;
  clear_line();
  fmt::print("{}\n", base::printable(line));
  std::fflush(stdout);
}

void progress::begin_run(const std::vector<engine::planned_migration>& plan) {
  total_ = plan.size();
}

void progress::begin_migration(const engine::planned_migration&, std::size_t index) {
  current_ = index + 1;
}

void progress::begin_statement(const engine::planned_migration& migration, std::size_t index) {
  const auto& statement = migration.statements[index];
  // What a change comes to follows; what stands for it and for code is a comment.
  const bool is_comment = statement.code != nullptr || !statement.change.empty();
  if (show_sql_ && (statement.change.empty() || !statement.is_known())) {
    clear_line();
    fmt::print("{}{}\n", base::printable(statement.sql), is_comment ? "" : ";");
    std::fflush(stdout);
  }
  if (!live_) return;
  clear_line();
  fmt::print(stderr, "[{}/{}] {}  statement {}/{}", current_, total_, name_of(migration), index + 1,
             migration.statements.size());
  std::fflush(stderr);
  line_open_ = true;
}

void progress::send_statement(const std::string& sql) {
  if (!show_sql_) return;
  clear_line();
  fmt::print("{};\n", base::printable(sql));
  std::fflush(stdout);
}

void progress::retry(const engine::planned_migration& migration, const error& why,
                     int milliseconds) {
  if (quiet_) return;
  clear_line();
  fmt::print(stderr, "{}: {}; again in {:.1f} s\n", name_of(migration), base::printable(why.what()),
             milliseconds / 1000.0);
  for (const auto& line : why.notes) fmt::print(stderr, "  {}\n", base::printable(line));
  std::fflush(stderr);
}

void progress::end_batch(const engine::planned_migration& migration, std::int64_t rows) {
  if (!live_) return;
  clear_line();
  fmt::print(stderr, "[{}/{}] {}  {} rows updated", current_, total_, name_of(migration), rows);
  std::fflush(stderr);
  line_open_ = true;
}

void progress::end_migration(const engine::planned_migration& migration, double seconds) {
  clear_line();
  if (quiet_) return;
  const auto& step = migration.step;
  const std::string_view message = env_.migrations().at(step.revision.value()).revision.message;
  fmt::print(
      "{}  ({})\n",
      base::printable(fmt::format("{}  {}", engine::step_title(step, env_.migrations()), message)),
      duration(seconds));
  std::fflush(stdout);
}

}  // namespace retort::cli
