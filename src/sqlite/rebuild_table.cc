#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/text_tools.h"
#include "sqlite/dialect.h"
#include "sqlite/old_rows.h"
#include "sqlite/rebuild.h"
#include "sqlite/row_key.h"
#include "sqlite/tokens.h"
#include "sqlite/virtual_table.h"

// A table built anew from its definition, for what no ALTER and no edit of its text can do:
// "ALTER TABLE", section "Making Other Kinds Of Table Schema Changes". As in rebuild.cc the old
// table is renamed, under which nothing that mentions it follows its name.

namespace retort::sqlite {

bool names_itself(const model::table& table) {
  const auto mentions = [&](const std::string& sql) {
    const auto all = tokenise(sql);
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
      if (is_name(all[i]) && is_symbol(all[i + 1], ".") &&
          base::equals_ignoring_case(name_of(all[i]), table.name.name)) {
        return true;
      }
    }
    return false;
  };
  return std::ranges::any_of(table.checks, [&](const auto& c) { return mentions(c.expression); });
}

namespace {

/// The value of an option of a full-text table; none: it does not have it.
std::optional<std::string> option_of(const model::table& table, std::string_view name) {
  return table.is_virtual() ? virtual_option(table.opaque.front(), name) : std::nullopt;
}

/// FTS5: "External Content and Contentless Tables". None: it has its own rows.
std::optional<std::string> content_argument(const model::table& table) {
  return option_of(table, "content");
}

/// The module of a virtual table, in lower case; empty for any other.
std::string module_of(const model::table& table) {
  if (!table.is_virtual()) return {};
  const auto all = tokenise(table.opaque.front());
  const auto by = std::ranges::find_if(all, [](const token& t) { return is_word(t, "USING"); });
  return by == all.end() || by + 1 == all.end() ? std::string() : base::lower(name_of(by[1]));
}

/// With the column that `languageid=` names, which FTS4 hides: "The languageid= Option".
model::table with_languages(model::table table) {
  const auto language = module_of(table) == "fts4" ? option_of(table, "languageid") : std::nullopt;
  if (!language) return table;
  table.columns.emplace_back();
  table.columns.back().name = *language;
  return table;
}

/// Whether it only shows what others hold, and takes no rows: FTS5, "The fts5vocab Virtual Table
/// Module"; FTS3 and FTS4, "Fts4aux".
bool is_a_window(const model::table& table) {
  const auto module = module_of(table);
  return module == "fts5vocab" || module == "fts4aux" || module == "dbstat";
}

bool counts(const model::table& table) {
  return std::ranges::any_of(table.columns, [](const auto& c) { return c.identity.has_value(); });
}

bool has_column(const model::table& table, std::string_view name) {
  return std::ranges::any_of(table.columns, [&](const model::column& column) {
    return base::equals_ignoring_case(column.name, name);
  });
}

std::string free_rowid_name(const model::table& table) {
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (!has_column(table, name)) return name;
  }
  return {};
}

/// The columns that get something, and what.
struct copied {
  std::vector<std::string> into;
  std::vector<std::string> what;

  void add(std::string column, std::string value) {
    into.push_back(std::move(column));
    what.push_back(std::move(value));
  }
};

/// The rowid is the row's name: it goes into the column that is its alias now, or stays what it is.
void copy_rowid(const model::table& from, const model::table& to, const std::string& old,
                const retort::dialect::dialect& target, copied& out) {
  if (from.without_rowid || old.empty()) return;
  if (!to.is_virtual() && has_rowid_alias(to)) {
    const auto& key = to.primary_key->columns.front();
    if (!has_column(from, key)) out.add(target.quote(key), old);
  } else if (const auto name = free_rowid_name(to); !to.without_rowid && !name.empty()) {
    out.add(name, old);
  }
}

copied columns_of(const model::table& from, const model::table& to, const std::string& old_rowid,
                  const std::map<std::string, std::string>& values,
                  const retort::dialect::dialect& target) {
  copied out;
  copy_rowid(from, to, old_rowid, target, out);
  for (const auto& column : to.columns) {
    const auto name = target.quote(column.name);
    if (column.generated || std::ranges::find(out.into, name) != out.into.end()) continue;
    const auto given = values.find(column.name);
    if (given == values.end() && !has_column(from, column.name)) continue;
    out.add(name, given == values.end() ? name : given->second);
  }
  return out;
}

class table_builder {
 public:
  table_builder(const model::table& from, const model::table& to,
                const std::map<std::string, std::string>& values, const std::string& meanwhile,
                const retort::dialect::dialect& target)
      : from_(from), to_(to), values_(values), target_(target), meanwhile_(meanwhile) {
    auto bare = to;
    bare.indexes.clear();
    std::vector<retort::dialect::statement> create;
    target.write({model::create_table{bare}, {}}, create);
    create_ = create.front().sql;
  }

