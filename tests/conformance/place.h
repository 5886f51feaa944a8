#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <unistd.h>

#include <retort/error.h>
#include <retort/retort.h>
#include <retort/sqlite.h>

#include "conformance/postgres_server.h"

namespace retort::conformance {

/// A database of either kind, empty.
class place {
 public:
  virtual ~place() = default;
  virtual const backend& kind() const = 0;
  virtual std::string url() const = 0;

  std::unique_ptr<db::connection> open() const { return kind().open(db::parse_url(url()), {}); }
  std::string value(const std::string& sql) const {
    return open()->query(sql).rows.at(0).at(0).value_or("NULL");
  }
  void execute(const std::string& sql) const { open()->execute(sql); }
};

class sqlite_place final : public place {
 public:
  sqlite_place() { std::filesystem::remove(file_); }
  ~sqlite_place() override { std::filesystem::remove(file_); }
  const backend& kind() const override { return sqlite_backend(); }
  std::string url() const override { return "sqlite:///" + file_; }

 private:
  std::string file_ = std::filesystem::temp_directory_path().string() + "/retort_data_" +
                      std::to_string(::getpid()) + ".db";
};

class postgres_place final : public place {
 public:
  explicit postgres_place(const db::url& server) : database_(server) {}
  const backend& kind() const override { return postgres_backend(); }
  std::string url() const override {
    const auto& at = database_.url;
    return "postgresql://" + at.user + ":" + at.password + "@/" + at.database + "?host=" + at.host +
           "&port=" + at.port;
  }

 private:
  postgres_database database_;
};

inline void on_both(const std::function<void(const place&)>& test) {
  SUBCASE("SQLite") { test(sqlite_place()); }
  SUBCASE("PostgreSQL") {
    if (const auto server = postgres_server()) test(postgres_place(*server));
  }
}

/// Upgrades to a chain of migrations `m0`, `m1`, …
inline std::vector<std::string> upgrade(const place& where,
                                        std::initializer_list<const migration*> chain) {
  static const declaration declared[] = {{"m0", 1}, {"m1", 1}, {"m2", 1}, {"m3", 1}};
  static const char names[][3] = {"m0", "m1", "m2", "m3"};
  std::vector<bundle::entry> entries;
  for (const auto* one : chain) {
    const auto i = entries.size();
    entries.push_back(
        {.revision = names[i], .path = names[i], .code = one, .declared = &declared[i]});
  }
  return retort::upgrade({"test", "/", {entries.data(), entries.size()}}, where.kind(),
                         where.url());
}

inline error failure_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const error& problem) {
    return problem;
  }
  FAIL("nothing was thrown");
  return error("");
}

}  // namespace retort::conformance
