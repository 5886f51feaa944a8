#include "db/url.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text_tools.h"

namespace retort::db {
namespace {

constexpr std::string_view examples =
    "a URL looks like sqlite:///app.db or postgresql://user:password@host:5432/dbname";

// No message here repeats a part of the URL but its scheme: where the URL is malformed, any part
// may turn out to be the password.
error bad_url(const std::string& message, std::string_view hint = examples) {
  error problem(message, failure::usage);
  problem.help(std::string(hint));
  return problem;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      throw bad_url("the database URL has a '%' that two hexadecimal digits do not follow",
                    "write a % that stands for itself as %25");
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (out.find('\0') != std::string::npos) throw bad_url("the database URL has a NUL character");
  return out;
}

/// Encodes what a URL does not take as it is; `also_safe` are characters that may stay.
std::string encode(std::string_view text, std::string_view also_safe = "") {
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                std::string_view("-._~").find(c) != std::string_view::npos ||
                also_safe.find(c) != std::string_view::npos || byte >= 0x80;
    if (safe) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  int value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return value >= 1 && value <= 65535;
}

/// Splits at the first `separator`; no second part where there is none.
std::pair<std::string_view, std::optional<std::string_view>> cut(std::string_view text,
                                                                 char separator) {
  auto at = text.find(separator);
  if (at == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// `name=value&…`, decoded.
std::vector<std::pair<std::string, std::string>> parse_options(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> options;
  while (!text.empty()) {
    auto [piece, rest] = cut(text, '&');
    text = rest.value_or("");
    if (piece.empty()) continue;
    auto [name, value] = cut(piece, '=');
    bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!value || !is_name) {
      throw bad_url("the database URL has an option after '?' that is not name=value",
                    "a '?' that belongs to a password or a file's name is written %3F");
    }
    options.emplace_back(name, decode(*value));
  }
  return options;
}

/// One `host:port`, `[v6]:port` or `host`; appended to the two comma-separated lists of libpq.
void parse_host(std::string_view text, std::vector<std::string>& hosts,
                std::vector<std::string>& ports) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    auto end = text.find(']');
    auto after = end == std::string_view::npos ? "?" : text.substr(end + 1);
    if (!after.empty() && !after.starts_with(':')) {
      throw bad_url("the database URL has an IPv6 host without its closing ']'",
                    "an IPv6 host looks like [::1] or [::1]:5432");
    }
    host = text.substr(1, end - 1);
    port = after.empty() ? after : after.substr(1);
  } else if (auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (!port.empty() && !is_port(port)) {
    throw bad_url("the port in the database URL is not a number from 1 to 65535",
                  "characters such as : / @ ? in a password are percent-encoded (%3A %2F %40 %3F), "
                  "and an IPv6 host stands in [brackets]");
  }
  hosts.push_back(decode(host));
  ports.emplace_back(port);
}

void parse_authority(std::string_view authority, url& out) {
  // The last @, so that a password with an unencoded one is taken whole.
  if (auto at = authority.rfind('@'); at != std::string_view::npos) {
    auto [user, password] = cut(authority.substr(0, at), ':');
    out.user = decode(user);
    out.password = decode(password.value_or(""));
    authority.remove_prefix(at + 1);
  }
  std::vector<std::string> hosts;
  std::vector<std::string> ports;
  for (std::optional<std::string_view> rest = authority; rest;) {
    auto [host, further] = cut(*rest, ',');
    parse_host(host, hosts, ports);
    rest = further;
  }
  out.host = base::join(hosts, ",");
  bool any = std::ranges::any_of(ports, [](const std::string& port) { return !port.empty(); });
  if (any) out.port = base::join(ports, ",");
}

/// libpq, "Connection URIs": an option replaces the part of the URL that says the same.
void fold_options(url& out) {
  std::erase_if(out.options, [&](const auto& option) {
    const auto& [name, value] = option;
    std::string* part = name == "host"       ? &out.host
                        : name == "port"     ? &out.port
                        : name == "user"     ? &out.user
                        : name == "password" ? &out.password
                        : name == "dbname"   ? &out.database
                                             : nullptr;
    if (part) *part = value;
    return part != nullptr;
  });
  for (auto& [name, value] : out.options) {
    // The JDBC spelling, which libpq reads in URIs only.
    if (name == "ssl" && value == "true") {
      name = "sslmode";
      value = "require";
    }
  }
}

void parse_postgresql(std::string_view rest, url& out) {
  auto end = rest.find_first_of("/?");
  auto authority = rest.substr(0, end);
  auto after = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  auto [path, options] = cut(after, '?');
  if (authority.find('@') == std::string_view::npos &&
      authority.find(':') != std::string_view::npos && after.find('@') != std::string_view::npos) {
    throw bad_url("the database URL has an '@' behind its host part",
                  "a / or ? in a password is percent-encoded: %2F, %3F; an @ elsewhere: %40");
  }
  parse_authority(authority, out);
  if (!path.empty()) out.database = decode(path.substr(1));
  out.options = parse_options(options.value_or(""));
  fold_options(out);
}

void parse_sqlite(std::string_view rest, url& out) {
  auto [path, options] = cut(rest, '?');
  if (!path.empty() && path[0] != '/') {
    throw bad_url("a sqlite URL has no host part, but something stands between the slashes",
                  "write sqlite:///relative.db with three slashes, sqlite:////absolute.db with "
                  "four");
  }
  if (!path.empty()) out.database = decode(path.substr(1));
  if (out.database == ":memory:") out.database.clear();
  for (auto& [name, value] : parse_options(options.value_or(""))) {
    // SQLAlchemy's URLs often carry it; it speaks of Python's threads alone.
    if (name == "check_same_thread") continue;
    throw bad_url("a sqlite URL takes no options after '?'",
                  "a '?' in a file's name is written %3F");
  }
}

/// libpq, "Parameter Key Words": the options whose values may be shown. A misspelt one may hold a
/// password.
bool is_harmless(std::string_view option) {
  static const std::set<std::string_view> known = {"application_name",
                                                   "channel_binding",
                                                   "client_encoding",
                                                   "connect_timeout",
                                                   "fallback_application_name",
                                                   "gssencmode",
                                                   "gsslib",
                                                   "hostaddr",
                                                   "keepalives",
                                                   "keepalives_count",
                                                   "keepalives_idle",
                                                   "keepalives_interval",
                                                   "krbsrvname",
                                                   "load_balance_hosts",
                                                   "max_protocol_version",
                                                   "min_protocol_version",
                                                   "options",
                                                   "passfile",
                                                   "replication",
                                                   "require_auth",
                                                   "requirepeer",
                                                   "requiressl",
                                                   "service",
                                                   "servicefile",
                                                   "ssl_max_protocol_version",
                                                   "ssl_min_protocol_version",
                                                   "sslcert",
                                                   "sslcertmode",
                                                   "sslcompression",
                                                   "sslcrl",
                                                   "sslcrldir",
                                                   "sslkey",
                                                   "sslmode",
                                                   "sslnegotiation",
                                                   "sslrootcert",
                                                   "sslsni",
                                                   "target_session_attrs",
                                                   "tcp_user_timeout"};
  return known.contains(option);
}

/// Host and port as a URL has them: several hosts zipped with their ports, IPv6 in brackets.
std::string display_hosts(const url& address) {
  std::string out;
  std::optional<std::string_view> hosts = address.host;
  std::optional<std::string_view> ports = address.port;
  while (hosts || ports) {
    auto [host, more_hosts] = cut(hosts.value_or(""), ',');
    auto [port, more_ports] = cut(ports.value_or(""), ',');
    if (!out.empty()) out += ',';
    bool is_v6 = host.find(':') != std::string_view::npos;
    out += is_v6 ? fmt::format("[{}]", encode(host, ":")) : encode(host);
    if (!port.empty()) out += fmt::format(":{}", encode(port));
    hosts = more_hosts;
    ports = more_ports;
  }
  return out;
}

std::string display_postgresql(const url& address) {
  std::string out = "postgresql://";
  if (!address.user.empty() || !address.password.empty()) {
    out += fmt::format("{}{}@", encode(address.user), address.password.empty() ? "" : ":***");
  }
  // A socket's folder reads best as libpq's option.
  bool is_socket = address.host.find('/') != std::string::npos;
  std::vector<std::string> options;
  if (is_socket) {
    options.push_back("host=" + encode(address.host, "/,"));
    if (!address.port.empty()) options.push_back("port=" + encode(address.port, ","));
  } else {
    out += display_hosts(address);
  }
  if (!address.database.empty() || is_socket) out += "/" + encode(address.database);
  for (const auto& [name, value] : address.options) {
    options.push_back(fmt::format("{}={}", name, is_harmless(name) ? encode(value, "/,:") : "***"));
  }
  if (!options.empty()) out += "?" + base::join(options, "&");
  return out;
}

}  // namespace

std::string dialect_name(std::string_view spelling) {
  auto name = base::lower(spelling);
  if (name == "sqlite" || name == "sqlite3") return "sqlite";
  if (name == "postgres" || name == "postgresql") return "postgresql";
  return {};
}

url parse_url(std::string_view text) {
  text = base::trim(text);
  if (text.empty()) throw bad_url("the database URL is empty");
  auto end = text.find("://");
  if (end == std::string_view::npos) {
    throw bad_url("the database URL has no '://' behind the database system's name");
  }
  auto scheme = text.substr(0, end);
  // SQLAlchemy names a driver behind the dialect: postgresql+psycopg2.
  auto system = cut(scheme, '+').first;
  url out;
  out.dialect = dialect_name(system);
  if (out.dialect.empty()) {
    bool is_name = !scheme.empty() && std::ranges::all_of(scheme, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '+' || c == '-' || c == '.' || c == '_';
    });
    if (!is_name) throw bad_url("the database URL does not begin with a database system's name");
    static const auto known = std::to_array<std::string>({"sqlite", "postgresql", "postgres"});
    auto guess = base::did_you_mean(system, known);
    throw bad_url(fmt::format("the database URL begins with '{}://', which is no database system "
                              "that Retort knows (sqlite, postgresql)",
                              scheme),
                  guess.empty() ? std::string(examples) : fmt::format("{} {}", guess, examples));
  }
  auto rest = text.substr(end + 3);
  out.dialect == "sqlite" ? parse_sqlite(rest, out) : parse_postgresql(rest, out);
  return out;
}

std::string url::display() const {
  if (dialect != "sqlite") return display_postgresql(*this);
  if (database.empty()) return "sqlite://";
  // A blank at the end would not be read again.
  const auto end = database.find_last_not_of(' ') + 1;
  return "sqlite:///" + encode(database.substr(0, end), "/:@!$&'()*+,;= ") +
         encode(database.substr(end), "");
}

std::string url::conninfo() const {
  std::string out;
  auto add = [&](std::string_view keyword, std::string_view value) {
    if (value.empty()) return;
    if (!out.empty()) out += ' ';
    out += keyword;
    out += "='";
    for (char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += '\'';
  };
  add("host", host);
  add("port", port);
  add("user", user);
  add("password", password);
  add("dbname", database);
  for (const auto& [name, value] : options) add(name, value);
  return out;
}

url url::with_database(std::string name) const {
  url out = *this;
  out.database = std::move(name);
  return out;
}

}  // namespace retort::db
