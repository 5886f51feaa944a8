#include "command/autogenerate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text_tools.h"
#include "command/build_models.h"
#include "command/protection.h"
#include "command/read_rows.h"
#include "command/scratch_place.h"
#include "diff/creation.h"
#include "diff/spelling.h"
#include "engine/executor.h"
#include "engine/folder.h"
#include "model/filter.h"

namespace retort::command {
namespace {

bool is_grant(const model::object& object) { return object.kind.starts_with("grants"); }

/// Both sides of a comparison, each in a scratch database, and how they are looked at.
class workshop {
 public:
  workshop(environment& env, const comparison_request& request)
      : env_(env),
        request_(request),
        backend_(request.from_history ? history_backend(env) : env.database_backend()),
        target_(backend_.dialect()),
        place_(make_place()),
        filter_(env.context().filter) {}

  ~workshop() {
    connections_.clear();
    for (const auto& url : made_) place_.get().drop(url);
  }

  const dialect::dialect& target() const { return target_; }

  /// What the models make.
  model::schema desired() {
    const auto sources = find_models(env_, request_.models);
    if (sources.empty()) {
      throw error("there are no models, so there is nothing to compare with", failure::usage)
          .help("name a SQL file with --models, or declare models with retort_add_models");
    }
    const auto url = create();
    {
      const auto empty = open(url);
      build_models(env_, target_, *empty, sources, request_.with_grants);
    }
    // What the models have set on their connection must not show.
    const auto connection = open(url);
    says_numbers_ = true;
    auto shown = look_at(*connection);
    says_numbers_ = std::ranges::any_of(
        shown.objects, [](const auto& entry) { return entry.second.kind == "pragma"; });
    if (shown.tables.empty() && shown.objects.empty()) {
      throw error("the models make nothing, and everything in the database would be dropped")
          .help("an empty database is `downgrade base`");
    }
    drop(url);
    return shown;
  }

  /// What is there.
  model::schema current() {
    return request_.from_history ? from_history({"heads"}) : from_database();
  }

  /// What the migrations up to some revisions make.
  model::schema from_history(const std::vector<std::string>& targets) {
    const auto& set = env_.migrations();
    replayed_ = &empty();
    engine::observer nobody;
    engine::executor executor(*replayed_, target_, set, env_.store(backend_), nobody,
                              env_.journaling());
    for (const auto& target : targets) {
      engine::run_request request;
      request.plan = [&](const history::rows& rows) {
        return set.graph().plan_upgrade(rows, target);
      };
      executor.run(request);
    }
    return look_at(*replayed_);
  }

  /// A scratch database with the structure that `current` has seen.
  db::connection& copy_of(const model::schema& shown) {
    if (replayed_ != nullptr) return *replayed_;
    auto& copy = empty();
    if (real_ == nullptr) return copy;
    if (target_.flavour() == base::sql_flavour::sqlite) {
      target_.copy_structure(*real_, copy);
    } else {
      copy_structure(shown, copy);
    }
    return copy;
  }

  /// The database as it is.
  model::schema existing() {
    const auto real = env_.connect(true);
    if (real == nullptr) throw error(env_.database().url.display() + " does not exist");
    return look_at(*real);
  }

  db::connection& empty() { return keep(open(create())); }

  model::schema look_at(db::connection& connection) const {
    auto shown = target_.introspect(connection, env_.store(backend_).table().name);
    model::keep_only(shown, filter_);
    shown.tables.erase({"", "alembic_version"});
    if (!says_numbers_) {
      std::erase_if(shown.objects, [](const auto& entry) { return entry.second.kind == "pragma"; });
    }
    return shown;
  }

 private:
  static const backend& history_backend(const environment& env) {
    if (!env.options().dialect.empty() || env.has_database()) return env.offline_backend();
    return **env.program().backends.begin();
  }

  /// Beside the database, and never beside one that is protected.
  scratch_place make_place() const {
    const bool is_sqlite = target_.flavour() == base::sql_flavour::sqlite;
    if (is_sqlite || request_.from_history || !request_.scratch_url.empty()) {
      return {env_, backend_, request_.scratch_url};
    }
    const auto connection = env_.connect(true);
    if (connection != nullptr && is_protected(env_, *connection)) {
      throw error(fmt::format("{} is protected, so no scratch database is made beside it",
                              env_.database().url.display()))
          .help("name another server with --scratch-url");
    }
    return {backend_, env_.database().url};
  }

