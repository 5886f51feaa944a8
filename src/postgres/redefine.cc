#include "postgres/redefine.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"
#include "postgres/catalogue.h"

namespace retort::postgres {
namespace {

/// A view that has to go: as introspection names it, and as comments do.
struct dropped_view {
  std::string kind;
  model::qualified_name name;
  std::string identity;
};

class redefinition final : public retort::dialect::table_change {
 public:
  redefinition(const postgres_dialect& target, db::connection& connection,
               const retort::dialect::statement& change)
      : target_(target),
        connection_(connection),
        where_(change.where),
        what_(std::get<model::replace_object>(change.change.front().what)) {
    const auto create = create_sql();
    auto replace = create;
    replace.insert(replace.find(' '), " OR REPLACE");
    if (!is_stored() && replace_is_enough(replace)) {
      statements_.push_back(replace);
      return;
    }
    before_ = target_.introspect(connection_, "");
    read_views();
    for (auto one = views_.rbegin(); one != views_.rend(); ++one) {
      statements_.push_back(
          fmt::format("DROP {} {}", base::upper(one->kind), target_.quote(one->name)));
    }
    statements_.push_back(create);
    for (const auto& view : views_) {
      if (&view != &views_.front()) restore(before_.objects.at(key_of(view)));
    }
    // Comments are on the others.
    for (const bool comments : {false, true}) {
      for (const auto& [key, object] : before_.objects) {
        if ((object.kind == "comment") == comments && hangs_on_dropped(object)) restore(object);
      }
    }
  }

  const std::vector<std::string>& statements() const override { return statements_; }

  void confirm() override {
    if (views_.empty()) return;
    const auto after = target_.introspect(connection_, "");
    for (const auto& [key, object] : before_.objects) {
      if (key == key_of(views_.front())) continue;
      const auto found = after.objects.find(key);
      if (found != after.objects.end() && found->second == object) continue;
      throw failure(fmt::format("{} is {}", key,
                                found == after.objects.end() ? "gone" : "another one afterwards"))
          .help("drop it before this change, and create it anew behind it");
    }
  }

 private:
  error failure(const std::string& reason) const {
    error problem(fmt::format("cannot replace view {}: {}", what_.object.name.display(), reason));
    problem.at(where_.file, where_.line, where_.column);
    return problem;
  }

  bool is_stored() const { return what_.object.kind == "materialized view"; }

  /// With the options that the view has: the author has given another query, and no other options.
  std::string create_sql() const {
    const auto found = query_catalogue(
        connection_,
        fmt::format("SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE relkind = '{}' "
                    "AND oid = to_regclass({})",
                    is_stored() ? "m" : "v", target_.literal(target_.quote(what_.object.name))));
    if (found.rows.empty()) throw failure("there is no such view");
    auto sql = target_.object_sql(what_.object, what_.body);
    if (const auto options = text(found.rows[0][0]); !options.empty()) {
      const auto head =
          "CREATE " + base::upper(what_.object.kind) + " " + target_.quote(what_.object.name);
      if (sql.starts_with(head)) sql.insert(head.size(), fmt::format(" WITH ({})", options));
    }
    return sql;
  }

  /// Tries it, and takes it back.
  bool replace_is_enough(const std::string& sql) const {
    connection_.execute("SAVEPOINT retort_replace");
    try {
      connection_.execute(sql);
      connection_.execute("ROLLBACK TO SAVEPOINT retort_replace");
      return true;
    } catch (const error& problem) {
      connection_.execute("ROLLBACK TO SAVEPOINT retort_replace");
      if (problem.sqlstate != "42P16") throw;  // invalid_table_definition
      return false;
    }
  }

  /// The view and those over it, each behind what it reads.
  void read_views() {
    catalogue from(connection_, "");
    const auto found = from.query(fmt::format(
        R"(
WITH RECURSIVE over (oid, depth) AS (
  SELECT to_regclass({})::oid, 0
  UNION
  SELECT r.ev_class, o.depth + 1
  FROM over o JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = o.oid
    AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> o.oid
  WHERE o.depth < 1000)
SELECT c.relkind, n.nspname, c.relname, format('%I.%I', n.nspname, c.relname)
FROM over o JOIN pg_class c ON c.oid = o.oid JOIN pg_namespace n ON n.oid = c.relnamespace
GROUP BY c.oid, c.relkind, n.nspname, c.relname ORDER BY max(o.depth), c.oid)",
        target_.literal(target_.quote(what_.object.name))));
    for (const auto& row : found.rows) {
      views_.push_back({text(row[0]) == "m" ? "materialized view" : "view",
                        from.name(row[1], row[2]), text(row[3])});
    }
  }

  static std::string key_of(const dropped_view& view) {
    return view.kind + " " + view.name.display();
  }

  bool hangs_on_dropped(const model::object& object) const {
    return std::ranges::any_of(views_, [&](const dropped_view& view) {
      if (object.kind == "grants") return object.name == view.name;
      if (object.kind == "comment") return is_comment_on(object.name.name, view);
      return !object.table.name.empty() && object.table == view.name;
    });
  }

  /// `view public.v`, `column public.v.c`, `trigger t on public.v`.
  /// `index public.ix`
  bool is_index_of(const std::string& subject, const dropped_view& view) const {
    if (!subject.starts_with("index ")) return false;
    return std::ranges::any_of(before_.objects, [&](const auto& entry) {
      const auto& one = entry.second;
      return one.kind == "index" && one.table == view.name &&
             subject.ends_with("." + target_.quote(one.name.name));
    });
  }

  bool is_comment_on(const std::string& subject, const dropped_view& view) const {
    return subject == view.kind + " " + view.identity ||
           subject.starts_with("column " + view.identity + ".") ||
           subject.ends_with(" on " + view.identity) || is_index_of(subject, view);
  }

  void restore(const model::object& object) {
    std::vector<retort::dialect::statement> written;
    target_.write(
        {model::create_object{{object.kind, object.name, object.table, {}}, object.definition},
         where_},
        written);
    for (auto& one : written) statements_.push_back(std::move(one.sql));
  }

  const postgres_dialect& target_;
  db::connection& connection_;
  model::origin where_;
  model::replace_object what_;
  model::schema before_;
  std::vector<dropped_view> views_;
  std::vector<std::string> statements_;
};

}  // namespace

std::unique_ptr<retort::dialect::table_change> make_redefinition(
    const postgres_dialect& target, db::connection& connection,
    const retort::dialect::statement& change) {
  return std::make_unique<redefinition>(target, connection, change);
}

}  // namespace retort::postgres
