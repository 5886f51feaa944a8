#pragma once

#include <cstdio>

#include "command/environment.h"
#include "engine/executor.h"

namespace retort::cli {

/// Shows a run while it goes on: a line for each migration done on standard output, and on a
/// terminal what is running now on standard error.
class progress : public engine::observer {
 public:
  /// `set` outlives the object. `show_sql` prints each statement before it is sent.
  progress(const command::environment& env, bool quiet, bool show_sql);
  ~progress() override;

  void tell(const std::string& line) override;
  void begin_run(const std::vector<engine::planned_migration>& plan) override;
  void begin_migration(const engine::planned_migration& migration, std::size_t index) override;
  void begin_statement(const engine::planned_migration& migration, std::size_t index) override;
  void send_statement(const std::string& sql) override;
  void retry(const engine::planned_migration& migration, const error& why,
             int milliseconds) override;
  void end_batch(const engine::planned_migration& migration, std::int64_t rows) override;
  void end_migration(const engine::planned_migration& migration, double seconds) override;

 private:
  std::string name_of(const engine::planned_migration& migration) const;
  void clear_line();

  const command::environment& env_;
  bool quiet_;
  bool show_sql_;
  bool live_;
  std::size_t total_ = 0;
  std::size_t current_ = 0;
  bool line_open_ = false;
};

}  // namespace retort::cli
