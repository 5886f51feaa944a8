#include "postgres/dial.h"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <retort/error.h>

#include "postgres/connect_error.h"
#include "postgres/libpq_on_demand.h"

namespace retort::postgres {
namespace {

struct free_options {
  void operator()(PQconninfoOption* raw) const { PQconninfoFree(raw); }
};
using known_options = std::unique_ptr<PQconninfoOption, free_options>;

/// A value in a libpq connection string ("Keyword/Value Connection Strings").
std::string in_conninfo(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

/// Throws `error` where the connection could not be made.
void require_open(PGconn* raw, const db::url& address) {
  if (raw == nullptr) throw error("out of memory while connecting to a PostgreSQL server");
  if (PQstatus(raw) != CONNECTION_OK) throw connect_error(PQerrorMessage(raw), address);
  // Until libpqxx has it nobody listens, and libpq would print.
  PQsetNoticeProcessor(
      raw, [](void*, const char*) {}, nullptr);
}

/// libpq's functions may be called from here on.
void need_libpq() {
  if (load_libpq == nullptr) return;  // The program links it.
  if (const char* reason = load_libpq()) {
    throw error(fmt::format("PostgreSQL's client library libpq.so.5 cannot be loaded: {}", reason))
        .help("install it (Debian: libpq5)");
  }
}

bool has_option(const db::url& address, std::string_view name) {
  for (const auto& option : address.options) {
    if (option.first == name) return true;
  }
  return false;
}

}  // namespace

raw_connection dial(const db::url& address, const std::string& options) {
  need_libpq();
  auto settings = address.conninfo();
  if (!has_option(address, "application_name")) settings += " application_name=retort";
  if (!has_option(address, "connect_timeout")) settings += " connect_timeout=10";
  // What stands between forgets a connection on which nothing is said while a long statement runs,
  // and the answer would be waited for in vain.
  for (const auto& [name, value] :
       {std::pair{"keepalives_idle", 60}, std::pair{"keepalives_interval", 10},
        std::pair{"keepalives_count", 6}}) {
    if (!has_option(address, name)) settings += fmt::format(" {}={}", name, value);
  }
  settings += " client_encoding=UTF8";
  if (!options.empty()) settings += " options=" + in_conninfo(options);
  raw_connection raw(PQconnectdb(settings.c_str()));
  require_open(raw.get(), address);
  return raw;
}

raw_connection dial_again(PGconn* like, const db::url& address, const std::string& options) {
  const known_options known(PQconninfo(like));
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto add = [&](const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  };
  for (const auto* one = known.get(); one != nullptr && one->keyword != nullptr; ++one) {
    if (one->val != nullptr && *one->val != '\0') add(one->keyword, one->val);
  }
  if (!options.empty()) add("options", options.c_str());
  add(nullptr, nullptr);
  raw_connection raw(PQconnectdbParams(names.data(), values.data(), 0));
  try {
    require_open(raw.get(), address);
  } catch (error& problem) {
    problem.note(
        "a step outside a transaction, a limit of its waiting, and a look for a pooler take a "
        "second connection");
    throw;
  }
  return raw;
}

std::string asked_options(PGconn* raw) {
  const known_options known(PQconninfo(raw));
  for (const auto* one = known.get(); one != nullptr && one->keyword != nullptr; ++one) {
    if (one->val != nullptr && one->keyword == std::string_view("options")) return one->val;
  }
  return {};
}

}  // namespace retort::postgres
