#pragma once

#include <memory>
#include <string>

#include <libpq-fe.h>

#include "db/url.h"

namespace retort::postgres {

struct finish {
  void operator()(PGconn* raw) const { PQfinish(raw); }
};
/// A connection of libpq's that is closed with it.
using raw_connection = std::unique_ptr<PGconn, finish>;

/// Makes libpq's functions ready to be called, and connects. `options`: instead of those that the
/// address or the environment has; empty: those. Throws `error` that names the address (password
/// hidden), the reason and what to do.
raw_connection dial(const db::url& address, const std::string& options);

/// The same with all that an open connection was made with. `address`: for what is thrown.
raw_connection dial_again(PGconn* like, const db::url& address, const std::string& options);

/// The `options` of the URL, the environment or a service file that a connection was made with.
std::string asked_options(PGconn* raw);

}  // namespace retort::postgres
