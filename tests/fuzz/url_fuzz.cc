#include <retort/error.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "db/url.h"

// A database's address: an error of ours, or parts that conninfo() hands to libpq as they are and
// display() shows without what is secret.

namespace {

using namespace retort;

using pairs = std::vector<std::pair<std::string, std::string>>;

void require(bool holds) {
  if (!holds) std::abort();
}

/// As libpq reads a connection string whose values are all quoted.
pairs read_conninfo(std::string_view text) {
  pairs result;
  while (!text.empty()) {
    const auto equals = text.find("='");
    require(equals != std::string_view::npos);
    std::string name(text.substr(0, equals));
    std::string value;
    std::size_t at = equals + 2;
    for (; at < text.size() && text[at] != '\''; ++at) {
      if (text[at] == '\\') ++at;
      require(at < text.size());
      value += text[at];
    }
    require(at < text.size());
    text.remove_prefix(at + 1);
    if (!text.empty()) {
      require(text[0] == ' ' && text.size() > 1);
      text.remove_prefix(1);
    }
    result.emplace_back(std::move(name), std::move(value));
  }
  return result;
}

pairs expected_conninfo(const db::url& address) {
  pairs all = {{"host", address.host},
               {"port", address.port},
               {"user", address.user},
               {"password", address.password},
               {"dbname", address.database}};
  all.insert(all.end(), address.options.begin(), address.options.end());
  std::erase_if(all, [](const auto& pair) { return pair.second.empty(); });
  return all;
}

/// Another secret changes nothing of what is shown.
void check_discretion(const db::url& address) {
  db::url other = address;
  if (!other.password.empty()) other.password += "another";
  for (auto& [name, value] : other.options) {
    if (name == "sslpassword" || name == "passwd") value += "another";
  }
  require(other.display() == address.display());
}

void check_url(std::string_view text) try {
  const db::url address = db::parse_url(text);
  require(address.dialect == "sqlite" || address.dialect == "postgresql");
  check_discretion(address);
  const std::string shown = address.display();
  for (const char c : shown) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  if (address.dialect == "postgresql") {
    require(read_conninfo(address.conninfo()) == expected_conninfo(address));
    require(address.with_database("other").with_database(address.database).conninfo() ==
            address.conninfo());
  } else {
    require(db::parse_url(shown).database == address.database);
  }
} catch (const error& problem) {
  require(problem.kind == failure::usage && problem.what()[0] != '\0' && !problem.hint.empty());
}

constexpr std::string_view marker = "hunter2";

void require_discreet(const error& problem) {
  require(base::render(problem).find(marker) == std::string::npos);
}

/// A password that somebody forgot to encode is taken whole or refused, and never repeated. With an
/// @ of its own it may end sooner.
void check_password(const std::string& password) try {
  if (password.find('@') != std::string::npos) return;
  const db::url address = db::parse_url("postgresql://user:" + password + "@host/name");
  require(address.password.ends_with(marker));
  require(address.display() == "postgresql://user:***@host/name");
} catch (const error& problem) {
  require_discreet(problem);
}

/// Where the host was forgotten, the password stands in the place of a port.
void check_password_without_host(const std::string& password) try {
  if (password.find_first_of("@/?,") != std::string::npos) return;
  db::parse_url("postgresql://user:" + password + "/name");
  std::abort();
} catch (const error& problem) {
  require_discreet(problem);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_url(input);
  const std::string password = std::string(input.substr(0, 100)) + std::string(marker);
  check_password(password);
  check_password_without_host(password);
  return 0;
}