  db::url create() {
    made_.push_back(place_.get().create());
    const auto url = made_.back();
    env_.ready_scratch(url);
    if (!request_.scratch_setup.empty()) {
      const auto connection = env_.connect_scratch(url);
      build_models(env_, target_, *connection,
                   {{request_.scratch_setup, engine::read_file(request_.scratch_setup), nullptr}},
                   true);
    }
    return url;
  }

  std::unique_ptr<db::connection> open(const db::url& url) { return env_.connect_scratch(url); }

  db::connection& keep(std::unique_ptr<db::connection> connection) {
    connections_.push_back(std::move(connection));
    return *connections_.back();
  }

  void drop(const db::url& url) {
    place_.get().drop(url);
    std::erase_if(made_, [&](const db::url& one) { return one.database == url.database; });
  }

  model::schema from_database() {
    real_ = env_.connect(true);
    require_heads(real_.get());
    return real_ == nullptr ? model::schema() : look_at(*real_);
  }

  void require_heads(db::connection* real) const {
    const auto& set = env_.migrations();
    history::rows rows;
    if (real != nullptr) {
      rows = env_.store(backend_).read(*real);
      refuse_unknown_rows(env_, *real, rows);
    }
    if (set.graph().plan_upgrade(rows, "heads").empty()) return;
    throw error(fmt::format("{} is not at the heads, so what it lacks may be in migrations that "
                            "have not run",
                            env_.database().url.display()))
        .help("run `upgrade heads` first, or compare with --from-history");
  }

  void copy_structure(const model::schema& shown, db::connection& copy) const {
    copy.execute("SET check_function_bodies = off");
    for (const auto& op : diff::creation(shown, target_)) {
      const auto* object = std::get_if<model::create_object>(&op.what);
      const bool may_fail = object != nullptr && object->object.kind.starts_with("grants");
      std::vector<dialect::statement> statements;
      target_.write(op, statements);
      for (const auto& statement : statements) {
        try {
          copy.execute(statement.sql);
        } catch (error& problem) {
          // Another server has other roles.
          if (may_fail) continue;
          problem.note("while the database's structure was made again in a scratch database: " +
                       statement.sql);
          throw problem.help("write --scratch-setup FILE for what a fresh database lacks");
        }
      }
    }
    copy.execute("RESET check_function_bodies");
  }

