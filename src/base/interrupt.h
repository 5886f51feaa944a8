#pragma once

#include <chrono>

namespace retort::base {

// SIGINT and SIGTERM of a program that moves a database. Where it is at work the first one asks it
// to stop at the next statement, the second cancels the statement at work, and the third ends the
// process, as each does where it is not at work. Without `catch_interrupts` signals are the
// application's own affair, and nothing here ever stops anything.

/// Something that is at work and can be cancelled: from a signal handler, so that only what is
/// allowed there may be done.
class cancellable {
 public:
  virtual ~cancellable() = default;
  virtual void cancel() noexcept = 0;
};

void catch_interrupts();
/// The number of the signal that asked to stop; 0: none has.
int interrupt() noexcept;
/// Throws `error` where a signal has asked to stop.
void stop_if_interrupted();
/// Waits so long, or until a signal asks to stop: then throws as `stop_if_interrupted` does.
void wait(std::chrono::milliseconds time);

/// Says what is at work, until it is destroyed; null: nothing is, for a while.
class at_work {
 public:
  explicit at_work(cancellable* what) noexcept;
  ~at_work();
  at_work(const at_work&) = delete;
  at_work& operator=(const at_work&) = delete;

 private:
  cancellable* before_;
};

}  // namespace retort::base
