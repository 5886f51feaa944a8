#include "command/autogenerate.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/text_tools.h"
#include "command/build_models.h"
#include "command/object_patterns.h"
#include "command/protection.h"
#include "command/read_rows.h"
#include "command/scratch_place.h"
#include "command/scratch_schema.h"
#include "command/taken_rows.h"
#include "diff/creation.h"
#include "diff/object_changes.h"
#include "diff/open_to_rows.h"
#include "diff/privileges.h"
#include "diff/said_renames.h"
#include "diff/spelling.h"
#include "engine/executor.h"
#include "engine/folder.h"
#include "model/filter.h"

namespace retort::command {
namespace {

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
    schema_.reset();
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
    return made_of(sources);
  }

  /// What the models of `desired` say of former names.
  const std::vector<model::rename_hint>& hints() const { return hints_; }

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
    note_unread(*replayed_);
    return look_at(*replayed_);
  }

  /// What nobody has compared, in a line for people; empty: there is no such thing.
  std::string unread() const {
    if (unread_.empty()) return {};
    constexpr std::size_t most = 5;
    std::vector<std::string> lines(unread_.begin(), unread_.end());
    if (lines.size() > most) {
      const auto more = lines.size() - most;
      lines.resize(most);
      lines.push_back(fmt::format("and {} more", more));
    }
    return "not read, and so not compared: " + base::join(lines, ", ");
  }

  /// A scratch database with the structure that `current` has seen.
  db::connection& copy_of(const model::schema& shown) {
    if (replayed_ != nullptr) return *replayed_;
    auto& copy = schema_ ? *schema_ : empty();
    if (real_ == nullptr) return copy;
    if (target_.flavour() == base::sql_flavour::sqlite) {
      target_.copy_structure(*real_, copy);
    } else {
      copy_structure(shown, copy);
    }
    return copy;
  }

  /// Whether all is in one transaction, where a value that an enumeration gets can be used at once
  /// though it could not where the enumeration was there before.
  bool is_one_transaction() const { return schema_ != nullptr; }

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
    leave_out_alembic(shown);
    if (schema_) {
      std::erase_if(shown.objects,
                    [](const auto& entry) { return entry.second.kind == "grants on schema"; });
    }
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

  model::schema made_of(const std::vector<model_source>& sources) {
    db::url url;
    try {
      url = create();
    } catch (const error& denied) {
      if (denied.sqlstate != "42501" || !may_use_schema()) throw;
      return made_in_schema(sources, denied);
    }
    {
      const auto empty = open(url);
      hints_ = build_models(env_, target_, *empty, sources, request_.with_grants);
    }
    // What the models have set on their connection must not show.
    const auto connection = open(url);
    says_numbers_ = true;
    note_unread(*connection);
    auto shown = look_at(*connection);
    says_numbers_ = std::ranges::any_of(
        shown.objects, [](const auto& entry) { return entry.second.kind == "pragma"; });
    drop(url);
    return shown;
  }

  /// What a schema cannot stand in for: a database with privileges, a setup of its own, or to do
  /// things in outside of a transaction.
  bool may_use_schema() const {
    return !request_.from_history && request_.scratch_url.empty() &&
           request_.scratch_setup.empty() && !request_.with_grants && !request_.online;
  }

  model::schema made_in_schema(const std::vector<model_source>& sources, const error& denied) {
    denied_ = denied;
    try {
      schema_ = std::make_unique<scratch_schema>(env_.connect_existing());
    } catch (const error& problem) {
      throw no_schema(problem.what());
    }
    schema_->begin();
    schema_->guard(true);
    try {
      hints_ = build_models(env_, target_, *schema_, sources, false);
    } catch (error& problem) {
      if (!schema_->refusal()) throw;
      auto refused = no_schema(problem.what());
      refused.where = problem.where;
      throw refused;
    }
    schema_->guard(false);
    if (schema_->refusal()) throw no_schema(schema_->refusal()->what());
    auto shown = look_at(*schema_);
    schema_->rollback();
    return shown;
  }

  /// Why a scratch schema will not do in the place of a scratch database.
  error no_schema(const std::string& why) const {
    error problem(
        fmt::format("{}; and a schema in its place will not do: {}", denied_->what(), why));
    return problem.help(denied_->hint);
  }

  /// What is there, too, has to be of one schema.
  void require_one_schema(const model::schema& shown) const {
    for (const auto& [name, table] : shown.tables) {
      if (!name.schema.empty()) throw no_schema("there is table " + name.display());
    }
    for (const auto& [key, object] : shown.objects) {
      const bool is_of_database = object.kind == "schema" || object.kind == "extension" ||
                                  object.kind == "cast" || object.kind == "publication" ||
                                  object.kind == "event trigger";
      if (is_of_database || !object.name.schema.empty() || !object.table.schema.empty()) {
        throw no_schema(fmt::format("there is {} {}", object.kind, object.name.display()));
      }
    }
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

  void note_unread(db::connection& connection) {
    for (auto& line : target_.unread(connection)) unread_.insert(std::move(line));
  }

  model::schema from_database() {
    real_ = env_.connect(true);
    require_heads(real_.get());
    if (real_ != nullptr) note_unread(*real_);
    auto shown = real_ == nullptr ? model::schema() : look_at(*real_);
    if (schema_) require_one_schema(shown);
    return shown;
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
      if (may_fail) {
        // One that this server does not take is no reason to do without the others.
        for (auto& line : diff::privileges_in(object->body)) {
          statements.emplace_back().sql = std::move(line);
        }
      } else {
        target_.write(op, statements);
      }
      for (const auto& statement : statements) {
        const auto foreign = schema_ ? schema_->foreign_to(statement.sql) : std::string();
        if (!foreign.empty()) throw no_schema("the database's structure " + foreign);
        try {
          copy.execute(statement.sql);
        } catch (error& problem) {
          // Another server has other roles; the triggers of foreign keys are its superuser's.
          const bool is_denied = problem.sqlstate == "42501" && statement.sql.starts_with("DO ");
          if (may_fail || is_denied) continue;
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
  std::set<std::string> unread_;
  /// SQLite: the models set a number of the file's header (user_version); else it is left alone.
  bool says_numbers_ = false;
  std::vector<model::rename_hint> hints_;
  /// In the place of scratch databases, which were denied; null: there are those.
  std::unique_ptr<scratch_schema> schema_;
  std::optional<error> denied_;
  std::vector<db::url> made_;
  std::vector<std::unique_ptr<db::connection>> connections_;
  /// The database that is compared, and the one that the history was replayed in; null: none.
  std::unique_ptr<db::connection> real_;
  db::connection* replayed_ = nullptr;
};

/// Privileges differ where somebody has asked for them.
std::vector<diff::difference> differences_of(model::schema wanted, model::schema shown,
                                             bool with_privileges) {
  for (auto* side : {&wanted, &shown}) {
    if (!with_privileges) diff::leave_out_privileges(*side);
  }
  return diff::compare_but_for_order(wanted, shown);
}

bool is_empty(const model::schema& side) { return side.tables.empty() && side.objects.empty(); }

error no_way(const diff::convergence& way, const std::string& what) {
  error problem(fmt::format("cannot find a way {}: {}", what, way.left.front().text));
  for (std::size_t i = 1; i < std::min<std::size_t>(way.left.size(), 5); ++i) {
    problem.note(way.left[i].text);
  }
  if (way.problem) problem.note(std::string("the database says: ") + way.problem->what());
  return problem.help("write this change by hand; nothing was written");
}

/// Models may have been left out by mistake.
void mark_end_of_all(diff::convergence& way) {
  auto& review = way.steps.front().review;
  review = "the models make nothing, so that everything in the database is dropped" +
           (review.empty() ? review : "; " + review);
}

/// They were done to the very rows that a person would look for.
std::vector<diff::done_step> without_marks(std::vector<diff::done_step> steps) {
  for (auto& step : steps) step.review.clear();
  return steps;
}

/// A way back takes away what the way there has made: nothing to decide.
void unmark_losses(diff::convergence& back) {
  for (auto& step : back.steps) {
    step.loss.clear();
  }
}

/// The same the other way round.
diff::rename_rules back(const diff::convergence& there) {
  diff::rename_rules rules;
  rules.guesses = false;
  rules.said = diff::renamed_back(there);
  return rules;
}

diff::rename_rules rules_of(const comparison_request& request, std::vector<diff::renaming> said) {
  diff::rename_rules rules;
  rules.said = std::move(said);
  if (request.ask) {
    // The way may be looked for twice.
    const auto answers = std::make_shared<std::map<std::string, std::optional<bool>>>();
    rules.ask = [ask = request.ask, answers](const diff::renaming& what) {
      const auto [answer, is_new] = answers->try_emplace(what.display());
      if (is_new) answer->second = ask(what);
      return answer->second;
    };
  }
  rules.guesses = request.guess_renames;
  return rules;
}

template <class Constraint>
void take_validity(std::vector<Constraint>& of, const std::vector<Constraint>& from) {
  for (auto& one : of) {
    const auto same = std::ranges::find(from, one.name, &Constraint::name);
    if (same != from.end()) one.not_valid = same->not_valid;
  }
}

/// A constraint that was looked at stays so: nothing but its drop could undo that.
model::schema with_validity(model::schema schema, const model::schema& of) {
  for (auto& [name, table] : schema.tables) {
    const auto* other = of.find(name);
    if (other == nullptr) continue;
    take_validity(table.foreign_keys, other->foreign_keys);
    take_validity(table.checks, other->checks);
  }
  return schema;
}

}  // namespace

model_comparison compare_models(environment& env, comparison_request request, bool with_ways) {
  if (!env.has_database()) request.from_history = true;
  workshop shop(env, request);
  auto wanted = shop.desired();
  auto shown = diff::spelled_like(shop.current(), wanted, shop.target());
  if (!env.options().schema.empty()) leave_other_schemas(shown, wanted, shop.target());
  if (!request.with_grants) diff::leave_out_privileges(wanted);
  model_comparison result;
  result.target = &shop.target();
  result.unread = shop.unread();
  result.differences = differences_of(wanted, shown, request.with_grants);
  auto said = diff::with_hints(diff::said_renamings(request.renames, shown, wanted), shop.hints(),
                               shown, wanted, shop.target().flavour());
  // Two that are defined alike exchange names without a difference.
  if ((result.differences.empty() && request.renames.empty()) || !with_ways) return result;
  auto& scratch = shop.copy_of(shown);
  const diff::look_function look = [&] { return shop.look_at(scratch); };
  const auto start = look();
  diff::change_options options{
      .prefers_calls = request.in_cpp,
      .guesses_values = request.guess_renames,
      .online = request.online && shop.target().flavour() == base::sql_flavour::postgresql};
  options.remakes_types = shop.is_one_transaction();
  options.keeps_privileges = !request.with_grants;
  result.upgrade = diff::converge(scratch, look, wanted, shop.target(),
                                  rules_of(request, std::move(said)), options);
  if (!result.upgrade.left.empty()) {
    result.no_way = no_way(result.upgrade, "to the models");
    return result;
  }
  if (is_empty(wanted)) mark_end_of_all(result.upgrade);
  if (result.upgrade.before_online) {
    const auto before = with_validity(*result.upgrade.before_online, wanted);
    result.online_downgrade =
        diff::converge(scratch, look, before, shop.target(), {.guesses = false}, options);
    if (!result.online_downgrade.left.empty()) {
      result.no_way = no_way(result.online_downgrade, "back from what is done online");
      return result;
    }
    unmark_losses(result.online_downgrade);
  }
  options.online = false;
  options.keeps_privileges = false;
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
  return differences_of(expected, shown, false);
}

model_comparison whole_schema(environment& env, const comparison_request& request,
                              const row_function& put_rows) {
  workshop shop(env, request);
  auto wanted = shop.existing();
  if (!env.options().schema.empty()) leave_other_schemas(wanted, {}, shop.target());
  auto& scratch = shop.empty();
  const diff::look_function look = [&] { return shop.look_at(scratch); };
  const auto nothing = look();
  diff::keep_privileges(wanted, nothing, shop.target());
  model_comparison result;
  result.target = &shop.target();
  const diff::change_options options{.prefers_calls = request.in_cpp};
  const auto go = [&](const model::schema& to) {
    return diff::converge(scratch, look, to, shop.target(), {}, options);
  };
  const auto go_up = [&](const model::schema& to) {
    result.upgrade = go(to);
    if (!result.upgrade.left.empty()) throw no_way(result.upgrade, "to this schema from nothing");
  };
  if (put_rows) {
    go_up(diff::open_to_rows(wanted, shop.target().flavour()));
    auto& steps = result.upgrade.steps;
    std::ranges::move(put_rows(wanted, steps, scratch), std::back_inserter(steps));
    auto rest = go(wanted);
    if (!rest.left.empty()) {
      throw unfit_rows(rest.problem.value_or(error(rest.left.front().text)));
    }
    std::ranges::move(without_marks(std::move(rest.steps)), std::back_inserter(steps));
  } else {
    go_up(wanted);
  }
  result.downgrade = go(nothing);
  if (!result.downgrade.left.empty()) throw no_way(result.downgrade, "back to nothing");
  unmark_losses(result.downgrade);
  return result;
}

}  // namespace retort::command