  environment& env_;
  const comparison_request& request_;
  const backend& backend_;
  const dialect::dialect& target_;
  scratch_place place_;
  model::object_filter filter_;
  /// SQLite: the models set a number of the file's header (user_version); else it is left alone.
  bool says_numbers_ = false;
  std::vector<db::url> made_;
  std::vector<std::unique_ptr<db::connection>> connections_;
  /// The database that is compared, and the one that the history was replayed in; null: none.
  std::unique_ptr<db::connection> real_;
  db::connection* replayed_ = nullptr;
};

bool has_subject(const model::schema& all, const model::object& grants) {
  if (grants.kind == "grants on schema") return true;
  if (all.find(grants.name) != nullptr) return true;
  return std::ranges::any_of(all.objects, [&](const auto& entry) {
    return !is_grant(entry.second) && entry.second.name == grants.name;
  });
}

/// Privileges are what the other side has where nobody has asked for them.
void take_over(model::schema& side, const model::schema& other, bool with_grants) {
  const auto is_left_alone = [&](const model::object& object) {
    return is_grant(object) && !with_grants;
  };
  std::erase_if(side.objects, [&](const auto& entry) { return is_left_alone(entry.second); });
  for (const auto& [key, object] : other.objects) {
    if (is_left_alone(object) && has_subject(side, object)) side.objects.emplace(key, object);
  }
}

error no_way(const diff::convergence& way, const std::string& what) {
  error problem(fmt::format("cannot find a way {}: {}", what, way.left.front().text));
  for (std::size_t i = 1; i < std::min<std::size_t>(way.left.size(), 5); ++i) {
    problem.note(way.left[i].text);
  }
  if (way.problem) problem.note(std::string("the database says: ") + way.problem->what());
  return problem.help("write this change by hand; nothing was written");
}

/// A way back takes away what the way there has made: nothing to decide.
void unmark_losses(diff::convergence& back) {
  for (auto& step : back.steps) {
    if (step.review.starts_with(diff::loss_lead)) step.review.clear();
  }
}

/// The same the other way round.
diff::rename_rules back(const diff::convergence& there) {
  diff::rename_rules rules;
  rules.guesses = false;
  for (const auto& step : there.steps) {
    for (const auto& op : step.operations) {
      if (const auto* table = std::get_if<model::rename_table>(&op.what)) {
        rules.said.push_back({{table->table.schema, table->to}, {}, table->table.name});
      } else if (const auto* column = std::get_if<model::alter_column>(&op.what)) {
        if (column->rename) rules.said.push_back({column->table, *column->rename, column->column});
      }
    }
  }
  // A column is renamed back in the table that has its old name again.
  for (auto& column : rules.said) {
    if (column.column.empty()) continue;
    for (const auto& table : rules.said) {
      if (table.column.empty() && column.table == table.table) column.table.name = table.to;
    }
  }
  return rules;
}

diff::rename_rules rules_of(const comparison_request& request, const model::schema& from,
                            const model::schema& to) {
  diff::rename_rules rules;
  rules.said = diff::said_renamings(request.renames, from, to);
  rules.ask = request.ask;
  rules.guesses = request.guess_renames;
  return rules;
}

}  // namespace

model_comparison compare_models(environment& env, comparison_request request, bool with_ways) {
  if (!env.has_database()) request.from_history = true;
  workshop shop(env, request);
  auto wanted = shop.desired();
  auto shown = diff::spelled_like(shop.current(), wanted, shop.target());
  take_over(wanted, shown, request.with_grants);
  model_comparison result;
  result.target = &shop.target();
  result.differences = diff::compare_but_for_order(wanted, shown);
  if (result.differences.empty() || !with_ways) return result;
  auto& scratch = shop.copy_of(shown);
  const diff::look_function look = [&] { return shop.look_at(scratch); };
  auto start = look();
  take_over(wanted, start, request.with_grants);
  diff::change_options options{
      .prefers_calls = request.in_cpp,
      .online = request.online && shop.target().flavour() == base::sql_flavour::postgresql};
  result.upgrade = diff::converge(scratch, look, wanted, shop.target(),
                                  rules_of(request, shown, wanted), options);
  if (!result.upgrade.left.empty()) {
    result.no_way = no_way(result.upgrade, "to the models");
    return result;
  }
  options.online = false;
  result.downgrade =
      diff::converge(scratch, look, start, shop.target(), back(result.upgrade), options);
  if (!result.downgrade.left.empty()) {
    result.no_way = no_way(result.downgrade, "back from the models");
  }
  unmark_losses(result.downgrade);
  return result;
}

std::vector<diff::difference> compare_with_history(environment& env,
                                                   const comparison_request& request,
                                                   const history::rows& revisions) {
  workshop shop(env, request);
  auto expected = shop.from_history(revisions);
  const auto shown = diff::spelled_like(shop.existing(), expected, shop.target());
  take_over(expected, shown, false);
  return diff::compare_but_for_order(expected, shown);
}

model_comparison whole_schema(environment& env, const comparison_request& request) {
  workshop shop(env, request);
  auto wanted = shop.existing();
  auto& scratch = shop.empty();
  const diff::look_function look = [&] { return shop.look_at(scratch); };
  const auto nothing = look();
  take_over(wanted, nothing, false);
  model_comparison result;
  result.target = &shop.target();
  const diff::change_options options{.prefers_calls = request.in_cpp};
  result.upgrade = diff::converge(scratch, look, wanted, shop.target(), {}, options);
  if (!result.upgrade.left.empty()) throw no_way(result.upgrade, "to this schema from nothing");
  result.downgrade = diff::converge(scratch, look, nothing, shop.target(), {}, options);
  if (!result.downgrade.left.empty()) throw no_way(result.downgrade, "back to nothing");
  unmark_losses(result.downgrade);
  return result;
}

}  // namespace retort::command
