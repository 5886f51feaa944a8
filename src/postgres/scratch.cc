#include "postgres/scratch.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "postgres/catalogue.h"
#include "postgres/connection.h"

namespace retort::postgres {
namespace {

constexpr std::string_view prefix = "retort_scratch_";
constexpr std::string_view kept_prefix = "retort_scratch_kept_";

/// FNV-1a, 64 bits: names a folder and needs no more than to be the same in every process.
std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  }
  return fmt::format("{:016x}", hash);
}

std::string folder_key(const std::string& folder) {
  std::error_code problem;
  const auto path = std::filesystem::weakly_canonical(folder, problem);
  return problem ? folder : path.string();
}

class postgres_scratch final : public dialect::scratch {
 public:
  explicit postgres_scratch(const db::url& near) : near_(near), connection_(connect(near)) {
    const auto self =
        query_catalogue(*connection_,
                        "SELECT pid, (extract(epoch FROM backend_start) * 1000000)::bigint FROM "
                        "pg_stat_activity WHERE pid = pg_backend_pid()");
    own_prefix_ =
        fmt::format("{}{}_{}_", prefix, text(self.rows.at(0).at(0)), text(self.rows.at(0).at(1)));
    const auto fsync = connection_->query("SHOW fsync", {});
    // Copying files asks for two checkpoints, which cost nothing where nothing is synced.
    if (connection_->server_version() >= 150000 && text(fsync.rows.at(0).at(0)) == "off") {
      strategy_ = " STRATEGY file_copy";
    }
    read_settings();
    sweep();
  }

  ~postgres_scratch() override {
    for (const auto& name : made_) drop_database(name);
  }

  db::url create() override {
    return make(fmt::format("TEMPLATE template0{}{}", locale(), strategy_));
  }

  db::url copy(const db::url& source) override {
    return make(
        fmt::format("TEMPLATE {}{}", dialect::quote_identifier(source.database), strategy_));
  }

  void drop(const db::url& database) noexcept override {
    std::erase(made_, database.database);
    drop_database(database.database);
  }

  void keep(const db::url& source, const std::string& folder, const std::string& name) override {
    const auto kept = kept_name(folder, name);
    drop_database(kept);
    create_database(
        kept, fmt::format("TEMPLATE {}{}", dialect::quote_identifier(source.database), strategy_));
    connection_->execute(fmt::format("COMMENT ON DATABASE {} IS {}",
                                     dialect::quote_identifier(kept),
                                     dialect::quote_literal(folder_key(folder))));
  }

  db::url snapshot(const std::string& folder, const std::string& name) const override {
    return near_.with_database(kept_name(folder, name));
  }

  void drop_snapshots(const std::string& folder) override {
    for (const auto& name : databases(kept_name(folder, ""))) drop_database(name);
  }

 private:
  static std::string kept_name(const std::string& folder, std::string_view name) {
    auto kept = fmt::format("{}{}_", kept_prefix, fingerprint(folder_key(folder)));
    // A name has 63 bytes (NAMEDATALEN).
    return kept + (kept.size() + name.size() > 63 ? fingerprint(name) : std::string(name));
  }

  std::vector<std::string> databases(const std::string& beginning) const {
    const auto result = query_catalogue(
        *connection_, fmt::format("SELECT datname FROM pg_database WHERE starts_with(datname, {})",
                                  dialect::quote_literal(beginning)));
    std::vector<std::string> found;
    for (const auto& row : result.rows) found.push_back(text(row[0]));
    return found;
  }

  db::url make(const std::string& how) {
    const auto name = fmt::format("{}{}", own_prefix_, ++count_);
    create_database(name, how);
    made_.push_back(name);
    return near_.with_database(name);
  }

  void create_database(const std::string& name, const std::string& how) {
    try {
      connection_->execute(
          fmt::format("CREATE DATABASE {} {}", dialect::quote_identifier(name), how));
    } catch (error& problem) {
      if (problem.sqlstate != "42501") throw;
      error denied(fmt::format("cannot make a scratch database beside {}: {}", near_.display(),
                               problem.what()));
      denied.sqlstate = problem.sqlstate;
      throw denied.help(
          "let the user make databases (ALTER ROLE … CREATEDB), or use --scratch-url");
    }
    for (const auto& [setting, value] : settings_) {
      connection_->execute(fmt::format("ALTER DATABASE {} SET {} = {}",
                                       dialect::quote_identifier(name), setting, value));
    }
  }

