#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <retort/error.h>

#include "dialect/dialect.h"

namespace retort::testing {

/// A database that is only a log, with a version table that works: rows are committed or rolled
/// back. It can be told to fail at a statement, and to have its rows moved by "another runner".
class fake_connection final : public db::connection {
 public:
  std::vector<std::string> log;
  std::set<std::string> rows;
  bool has_table = false;
  bool open = false;
  /// Statements that contain this text fail.
  std::string fail_at;
  /// A statement that contains this text ends the transaction and begins another.
  std::string ends_at;
  /// Rows that another runner commits just before the next BEGIN.
  std::vector<std::set<std::string>> moves;
  /// Whether a rollback takes such a move back, too.
  bool moves_back = false;

  db::result query(std::string_view sql, std::span<const db::parameter>) override {
    const std::string text(sql);
    db::result result;
    if (text == "UNFINISHED?") return result;
    if (text == "TRANSACTION?") {
      result.rows.push_back({std::to_string(transaction_)});
      return result;
    }
    if (text.rfind("BEGIN", 0) == 0) {
      begin();
      return result;
    }
    if (text == "EXISTS?") {
      if (has_table) result.rows.push_back({"1"});
      return result;
    }
    if (text.rfind("SELECT version_num", 0) == 0) {
      for (const auto& row : rows) result.rows.push_back({row});
      return result;
    }
    execute(sql);
    result.affected = change_rows(text);
    return result;
  }

  std::unique_ptr<db::prepared> prepare(std::string_view) override { return nullptr; }
  void copy(std::string_view sql, std::string_view data) override {
    log.push_back(std::string(sql) + "\n" + std::string(data));
  }

  void execute(std::string_view sql) override {
    log.emplace_back(sql);
    if (!fail_at.empty() && sql.find(fail_at) != std::string_view::npos) {
      error problem("it broke");
      problem.sqlstate = "XX000";
      problem.position = 8;
      throw problem;
    }
    if (sql.find("CREATE TABLE IF NOT EXISTS") == 0) has_table = true;
    if (!ends_at.empty() && sql.find(ends_at) != std::string_view::npos) ++transaction_;
  }

  void begin() override {
    const auto found_rows = rows;
    if (!moves.empty()) {
      rows = moves.front();
      has_table = true;
      moves.erase(moves.begin());
    }
    log.emplace_back("BEGIN");
    before_rows_ = moves_back ? found_rows : rows;
    before_table_ = has_table;
    open = true;
  }
  void commit() override {
    log.emplace_back("COMMIT");
    open = false;
  }
  void rollback() noexcept override {
    if (!open) return;
    log.emplace_back("ROLLBACK");
    rows = before_rows_;
    has_table = before_table_;
    open = false;
  }
  bool in_transaction() const override { return open; }
  std::string server() const override { return "Fake 1.0"; }

 private:
  static std::string between_quotes(const std::string& text, std::size_t nth) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < nth * 2; ++i) at = text.find('\'', at) + 1;
    const auto begin = text.find('\'', at) + 1;
    return text.substr(begin, text.find('\'', begin) - begin);
  }

  std::int64_t change_rows(const std::string& sql) {
    if (sql.rfind("INSERT", 0) == 0) return rows.insert(between_quotes(sql, 0)).second ? 1 : 0;
    if (sql.rfind("DELETE", 0) == 0)
      return static_cast<std::int64_t>(rows.erase(between_quotes(sql, 0)));
    const auto affected = static_cast<std::int64_t>(rows.erase(between_quotes(sql, 1)));
    if (affected == 1) rows.insert(between_quotes(sql, 0));
    return affected;
  }

  int transaction_ = 0;
  std::set<std::string> before_rows_;
  bool before_table_ = false;
};

/// Writes each operation as its description; raw SQL as it is.
class fake_dialect final : public dialect::dialect {
 public:
  /// Whether it wants a migration as one message.
  bool batches = false;
  bool sends_batches(const db::connection&) const override { return batches; }
  std::string transaction_query() const override { return "TRANSACTION?"; }
  std::string transaction(db::connection& connection) const override {
    return connection.query(transaction_query(), {}).rows.at(0).at(0).value_or("");
  }

  std::string_view name() const override { return "sqlite"; }
  base::sql_flavour flavour() const override { return base::sql_flavour::sqlite; }
  std::string quote(std::string_view identifier) const override { return std::string(identifier); }
  std::string literal(std::string_view value) const override {
    return "'" + std::string(value) + "'";
  }
  std::string type_name(const model::type&) const override { return "TYPE"; }
  std::string counting_key() const override { return "KEY"; }
  std::string moment_type() const override { return "MOMENT"; }
  std::string moment(double) const override { return "now"; }
  std::string moment_text(std::string_view column) const override { return std::string(column); }
  std::string milliseconds_since(std::string_view column) const override {
    return "since " + std::string(column);
  }
  void write(const model::operation& op,
             std::vector<retort::dialect::statement>& out) const override {
    const auto* raw = std::get_if<model::execute>(&op.what);
    out.push_back({raw != nullptr ? raw->sql : model::describe(op.what),
                   retort::dialect::phase::in_transaction, op.where, raw != nullptr});
  }
  model::schema introspect(db::connection&, std::string_view) const override { return {}; }
  model::schema normalise(model::schema schema) const override { return schema; }
  std::string table_exists_query(const model::qualified_name& table) const override {
    return table.name == "retort_unfinished" ? "UNFINISHED?" : "EXISTS?";
  }
  std::string script_prologue(const retort::dialect::script_settings&) const override {
    return ".stop on error\n";
  }
  std::string script_guard(const model::qualified_name&,
                           const std::vector<std::string>& rows) const override {
    return "-- expects " + (rows.empty() ? std::string("nothing") : rows.front()) + ";";
  }
  std::string exact_text(std::string_view column) const override { return std::string(column); }
  std::vector<std::string> samples(db::connection&, const model::column&, unsigned) const override {
    return {};
  }
};

}  // namespace retort::testing
