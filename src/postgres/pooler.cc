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

/// Begins a transaction that has the look to itself, and returns which session it was given.
/// Several that held sessions and waited for more could wait for each other, in a pool that has no
/// more: whoever is not alone gives back what it has. Empty: another one looks.
std::string begin_alone(connection& other) {
  other.begin();
  const auto row = other
                       .query(fmt::format("SELECT pg_catalog.pg_backend_pid(), "
                                          "pg_catalog.pg_try_advisory_xact_lock({}, 0)",
                                          run_lock_class + 1))
                       .rows.at(0);
  if (flag(row.at(1))) return text(row.at(0));
  other.rollback();
  return {};
}

/// Whether no one of so many others, each in a transaction, is given the session that was ours, and
/// ours stays the same meanwhile.
bool stays_ours(connection& own, const dialing& another, int others) {
  std::vector<std::unique_ptr<connection>> open;
  open.push_back(another());
  std::string before;
  std::string given;
  constexpr int most = 1000;
  for (int attempt = 1; given.empty(); ++attempt) {
    if (attempt > 1) base::wait(std::chrono::milliseconds(20));
    if (attempt == most) {
      throw error("others look for a pooler all the time", failure::try_again);
    }
    before = backend_of(own);
    given = begin_alone(*open.back());
  }
  while (given != before && backend_of(own) == before) {
    if (open.size() == static_cast<std::size_t>(others)) return true;
    open.push_back(another());
    open.back()->begin();
    given = backend_of(*open.back());
  }
  return false;
}

}  // namespace

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
  if (!own->is_shared() && stays_ours(
                               *own, [&] { return own->another(); }, 1))
    return;
  throw error(
      "the connection is shared: a pooler gives each statement to whatever session is free, so "
      "that the lock of this run protects nothing outside a transaction")
      .help("give a URL that goes to the server itself, past the pooler");
}

}  // namespace retort::postgres
