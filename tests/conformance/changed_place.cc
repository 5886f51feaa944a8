#include "conformance/changed_place.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include <retort/error.h>

#include "diff/compare.h"
#include "engine/executor.h"
#include "model/apply_objects.h"
#include "record/recorder.h"
#include "script/split.h"

namespace retort::conformance {

cells contents(db::connection& connection, const model::schema& schema,
               const dialect::dialect& target) {
  cells all;
  for (const auto& [name, table] : schema.tables) {
    // There is no server.
    if (model::is_foreign(table)) continue;
    const auto found =
        connection.query(fmt::format("SELECT * FROM {} ORDER BY 1", target.quote(name)));
    for (std::size_t i = 0; i < found.columns.size(); ++i) {
      auto& column = all[name.display() + "." + found.columns[i]];
      for (const auto& row : found.rows) column.push_back(row[i].value_or("NULL"));
    }
  }
  return all;
}

void check_contents(const cells& before, const cells& after, const std::set<std::string>& except) {
  for (const auto& column : before) {
    const auto& name = column.first;
    if (except.contains(name) || except.contains(name.substr(0, name.rfind('.')))) continue;
    CAPTURE(name);
    CHECK(after.contains(name));
    if (after.contains(name)) CHECK(after.at(name) == column.second);
  }
}

std::string differences(const model::schema& expected, const model::schema& actual) {
  std::string all;
  for (const auto& one : diff::compare(expected, actual)) {
    if (!one.order_only) all += one.text + "\n";
  }
  return all;
}

void run_script(db::connection& connection, const char* text, const dialect::dialect& target) {
  for (const auto& statement : script::split(text, target.flavour())) {
    CAPTURE(statement.sql);
    CHECK_NOTHROW(connection.execute(statement.sql));
  }
}

void clear(db::connection& connection) {
  connection.execute("DROP SCHEMA public CASCADE");
  connection.execute("DROP FOREIGN DATA WRAPPER IF EXISTS far CASCADE");
  connection.execute("DROP ACCESS METHOD IF EXISTS other_heap");
  connection.execute("ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM pg_monitor");
  connection.execute("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC");
  connection.execute("DROP SCHEMA IF EXISTS area, far, wide CASCADE");
  connection.execute("DROP PUBLICATION IF EXISTS news");
  connection.execute("CREATE SCHEMA public");
}

unsigned setting(const char* name, unsigned usual) {
  const char* said = std::getenv(name);
  return said == nullptr ? usual : static_cast<unsigned>(std::strtoul(said, nullptr, 10));
}

void changed_place::make_world() {
  run_script(*connection_, world, target_);
  run_script(*connection_, target_.name() == "sqlite" ? sqlite_trigger : postgres_trigger, target_);
}

bool changed_place::run(const std::vector<model::operation>& operations) {
  std::vector<dialect::statement> statements;
  try {
    for (const auto& op : operations) target_.write(op, statements);
  } catch (const error& problem) {
    const std::string reason = problem.what();
    INFO(reason);
    REQUIRE(reason.find(" has no ") != std::string::npos);
    return false;
  }
  engine::observer nobody;
  in_transaction([&] {
    for (const auto& statement : statements) {
      engine::run_statement(*connection_, target_, statement, nobody);
    }
  });
  return true;
}

bool changed_place::run(const kind_of_change& kind) {
  auto operations = record::replay(kind.body, target_.name());
  for (auto& op : operations) op.where = {"test", 1, 0};
  return run(operations);
}

void changed_place::run(const std::vector<std::string>& statements) {
  in_transaction([&] {
    for (const auto& sql : statements) connection_->execute(sql);
  });
}

void changed_place::in_transaction(const std::function<void()>& body) {
  target_.ready_for_changes(*connection_);
  connection_->begin();
  try {
    body();
  } catch (const error&) {
    connection_->rollback();
    throw;
  }
  connection_->commit();
}

}  // namespace retort::conformance
