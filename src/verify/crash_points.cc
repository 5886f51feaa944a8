#include "verify/crash_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/crash_point.h"
#include "base/text_tools.h"
#include "diff/compare.h"
#include "engine/executor.h"
#include "process/child.h"
#include "verify/contents.h"
#include "verify/round_trip.h"

namespace retort::verify {
namespace {

constexpr int killed = 128 + 9;

/// All of a database that a run may change.
struct state {
  history::rows rows;
  model::schema schema;
  contents data;
  /// Whether a migration has been begun and not finished.
  bool unfinished = false;
};

/// A database that is dropped whatever comes.
class scratch_copy {
 public:
  scratch_copy(dialect::scratch& place, const db::url& source)
      : place_(place), address_(place.copy(source)) {}
  ~scratch_copy() { place_.drop(address_); }
  scratch_copy(const scratch_copy&) = delete;
  scratch_copy& operator=(const scratch_copy&) = delete;
  const db::url& address() const { return address_; }

 private:
  dialect::scratch& place_;
  db::url address_;
};

/// One way over the whole history.
class walk {
 public:
  walk(const engine::migration_set& set, const backend& database, dialect::scratch& scratch,
       const options& options, engine::direction way)
      : set_(set),
        backend_(database),
        scratch_(scratch),
        options_(options),
        way_(way),
        store_(database.dialect(), {{}, options.version_table}) {
    result_.backend = database.dialect().name();
    result_.direction = way == engine::direction::upgrade ? "upgrade" : "downgrade";
  }

  crash_result run(const db::url& start) {
    // Twice, to know which values differ from run to run.
    undisturbed_ = undisturbed(start);
    const auto again = undisturbed(start);
    for (const auto& [name, rows] : undisturbed_.back().data) {
      const auto other = again.back().data.find(name);
      if (other == again.back().data.end() || other->second.rows != rows.rows) {
        volatile_.push_back(name);
      }
    }
    while (result_.ok && die_once(start)) {
    }
    return result_;
  }

 private:
  std::unique_ptr<db::connection> open(const db::url& address) const {
    open_options opening;
    opening.durable = false;
    return backend_.open(address, opening);
  }

  void run_to_end(const db::url& address, engine::observer& watcher) const {
    const auto connection = open(address);
    engine::executor executor(*connection, backend_.dialect(), set_, store_, watcher,
                              {true, "verify"});
    engine::run_request request;
    request.plan = [&](const history::rows& rows) {
      return way_ == engine::direction::upgrade ? set_.graph().plan_upgrade(rows, "heads")
                                                : set_.graph().plan_downgrade(rows, "base");
    };
    executor.run(request);
  }

  /// Over one connection for all looks at a database: PostgreSQL reads its whole catalogue anew in
  /// each session.
  state look(db::connection& connection) const {
    const auto& target = backend_.dialect();
    state now;
    now.rows = store_.read(connection);
    now.schema = target.introspect(connection, options_.version_table);
    model::keep_only(now.schema, set_.context().filter);
    now.data = read_contents(connection, target, now.schema);
    now.unfinished = engine::unfinished_store(target, store_.table()).read(connection).has_value();
    return now;
  }

  /// The states of a run that nobody disturbs: before it, and behind each migration.
  std::vector<state> undisturbed(const db::url& start) const {
    struct recorder final : engine::observer {
      std::function<void()> look;
      void end_migration(const engine::planned_migration&, double) override { look(); }
    };
    const scratch_copy copy(scratch_, start);
    const auto looking = open(copy.address());
    std::vector<state> states = {look(*looking)};
    recorder watcher;
    watcher.look = [&] { states.push_back(look(*looking)); };
    run_to_end(copy.address(), watcher);
    states.push_back(look(*looking));
    return states;
  }

