#include "postgres/connect_error.h"

#include <string_view>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::postgres {
namespace {

struct advice {
  std::string_view sign;
  std::string help;
};

std::string help_for(std::string_view reason, const db::url& address) {
  const auto database = address.database.empty() ? address.user : address.database;
  const advice known[] = {
      // Of the role or the database, by its CONNECTION LIMIT: it names either.
      {"too many connections for",
       "close other connections, or raise the CONNECTION LIMIT that it names"},
      {"connection slots are reserved",
       "close other connections, or raise the server's max_connections"},
      {"password authentication failed", "check the user and the password in the URL"},
      {"no password supplied", "put the password into the URL, or into PGPASSFILE"},
      {"database \"", fmt::format("create it: createdb {}", database)},
      {"role \"", "check the user in the URL, or create it: createuser NAME"},
      {"no pg_hba.conf entry", "let the server's pg_hba.conf admit this user from this host"},
      {"could not translate host name", "check the host in the URL"},
      {"timeout expired", "check host and port, and that no firewall is in between"},
      {"Connection refused", "check host and port, and that the server runs"},
      {"No such file or directory", "check host and port, and that the server runs"},
      {"too many clients", "close other connections, or raise the server's max_connections"},
      {"starting up", "try again when the server has started"},
  };
  for (const auto& [sign, help] : known) {
    if (reason.find(sign) != std::string_view::npos) return help;
  }
  return {};
}

}  // namespace

error connect_error(std::string report, const db::url& address) {
  if (!address.password.empty()) {
    for (auto at = report.find(address.password); at != std::string::npos;
         at = report.find(address.password, at + 3)) {
      report.replace(at, address.password.size(), "***");
    }
  }
  const auto lines = base::split_list(report, '\n');
  std::string reason = lines.empty() ? "no reason given" : lines.front();
  for (const std::string_view lead : {" failed: ", "FATAL:  "}) {
    if (const auto at = reason.find(lead); at != std::string::npos) {
      reason.erase(0, at + lead.size());
    }
  }
  error problem(
      fmt::format("cannot connect to {}: {}", address.display(), base::printable(reason)));
  for (std::size_t i = 1; i < lines.size(); ++i) problem.note(base::printable(lines[i]));
  problem.help(help_for(report, address));
  problem.sqlstate = "08001";  // "Class 08": sqlclient_unable_to_establish_sqlconnection
  return problem;
}

}  // namespace retort::postgres
