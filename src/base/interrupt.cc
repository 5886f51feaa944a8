#include "base/interrupt.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include <retort/error.h>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace retort::base {
namespace {

std::atomic<cancellable*> work = nullptr;
std::atomic<int> count = 0;
std::atomic<int> asked = 0;
static_assert(std::atomic<cancellable*>::is_always_lock_free &&
              std::atomic<int>::is_always_lock_free);

/// What a signal handler may do ("Async-signal-safe functions").
void say_stopped([[maybe_unused]] int number) {
#if __has_include(<unistd.h>)
  const std::string_view text =
      number == SIGTERM ? "FAILED: stopped by SIGTERM\n" : "FAILED: stopped by SIGINT\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
#endif
}

extern "C" void on_interrupt(int number) {
  auto* const what = work.load();
  const int times = ++count;
  if (what == nullptr || times > 2) {
    say_stopped(number);
    std::signal(number, SIG_DFL);
    std::raise(number);
    return;
  }
  asked = number;
  if (times == 2) what->cancel();
}

const char* name_of(int number) {
  return number == SIGTERM ? "SIGTERM" : number == SIGINT ? "SIGINT" : "a signal";
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGINT, on_interrupt);
}

int interrupt() noexcept { return asked; }

void stop_if_interrupted() {
  if (const int number = asked) {
    throw error(fmt::format("stopped by {}", name_of(number)))
        .help("run the command again to go on");
  }
}

void wait(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  constexpr std::chrono::milliseconds slice(50);
  for (;;) {
    stop_if_interrupted();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    std::this_thread::sleep_for(std::min(left, slice));
  }
}

at_work::at_work(cancellable* what) noexcept : before_(work.exchange(what)) {}
at_work::~at_work() { work = before_; }

}  // namespace retort::base
