#include "postgres/wait_limit.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "postgres/catalogue.h"
#include "postgres/connection.h"

// lock_timeout is no help for CREATE INDEX CONCURRENTLY and its kin: a reader of another table is
// enough to hit it, and the build begins at nothing again. What is limited here is only how long
// the statement waits on end, and not how long it works.

namespace retort::postgres {
namespace {

class watch final : public dialect::wait_limit {
 public:
  watch(const connection& watched, std::string pid, int seconds)
      : other_(watched.another()),
        pid_(std::move(pid)),
        seconds_(seconds),
        thread_([this] { run(); }) {}

  ~watch() override {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    ended_.notify_one();
    thread_.join();
  }

  std::vector<std::string> exceeded() override {
    const std::lock_guard lock(mutex_);
    return holders_;
  }

 private:
  using clock = std::chrono::steady_clock;

  void run() {
    auto free = clock::now();
    std::unique_lock lock(mutex_);
    constexpr std::chrono::milliseconds pause(200);
    while (!ended_.wait_for(lock, pause, [this] { return is_over_; })) {
      try {
        const auto blockers = look();
        if (blockers.empty()) free = clock::now();
        if (clock::now() - free < std::chrono::seconds(seconds_)) continue;
        holders_ = blockers;
        const db::parameter pid[] = {pid_};
        other_->query("SELECT pg_catalog.pg_cancel_backend($1::int)", pid);
        return;
      } catch (const error&) {
        return;  // Without a second connection there is no limit.
      }
    }
  }

  /// Whom the statement waits for, a line each; none while it works.
  std::vector<std::string> look() {
    const auto rows =
        query_catalogue(
            *other_,
            fmt::format("SELECT a.pid, a.application_name, a.state, extract(epoch FROM "
                        "clock_timestamp() - a.xact_start)::bigint FROM "
                        "unnest(pg_blocking_pids({})) AS b (pid) JOIN pg_stat_activity AS a USING "
                        "(pid)",
                        pid_))
            .rows;
    std::vector<std::string> lines;
    for (const auto& row : rows) {
      lines.push_back(fmt::format(
          "process {} of the server ('{}', {}) has had a transaction open "
          "for {} s",
          text(row[0]), row[1].value_or(""), row[2].value_or("?"), row[3].value_or("?")));
    }
    return lines;
  }

  std::unique_ptr<connection> other_;
  std::string pid_;
  int seconds_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_over_ = false;
  std::vector<std::string> holders_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<dialect::wait_limit> limit_waiting(db::connection& connection, int seconds) {
  const auto* watched = dynamic_cast<const postgres::connection*>(&connection);
  if (watched == nullptr || seconds <= 0) return nullptr;
  auto pid = text(connection.query("SELECT pg_catalog.pg_backend_pid()").rows.at(0).at(0));
  return std::make_unique<watch>(*watched, std::move(pid), seconds);
}

}  // namespace retort::postgres