  /// False where the run came to its end before it could die.
  bool die_once(const db::url& start) {
    const scratch_copy copy(scratch_, start);
    const long at = result_.deaths + 1;
    const int status = process::in_child([&] {
      engine::observer nobody;
      base::die_at(at);
      try {
        run_to_end(copy.address(), nobody);
      } catch (const std::exception&) {
        return 1;
      }
      return 0;
    });
    if (status != 0 && status != killed) {
      fail(at, fmt::format("the run fails with status {}", status));
      return false;
    }
    if (status == 0) return false;
    ++result_.deaths;
    const auto looking = open(copy.address());
    check_whole(at, look(*looking));
    engine::observer nobody;
    try {
      run_to_end(copy.address(), nobody);
      check_end(at, look(*looking));
    } catch (const error& problem) {
      fail(at, "the next run fails: " + lines_of(problem));
    }
    return true;
  }

  /// Behind a death: a state that an undisturbed run has, too.
  void check_whole(long at, const state& now) {
    if (now.unfinished) return;
    std::vector<std::string> nearest;
    for (const auto& one : undisturbed_) {
      if (one.rows != now.rows) continue;
      nearest = differences(one, now);
      if (nearest.empty()) return;
    }
    fail(at, nearest.empty()
                 ? "the version rows are none that an undisturbed run has"
                 : "the database is at no whole revision: " + base::join(nearest, "; "));
  }

  void check_end(long at, const state& now) {
    const auto& expected = undisturbed_.back();
    auto found = differences(expected, now);
    if (now.rows != expected.rows) found.emplace_back("the version rows differ");
    if (now.unfinished) found.emplace_back("a migration is left unfinished");
    if (!found.empty()) {
      fail(at, "the next run ends elsewhere than an undisturbed one: " + base::join(found, "; "));
    }
  }

  std::vector<std::string> differences(const state& expected, const state& now) const {
    std::vector<std::string> found;
    for (const auto& item : diff::compare(expected.schema, now.schema)) found.push_back(item.text);
    for (const auto& [name, rows] : expected.data) {
      const auto other = now.data.find(name);
      if (other == now.data.end()) continue;
      const bool is_volatile = std::ranges::find(volatile_, name) != volatile_.end();
      if (is_volatile ? other->second.rows.size() != rows.rows.size()
                      : other->second.rows != rows.rows) {
        found.push_back(fmt::format("the rows of {} differ", name.display()));
      }
    }
    return found;
  }

  void fail(long at, const std::string& why) {
    result_.ok = false;
    result_.reason = fmt::format("killed after call {} to the database: {}", at, why);
  }

  const engine::migration_set& set_;
  const backend& backend_;
  dialect::scratch& scratch_;
  const options& options_;
  engine::direction way_;
  engine::version_store store_;
  crash_result result_;
  std::vector<state> undisturbed_;
  /// Tables with values that differ from run to run: the time, random numbers.
  std::vector<model::qualified_name> volatile_;
};

bool has_way_back(const engine::migration_set& set, const backend& database) {
  const engine::planner plans(set, database.dialect());
  for (std::size_t index = 0; index < set.files().size(); ++index) {
    if (plans.irreversible(index)) return false;
  }
  return true;
}

}  // namespace

std::vector<crash_result> verify_crashes(const engine::migration_set& set, const backend& database,
                                         dialect::scratch& scratch, const options& options) {
  std::vector<crash_result> results;
  const auto empty = scratch.create();
  results.push_back(walk(set, database, scratch, options, engine::direction::upgrade).run(empty));
  if (results.back().ok && has_way_back(set, database)) {
    {
      open_options opening;
      opening.durable = false;
      const auto connection = database.open(empty, opening);
      engine::observer nobody;
      engine::executor executor(*connection, database.dialect(), set,
                                {database.dialect(), {{}, options.version_table}}, nobody);
      engine::run_request request;
      request.plan = [&](const history::rows& rows) {
        return set.graph().plan_upgrade(rows, "heads");
      };
      executor.run(request);
    }
    results.push_back(
        walk(set, database, scratch, options, engine::direction::downgrade).run(empty));
  }
  scratch.drop(empty);
  return results;
}

}  // namespace retort::verify
