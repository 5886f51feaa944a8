#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.h"
#include "model/operation.h"

namespace retort::sqlite {

/// The part of `main` that changes of some objects can make a difference to, found by the texts in
/// sqlite_master: what mentions them or the views over them, and the tables that they mention.
/// Where a text only seems to mention one it is a larger part. Held on to, it means the same part
/// before a change and after it.
class reach {
 public:
  /// All of it.
  reach() = default;
  /// `names`: of tables, views or indexes, those that are yet to come among them. `changes`: what
  /// is to be done with them.
  reach(db::connection& connection, const std::vector<std::string>& names,
        std::span<const model::operation> changes);
  /// Where `word` stands in the text, whatever else is there.
  static reach of_text(const std::string& word);

  /// A condition on a name in sqlite_master, in SQL: the table or the view, or that which an index
  /// or a trigger is of, is in the part.
  std::string holds(const std::string& column) const;
  /// The same, but only where it mentions them or is one of them itself.
  std::string holds_mention(const std::string& column) const;
  /// Whether a table or a view is one of them or over one, or everything is in the part.
  bool has(const std::string& name) const;
  /// Whether it is one of them or over one.
  bool is_one(const std::string& name) const;
  /// Whether an SQL text mentions one of them or of the views over them.
  bool is_mentioned(std::string_view sql) const;

 private:
  void add_views(db::connection& connection);
  std::string mentioning() const;

  bool is_all_ = true;
  /// In lower case, the views with them.
  std::vector<std::string> names_;
  /// What may mention tables, in lower case.
  std::string texts_;
};

}  // namespace retort::sqlite
