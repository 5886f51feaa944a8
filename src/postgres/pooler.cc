#include "postgres/pooler.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <retort/error.h>

#include "base/interrupt.h"
#include "postgres/catalogue.h"
#include "postgres/session.h"

namespace retort::postgres {
namespace {

std::string backend_of(db::connection& connection) {
  return text(connection.query("SELECT pg_catalog.pg_backend_pid()").rows.at(0).at(0));
}

using dialing = std::function<std::unique_ptr<connection>()>;

/// What a second connection sees in a transaction, for which it needs a session of the server.
struct look {
  std::string backend;
  /// Whether nobody else looks.
  bool is_alone = false;
};

/// Throws `error` where no session is free for a while: a pooler that keeps one for each client has
/// no more of them, or all are at work.
look begin_look(connection& other) {
  constexpr std::chrono::seconds patience(3);
  const auto answer = other.query_within(fmt::format("BEGIN; SELECT pg_catalog.pg_backend_pid(), "
                                                     "pg_catalog.pg_try_advisory_xact_lock({}, 0)",
                                                     run_lock_class + 1),
                                         patience);
  if (!answer) {
    throw error("the pooler has no session free for a second connection", failure::try_again)
        .help("try again later, or give a URL that goes to the server itself, past the pooler");
  }
  const auto& row = answer->rows.at(0);
  return {text(row.at(0)), flag(row.at(1))};
}

/// Whether no one of so many others, each in a transaction, is given the session that was ours, and
/// ours stays the same meanwhile. Several that held sessions and waited for more could wait for
/// each other, in a pool that has no more: whoever does not look alone gives back what it has.
bool stays_ours(connection& own, const dialing& another, int others) {
  std::vector<std::unique_ptr<connection>> open;
  open.push_back(another());
  auto before = backend_of(own);
  auto seen = begin_look(*open.back());
  constexpr int most = 1000;
  for (int attempt = 1; !seen.is_alone; ++attempt) {
    open.back()->rollback();
    if (attempt == most) {
      throw error("others look for a pooler all the time", failure::try_again)
          .help("try again later");
    }
    base::wait(std::chrono::milliseconds(20));
    before = backend_of(own);
    seen = begin_look(*open.back());
  }
  bool is_ours = false;
  while (seen.backend != before && backend_of(own) == before) {
    is_ours = open.size() == static_cast<std::size_t>(others);
    if (is_ours) break;
    open.push_back(another());
    seen = begin_look(*open.back());
  }
  // A pooler ends a session whose client goes in the middle of a transaction.
  for (const auto& other : open) other->rollback();
  return is_ours;
}

}  // namespace

error shared_connection(std::string_view consequence) {
  return error(fmt::format("the connection is shared: a pooler gives each statement to whatever "
                           "session is free, so {}",
                           consequence))
      .help("give a URL that goes to the server itself, past the pooler");
}

bool is_pooled(connection& own) {
  // A pooler that gives its free sessions in turn gives each of two the right one by chance, and
  // then the third one of theirs.
  try {
    return !stays_ours(
        own, [&] { return own.another_as_it_is(); }, 2);
  } catch (const error&) {
    base::stop_if_interrupted();
    return true;  // No more connections are allowed: what nobody can see is not relied on.
  }
}

void require_own_session(db::connection& connection) {
  auto* own = dynamic_cast<postgres::connection*>(&connection);
  if (own == nullptr) return;
  const auto another = [&] { return own->another(); };
  if (own->is_shared() || !stays_ours(*own, another, 1)) {
    throw shared_connection("that the lock of this run protects nothing outside a transaction");
  }
}

}  // namespace retort::postgres
