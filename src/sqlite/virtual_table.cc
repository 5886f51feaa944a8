#include "sqlite/virtual_table.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/text_tools.h"
#include "sqlite/content_index.h"
#include "sqlite/reach.h"
#include "sqlite/text_guard.h"
#include "sqlite/tokens.h"
#include "sqlite/works.h"

namespace retort::sqlite {
namespace {

/// What stands between two commas.
struct argument {
  std::size_t begin = 0;
  std::size_t end = 0;
  /// Empty: an option (`tokenize = porter`).
  std::string column = {};
  /// The column that an option is of: FTS4, "The notindexed= Option".
  std::string of_column = {};
};

/// FTS5, "FTS5 Table Creation and Initialization"; FTS3 and FTS4, "Creating and Destroying FTS
/// Tables": an argument is a column, or an option where "=" stands behind its first word.
class full_text_sql {
 public:
  explicit full_text_sql(std::string sql) : sql_(std::move(sql)) { read(); }

  const std::string& module() const { return module_; }
  const std::string& sql() const { return sql_; }

  bool has(const std::string& column) const {
    return std::ranges::any_of(arguments_,
                               [&](const auto& one) { return same_name(one.column, column); });
  }

  std::vector<std::string> columns() const {
    std::vector<std::string> names;
    for (const auto& one : arguments_) {
      if (!one.column.empty()) names.push_back(one.column);
    }
    return names;
  }

  bool has_option(std::string_view name) const {
    return std::ranges::any_of(arguments_, [&](const auto& one) {
      const auto text = std::string_view(sql_).substr(one.begin, one.end - one.begin);
      return one.column.empty() && same_name(base::trim(text.substr(0, text.find('='))), name);
    });
  }

  /// Behind the last column.
  void add(const std::string& quoted) {
    std::size_t last = 0;
    for (const auto& one : arguments_) {
      if (!one.column.empty()) last = one.end;
    }
    sql_.insert(last, ", " + quoted);
    read();
  }

  /// With its options. Another column must be there.
  void drop(const std::string& column) {
    const auto goes = [&](const auto& one) {
      return same_name(one.column, column) || same_name(one.of_column, column);
    };
    for (auto gone = std::ranges::find_if(arguments_, goes); gone != arguments_.end();
         gone = std::ranges::find_if(arguments_, goes)) {
      const bool is_first = gone == arguments_.begin();
      const auto begin = is_first ? gone->begin : (gone - 1)->end;
      const auto end = is_first ? (gone + 1)->begin : gone->end;
      sql_.erase(begin, end - begin);
      read();
    }
  }

 private:
  std::size_t place(const token& t) const {
    return static_cast<std::size_t>(t.text.data() - sql_.data());
  }

  void read() {
    arguments_.clear();
    const auto all = tokenise(sql_);
    const auto by = std::ranges::find_if(all, [](const token& t) { return is_word(t, "USING"); });
    if (by == all.end() || by + 1 == all.end()) return;
    module_ = base::lower(name_of(by[1]));
    std::size_t depth = 0;
    for (auto at = by + 2; at != all.end(); ++at) {
      if (is_symbol(*at, "(") && depth++ == 0) continue;
      if (is_symbol(*at, ")") && --depth == 0) break;
      if (depth == 1 && is_symbol(*at, ",")) continue;
      const bool begins = depth == 1 && (is_symbol(at[-1], "(") || is_symbol(at[-1], ","));
      if (begins) {
        arguments_.push_back({place(*at)});
        // FTS3 and FTS4 take `tokenize porter` too.
        const bool is_option =
            is_symbol(at[1], "=") || (module_ != "fts5" && is_word(*at, "TOKENIZE"));
        if (!is_option) arguments_.back().column = name_of(*at);
        if (is_word(*at, "NOTINDEXED") && is_option) arguments_.back().of_column = name_of(at[2]);
      }
      if (!arguments_.empty()) arguments_.back().end = place(*at) + at->text.size();
    }
  }