  /// What ALTER DATABASE … SET has said of how a constant's text is read, as far as sessions leave
  /// that alone (session_settings.cc): it has to mean the same in all of them. What is said for
  /// the role alone comes last, and wins.
  void read_settings() {
    const auto result = query_catalogue(*connection_, R"(
SELECT split_part(c, '=', 1), quote_literal(substr(c, strpos(c, '=') + 1))
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) c
WHERE d.datname = current_database()
  AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))
  AND lower(split_part(c, '=', 1)) IN ('timezone', 'lc_monetary', 'xmloption')
ORDER BY s.setrole)");
    for (const auto& row : result.rows) settings_.emplace_back(text(row[0]), text(row[1]));
  }

  void drop_database(const std::string& name) noexcept {
    try {
      const auto quoted = dialect::quote_identifier(name);
      if (connection_->server_version() >= 130000) {
        connection_->execute(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted));
        return;
      }
      query_catalogue(
          *connection_,
          fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}",
                      dialect::quote_literal(name)));
      connection_->execute("DROP DATABASE IF EXISTS " + quoted);
    } catch (...) {  // Another sweep drops it.
    }
  }

  /// Encoding and locale of the database beside which the scratch databases are made.
  std::string locale() {
    const auto version = connection_->server_version();
    const auto result = query_catalogue(
        *connection_,
        fmt::format("SELECT pg_encoding_to_char(encoding), datcollate, datctype, {} FROM "
                    "pg_database WHERE datname = current_database()",
                    version >= 170000   ? "CASE datlocprovider WHEN 'i' THEN datlocale END"
                    : version >= 150000 ? "CASE datlocprovider WHEN 'i' THEN daticulocale END"
                                        : "NULL"));
    const auto& row = result.rows.at(0);
    auto clause =
        fmt::format(" ENCODING {} LC_COLLATE {} LC_CTYPE {}", dialect::quote_literal(text(row[0])),
                    dialect::quote_literal(text(row[1])), dialect::quote_literal(text(row[2])));
    if (row[3]) {
      clause += fmt::format(" LOCALE_PROVIDER icu ICU_LOCALE {}", dialect::quote_literal(*row[3]));
    }
    return clause;
  }

  void sweep() {
    // Who may not see a backend's start time takes it for the one that is meant.
    const auto stale = query_catalogue(*connection_, R"(
SELECT d.datname FROM pg_database d
CROSS JOIN LATERAL regexp_match(d.datname, '^retort_scratch_(\d+)_(\d+)_\d+$') m
WHERE m IS NOT NULL AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid::text = m[1]
  AND coalesce((extract(epoch FROM a.backend_start) * 1000000)::bigint::text = m[2], true)))");
    for (const auto& row : stale.rows) drop_database(text(row[0]));
    // The folders are of this machine, and so is a server that is reached through a socket.
    if (!near_.host.starts_with('/')) return;
    const auto kept = query_catalogue(
        *connection_,
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE "
        "starts_with(datname, 'retort_scratch_kept_')");
    for (const auto& row : kept.rows) {
      std::error_code problem;
      if (row[1] && !std::filesystem::exists(*row[1], problem) && !problem) {
        drop_database(text(row[0]));
      }
    }
  }

  db::url near_;
  std::unique_ptr<connection> connection_;
  std::string own_prefix_;
  std::string strategy_;
  /// Names and values, as SQL has them.
  std::vector<std::pair<std::string, std::string>> settings_;
  unsigned count_ = 0;
  std::vector<std::string> made_;
};

}  // namespace

std::unique_ptr<dialect::scratch> open_scratch(const db::url& near) {
  return std::make_unique<postgres_scratch>(near);
}

}  // namespace retort::postgres
