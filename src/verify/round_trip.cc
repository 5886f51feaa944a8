#include "verify/round_trip.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text_tools.h"
#include "diff/compare.h"
#include "engine/executor.h"
#include "verify/contents.h"
#include "verify/fill.h"

namespace retort::verify {
namespace {

/// What the upgrade's own operations say that they drop: "table" and "table.column".
std::vector<std::string> dropped_by_operations(const std::vector<model::operation>& operations) {
  std::vector<std::string> result;
  for (const auto& op : operations) {
    if (const auto* table = std::get_if<model::drop_table>(&op.what)) {
      result.push_back(table->name.display());
    } else if (const auto* column = std::get_if<model::drop_column>(&op.what)) {
      result.push_back(fmt::format("{}.{}", column->table.display(), column->column));
    }
  }
  return result;
}

/// One revision on one connection.
class trip {
 public:
  trip(const engine::migration_set& set, const backend& database, const db::url& address,
       std::size_t revision, const options& options)
      : set_(set),
        dialect_(database.dialect()),
        backend_(database),
        address_(address),
        revision_(revision),
        options_(options),
        store_(dialect_, {{}, options.version_table}) {
    reconnect();
  }

  round_trip_result run() {
    const engine::planner plans(set_, dialect_);
    if (const auto why = plans.irreversible(revision_)) {
      result_.irreversible = true;
      result_.notes.emplace_back(why->what());
      step_up_measured();
      return std::move(result_);
    }
    declared_ = set_.at(revision_).loses();
    const auto dropped =
        dropped_by_operations(plans.operations_of(revision_, engine::direction::upgrade));
    declared_or_dropped_ = declared_;
    declared_or_dropped_.insert(declared_or_dropped_.end(), dropped.begin(), dropped.end());
    const bool held = there_and_back();
    if (held) back_with_new_rows();
    return std::move(result_);
  }

 private:
  /// The three steps. False where the rest makes no sense.
  bool there_and_back() {
    before_ = look();
    if (options_.data == "generated") {
      append(result_.notes, fill(*connection_, dialect_, before_, 1));
    }
    const contents rows = read_contents(*connection_, dialect_, before_);
    const auto counted = count();
    step_up_measured();
    upgraded_ = look();
    const auto counted_between = count();
    step_down();
    const model::schema returned = look();
    report_schema("the downgrade does not give back the schema", before_, returned);
    report_data(rows, read_contents(*connection_, dialect_, common(before_, returned)));
    report_counters(counted, counted_between);
    if (!result_.reasons.empty()) return false;
    const contents taken_up = read_contents(*connection_, dialect_, common(upgraded_, before_));
    step_up();
    written_ =
        without_rows(read_contents(*connection_, dialect_, common(upgraded_, before_)), taken_up);
    report_schema("the second upgrade gives another schema than the first", upgraded_, look());
    return result_.reasons.empty();
  }

  /// Rows that were written after the upgrade must survive the way back too. The upgrade's own need
  /// not: to take them back is what a downgrade is for.
  void back_with_new_rows() {
    std::vector<std::string> notes;
    try {
      if (options_.data != "none")
        append(result_.notes, fill(*connection_, dialect_, upgraded_, 2));
      const contents rows =
          without_rows(read_contents(*connection_, dialect_, common(upgraded_, before_)), written_);
      step_down();
      const model::schema returned = look();
      for (const auto& item : diff::compare(before_, returned)) {
        if (!item.order_only && !item.inheritance_only) notes.push_back(item.text);
      }
      const auto verdict =
          compare_contents(rows, read_contents(*connection_, dialect_, common(returned, before_)),
                           before_, declared_or_dropped_);
      append(notes, verdict.failures);
    } catch (const error& problem) {
      notes.push_back(lines_of(problem));
    }
    for (const auto& note : notes) {
      const std::string text =
          fmt::format("with rows added after the upgrade, the downgrade fails: {}", note);
      (options_.strict ? result_.reasons : result_.notes).push_back(text);
    }
  }

  /// What the environment's filters keep.
  model::schema look() {
    auto found = dialect_.introspect(*connection_, options_.version_table);
    model::keep_only(found, set_.context().filter);
    return found;
  }

  /// What of `schema` is in `other` too: those of its tables and columns whose rows can be
  /// compared.
  static model::schema common(const model::schema& schema, const model::schema& other) {
    model::schema result;
    for (const auto& [name, table] : schema.tables) {
      const model::table* kept = other.find(name);
      if (kept == nullptr) continue;
      model::table cut = table;
      std::erase_if(cut.columns, [&](const model::column& column) {
        return kept->find_column(column.name) == nullptr;
      });
      result.tables.emplace(name, std::move(cut));
    }
    return result;
  }

  /// Each step gets a connection of its own, as it would in production: a temporary table that the
  /// upgrade leaves is not there for the downgrade.
  void reconnect() {
    open_options opening;
    opening.durable = false;
    connection_.reset();
    connection_ = backend_.open(address_, opening);
  }