  std::string sql_;
  std::string module_;
  std::vector<argument> arguments_;
};

class virtual_change final : public retort::dialect::table_change {
 public:
  virtual_change(const sqlite_dialect& target, db::connection& connection,
                 const retort::dialect::statement& change, const std::string& text)
      : target_(target), connection_(connection), old_(text), new_(text) {
    name_ = retort::dialect::changed_table(change.change);
    part_ = reach(connection_, {name_.name}, change.change);
    before_ = target_.introspect_part(connection_, part_);
    for (const auto& [name, table] : before_.tables) {
      if (same_name(name.name, name_.name)) name_ = name;
    }
    broken_ = broken_objects(connection_, part_);
    for (const auto& op : change.change) {
      where_ = op.where;
      require_full_text(op);
      std::visit([&](const auto& what) { take(what); }, op.what);
    }
    require_whole_index();
    rows_ = count();
    wanted_ = names_of(*before_.find(name_));
    if (new_.sql() != old_.sql()) write();
  }

  const std::vector<std::string>& statements() const override { return statements_; }

  /// A script was written for what is there now.
  std::vector<std::string> script() const override {
    auto result = statements_;
    result.insert(result.begin(), text_guard(target_, old_.sql()));
    return result;
  }

  void confirm() override {
    auto shown = target_.introspect_part(connection_, part_);
    const auto* after = shown.find(name_);
    if (after == nullptr || count() != rows_) throw failure("it has lost rows");
    if (names_of(*after) != wanted_) {
      throw failure("it came out differently from what was asked for");
    }
    shown.tables.erase(name_);
    before_.tables.erase(name_);
    if (shown != before_) throw failure("something beside it came out differently");
    if (const auto why = newly_broken(connection_, part_, broken_)) {
      throw failure(*why).help(make_it_anew);
    }
  }

 private:
  error failure(const std::string& reason) const {
    error problem(fmt::format("cannot change table {}: {}", name_.display(), reason));
    problem.at(where_.file, where_.line, where_.column);
    return problem;
  }

  void require_full_text(const model::operation& op) const {
    const auto& module = new_.module();
    const bool is_known = module == "fts5" || module == "fts4" || module == "fts3";
    if (!is_known || before_.find(name_) == nullptr) {
      throw failure(fmt::format("it is a virtual table, and {} is no change of what {} makes",
                                model::describe(op.what), module))
          .help("drop it and create it anew, in SQL");
    }
    if (old_.columns().empty()) throw failure("it names no columns").help(index_by_hand);
    if (has_no_rows()) {
      throw failure("it keeps no rows that its index could be built from").help(index_by_hand);
    }
  }

  /// An index over another table's rows may be of some of them, and is built anew from all.
  void require_whole_index() const {
    const auto index = as_index();
    if (index.content.empty()) return;
    const auto kept = indexed_rows(connection_, target_, index);
    if (kept.empty()) {
      throw failure(fmt::format("it does not keep which rows of {} it has indexed", index.content))
          .help(index_by_hand);
    }
    if (connection_.query("SELECT 1 WHERE " + is_whole(target_, index, kept)).rows.empty()) {
      throw failure(
          fmt::format("its index has other rows than {}, and would be built anew from all that "
                      "are there",
                      index.content))
          .help(index_by_hand);
    }
  }

  content_index as_index() const {
    return {name_.name, old_.module(), target_.content_of(*before_.find(name_))};
  }

  /// FTS5: "Contentless Tables".
  bool has_no_rows() const {
    return target_.content_of(*before_.find(name_)).empty() && old_.has_option("content");
  }