  std::vector<std::string> build() && {
    const bool has_settings = module_of(from_) == "fts5" && module_of(to_) == "fts5";
    if (has_settings) keep_settings();
    if (is_a_window(from_) || is_a_window(to_) || content_argument(from_) ||
        content_argument(to_)) {
      add("DROP TABLE " + target_.quote(from_.name));
      add(create_);
      if (auto sql = target_.index_content(to_); !sql.empty()) add(std::move(sql));
    } else if (from_.is_virtual() || to_.is_virtual() || names_itself(from_) || names_itself(to_) ||
               asks_tables()) {
      by_copy();
    } else {
      by_rename();
    }
    if (has_settings) restore_settings();
    return std::move(out_);
  }

 private:
  void add(std::string sql) { out_.push_back(std::move(sql)); }

  /// FTS5: "Special INSERT Commands": what `rank`, `automerge` and others have set is in a table of
  /// its own and goes with the index.
  void keep_settings() {
    add(fmt::format("CREATE TABLE {} AS SELECT k, v FROM {} WHERE k <> 'version'", settings_,
                    target_.quote(from_.name.name + "_config")));
  }

  void restore_settings() {
    add(fmt::format("INSERT INTO {0} ({0}, rank) SELECT k, v FROM {1}", target_.quote(to_.name),
                    settings_));
    add("DROP TABLE " + settings_);
  }

  void by_rename() {
    add("PRAGMA legacy_alter_table = ON");
    add(fmt::format("ALTER TABLE {} RENAME TO {}", target_.quote(from_.name), old_));
    add("PRAGMA legacy_alter_table = OFF");
    add(create_);
    insert(columns_of(from_, to_, free_rowid_name(from_), values_, target_));
    if (keeps_counter()) {
      forget_counter();
      add(
          fmt::format("INSERT INTO sqlite_sequence (name, seq) SELECT {}, seq FROM sqlite_sequence "
                      "WHERE name = {}",
                      target_.literal(to_.name.name), target_.literal(meanwhile_)));
    }
    add("DROP TABLE " + old_);
  }

  bool asks_tables() const {
    return std::ranges::any_of(values_, [](const auto& one) { return reads_tables(one.second); });
  }

  /// Of the values those that ask tables are taken while the old one is there.
  void by_copy() {
    auto values = values_;
    const auto rowid = from_.without_rowid ? std::string() : free_rowid_name(from_);
    std::string list = rowid.empty() ? "" : rowid + " AS retort_rowid";
    for (const auto& column : from_.columns) {
      if (column.generated) continue;
      list += (list.empty() ? "" : ", ") + target_.quote(column.name);
    }
    for (auto& [column, value] : values) {
      if (!reads_tables(value)) continue;
      const auto name = target_.quote(value_beside(from_, column));
      list +=
          fmt::format("{}{} AS {}", list.empty() ? "" : ", ", as_it_is("(" + value + ")"), name);
      value = name;
    }
    add(fmt::format("CREATE TABLE {} AS SELECT {} FROM {}", old_, list, target_.quote(from_.name)));
    // DROP TABLE would take it along.
    if (keeps_counter()) rename_counter(to_.name.name, meanwhile_);
    add("DROP TABLE " + target_.quote(from_.name));
    add(create_);
    insert(columns_of(from_, to_, rowid.empty() ? "" : "retort_rowid", values, target_));
    if (keeps_counter()) {
      forget_counter();
      rename_counter(meanwhile_, to_.name.name);
    }
    add("DROP TABLE " + old_);
  }

  void insert(const copied& columns) {
    if (columns.into.empty()) return;
    add(fmt::format("INSERT INTO {} ({}) SELECT {} FROM {}", target_.quote(to_.name),
                    base::join(columns.into, ", "), base::join(columns.what, ", "), old_));
  }

  /// "SQLite Autoincrement": the largest number ever given.
  bool keeps_counter() const { return counts(from_) && counts(to_); }

  /// What the rows that were copied have set.
  void forget_counter() {
    add("DELETE FROM sqlite_sequence WHERE name = " + target_.literal(to_.name.name));
  }

  void rename_counter(const std::string& name, const std::string& to) {
    add(fmt::format("UPDATE sqlite_sequence SET name = {} WHERE name = {}", target_.literal(to),
                    target_.literal(name)));
  }

  const model::table& from_;
  const model::table& to_;
  const std::map<std::string, std::string>& values_;
  const retort::dialect::dialect& target_;
  const std::string& meanwhile_;
  const std::string old_ = target_.quote(meanwhile_);
  const std::string settings_ = target_.quote(meanwhile_ + "_config");
  std::string create_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> sqlite_dialect::rebuild_table(
    const model::table& from, const model::table& to,
    const std::map<std::string, std::string>& values, const std::string& meanwhile) const {
  const auto old = with_languages(from);
  const auto anew = with_languages(to);
  return table_builder(old, anew, values, meanwhile, *this).build();
}

std::string sqlite_dialect::content_of(const model::table& table) const {
  return content_argument(table).value_or("");
}

/// FTS5: "The 'rebuild' Command".
std::string sqlite_dialect::index_content(const model::table& table) const {
  if (content_of(table).empty()) return {};
  return fmt::format("INSERT INTO {0} ({0}) VALUES ('rebuild')", quote(table.name));
}

}  // namespace retort::sqlite