  void run(const history::plan& plan, engine::observer& watcher) {
    engine::executor executor(*connection_, dialect_, set_, store_, watcher);
    engine::run_request request;
    bool asked = false;
    request.plan = [&](const history::rows&) {
      if (std::exchange(asked, true)) throw error("the database moved under verification");
      return plan;
    };
    executor.run(request);
  }

  history::plan way_up() {
    return set_.graph().plan_upgrade(store_.read(*connection_), set_.at(revision_).revision.id);
  }

  void step_up() {
    reconnect();
    engine::observer nobody;
    run(way_up(), nobody);
  }

  /// The same, and its locks against what it may take.
  void step_up_measured() {
    const auto most = set_.at(revision_).max_lock();
    if (most.empty() && !options_.locks) return step_up();
    reconnect();
    lock_watch watch(*connection_, dialect_);
    run(way_up(), watch);
    append(result_.reasons, too_strong(watch.found(), most));
    append(result_.notes, not_measured(watch.found(), most));
    if (options_.locks) result_.locks = watch.found();
  }

  /// Takes back this revision alone: it is the newest, so it is the first of every way down.
  void step_down() {
    auto plan = set_.graph().plan_downgrade(store_.read(*connection_), "base");
    plan.steps.resize(1);
    reconnect();
    engine::observer nobody;
    run(plan, nobody);
  }

  void report_schema(std::string_view what, const model::schema& expected,
                     const model::schema& actual) {
    for (const auto& item : diff::compare(expected, actual)) {
      if (item.order_only || item.inheritance_only) {
        result_.notes.push_back(item.text);
      } else {
        result_.reasons.push_back(fmt::format("{}: {}", what, item.text));
      }
    }
  }

  void report_data(const contents& before, const contents& after) {
    const auto verdict = compare_contents(before, after, upgraded_, declared_);
    for (const auto& line : verdict.failures) {
      result_.reasons.push_back(fmt::format("data is lost on the way up and down: {}", line));
    }
    if (!verdict.failures.empty()) {
      result_.reasons.emplace_back(
          "(if that is meant, say so: `-- loses: table.column` in an SQL file's header, "
          "`.loses = {\"table.column\"}` in C++)");
    }
    for (const auto& line : verdict.additions) {
      result_.notes.push_back(fmt::format("after the downgrade, {}", line));
    }
    for (const auto& loss : verdict.losses) {
      result_.losses.push_back(loss);
      if (!options_.strict || is_declared(loss)) continue;
      result_.reasons.push_back(
          fmt::format("raw SQL loses {}, which the migration does not declare; add it to `loses` "
                      "if that is meant",
                      loss));
    }
  }

  using counters = std::map<std::string, std::string>;

  counters count() {
    const auto list = dialect_.counters(*connection_, options_.version_table);
    return {list.begin(), list.end()};
  }

  /// A counter that went back gives numbers twice. One that the upgrade removes goes with its
  /// table.
  void report_counters(const counters& before, const counters& between) {
    const counters after = count();
    for (const auto& [name, value] : before) {
      const auto now = after.find(name);
      if (between.count(name) == 0 || now == after.end()) continue;
      if (std::stoll(now->second) >= std::stoll(value)) continue;
      result_.reasons.push_back(
          fmt::format("counter {} went back from {} to {}: the database would give numbers twice",
                      name, value, now->second));
    }
  }

  bool is_declared(const std::string& loss) const {
    const std::string table = loss.substr(0, loss.find('.'));
    return std::any_of(declared_or_dropped_.begin(), declared_or_dropped_.end(),
                       [&](const std::string& item) { return item == loss || item == table; });
  }

  static void append(std::vector<std::string>& list, const std::vector<std::string>& more) {
    for (const auto& line : more) {
      if (std::find(list.begin(), list.end(), line) == list.end()) list.push_back(line);
    }
  }

  const engine::migration_set& set_;
  const dialect::dialect& dialect_;
  const backend& backend_;
  const db::url& address_;
  std::size_t revision_;
  const options& options_;
  engine::version_store store_;
  std::unique_ptr<db::connection> connection_;
  std::vector<std::string> declared_;
  std::vector<std::string> declared_or_dropped_;
  model::schema before_;
  model::schema upgraded_;
  /// The rows that the upgrade inserted or changed.
  contents written_;
  round_trip_result result_;
};

}  // namespace

round_trip_result round_trip(const engine::migration_set& set, const backend& database,
                             const db::url& address, std::size_t revision, const options& options) {
  return trip(set, database, address, revision, options).run();
}

std::string lines_of(const error& problem) {
  std::string text = problem.what();
  if (!problem.where.file.empty()) {
    text += fmt::format(" ({}:{})", problem.where.file, problem.where.line);
  }
  for (const auto& note : problem.notes) {
    // A caret means nothing on one line.
    if (note.find_first_not_of(" ^") != std::string::npos) text += "; " + note;
  }
  return text;
}

}  // namespace retort::verify
