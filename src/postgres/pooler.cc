#include "postgres/pooler.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <retort/error.h>

#include "postgres/catalogue.h"

namespace retort::postgres {
namespace {

std::string backend_of(db::connection& connection) {
  return text(connection.query("SELECT pg_catalog.pg_backend_pid()").rows.at(0).at(0));
}

using dialing = std::function<std::unique_ptr<connection>()>;

/// Whether no one of so many others, each in a transaction, is given the session that was ours, and
/// ours stays the same meanwhile.
bool stays_ours(connection& own, const dialing& another, int others) {
  const auto before = backend_of(own);
  std::vector<std::unique_ptr<connection>> open;
  for (int i = 0; i < others; ++i) {
    open.push_back(another());
    open.back()->begin();
    if (backend_of(*open.back()) == before || backend_of(own) != before) return false;
  }
  return true;
}

}  // namespace

bool is_pooled(connection& own) {
  // A pooler that gives its free sessions in turn gives each of two the right one by chance, and
  // then the third one of theirs.
  try {
    return !stays_ours(
        own, [&] { return own.another_as_it_is(); }, 2);
  } catch (const error&) {
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