  void take(const model::add_column& op) {
    if (op.if_not_exists && new_.has(op.column.name)) return;
    const auto& column = op.column;
    const bool is_plain = column.nullable && !column.default_sql && !column.identity &&
                          !column.generated && !op.primary_key && !op.unique && op.check.empty() &&
                          !op.foreign_key && !op.first && op.after.empty();
    if (!is_plain) throw failure("the columns of a full-text table have a name and nothing else");
    if (new_.has(column.name)) throw failure(fmt::format("it has a column {}", column.name));
    new_.add(target_.quote(column.name));
  }

  void take(const model::drop_column& op) {
    if (!new_.has(op.column)) {
      if (op.if_exists) return;
      throw failure(fmt::format("it has no column {}", op.column));
    }
    if (new_.columns().size() == 1) throw failure(fmt::format("{} is its only column", op.column));
    new_.drop(op.column);
  }

  template <class Other>
  void take(const Other& op) {
    throw failure(fmt::format("it is a full-text table, which cannot {}", model::describe(op)))
        .help("drop it and create it anew, in SQL");
  }

  void write() {
    const auto& from = *before_.find(name_);
    auto to = from;
    to.opaque = {new_.sql()};
    std::erase_if(to.columns, [&](const auto& column) { return !new_.has(column.name); });
    for (const auto& op : added()) to.columns.push_back(op);
    wanted_ = names_of(to);
    statements_ = target_.rebuild_table(from, to, {}, free_name());
  }

  std::vector<model::column> added() const {
    std::vector<model::column> result;
    for (const auto& name : new_.columns()) {
      if (old_.has(name)) continue;
      model::column column;
      column.name = name;
      result.push_back(std::move(column));
    }
    return result;
  }

  static std::vector<std::string> names_of(const model::table& table) {
    std::vector<std::string> names;
    for (const auto& column : table.columns) names.push_back(column.name);
    return names;
  }

  std::string free_name() const {
    for (auto name = "retort_old_" + name_.name;; name += '_') {
      const auto taken = [&](const auto& entry) {
        return base::lower(entry.first.name).starts_with(base::lower(name));
      };
      if (std::ranges::none_of(before_.tables, taken)) return name;
    }
  }

  /// Of another table's rows those that are indexed.
  std::string count() const {
    const auto index = as_index();
    const auto rows = index.content.empty()
                          ? target_.quote(name_)
                          : fmt::format("({})", indexed_rows(connection_, target_, index));
    return connection_.query("SELECT count(*) FROM " + rows).rows.at(0).at(0).value();
  }

  const sqlite_dialect& target_;
  db::connection& connection_;
  full_text_sql old_;
  full_text_sql new_;
  model::qualified_name name_;
  model::origin where_;
  /// What all this can make a difference to.
  reach part_;
  model::schema before_;
  std::string rows_;
  std::vector<std::string> wanted_;
  std::vector<std::string> statements_;
  /// What did not work before.
  std::map<std::string, std::string> broken_;
};

}  // namespace

bool makes_virtual_table(std::string_view sql) {
  const auto all = tokenise(sql);
  return all.size() > 2 && is_word(all[1], "VIRTUAL");
}

std::optional<std::string> virtual_option(std::string_view sql, std::string_view name) {
  const auto all = tokenise(sql);
  const auto open = std::ranges::find_if(all, [](const token& t) { return is_symbol(t, "("); });
  if (open == all.end()) return std::nullopt;
  const auto begin = static_cast<std::size_t>(open - all.begin());
  const auto end = skip_parentheses(all, begin);
  for (const auto& piece :
       split_commas(std::span(all).subspan(begin + 1, end - std::min(end, begin + 2)))) {
    if (piece.size() < 2 || !is_symbol(piece[1], "=")) continue;
    if (!same_name(piece[0].text, name)) continue;
    return piece.size() == 2 ? std::string() : name_of(piece[2]);
  }
  return std::nullopt;
}

std::unique_ptr<retort::dialect::table_change> make_virtual_change(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change, const std::string& text) {
  return std::make_unique<virtual_change>(target, connection, change, text);
}

}  // namespace retort::sqlite
