#include <fmt/format.h>

#include <retort/retort.h>

#include "dialect/backend.h"
#include "engine/executor.h"
#include "engine/guard.h"

namespace retort {
inline namespace abi_1 {
namespace {

std::unique_ptr<db::connection> open(const backend& database, const std::string& url,
                                     const upgrade_options& options, bool read_only) {
  const db::url address = db::parse_url(url);
  if (address.dialect != database.dialect().name()) {
    throw error(
        fmt::format("{} is not a {} database", address.display(), database.dialect().name()),
        failure::usage);
  }
  open_options opening;
  opening.read_only = read_only;
  opening.busy_seconds = options.lock_wait;
  opening.schema = options.schema;
  return database.open(address, opening);
}

engine::version_store store_of(const backend& database, const upgrade_options& options) {
  return {database.dialect(),
          {options.version_table_schema.empty() ? options.schema : options.version_table_schema,
           options.version_table},
          {options.lock_wait, options.lock_timeout, options.lock_retries, options.concurrently_wait,
           options.statement_timeout}};
}

engine::journal journal_of(const backend& database, const upgrade_options& options) {
  return {database.dialect(), store_of(database, options).table(),
          engine::program_name(options.program), options.journal};
}

engine::context context_of(const upgrade_options& options) {
  engine::context result;
  result.replay.arguments = options.arguments;
  result.replay.tag = options.tag;
  if (options.hooks != nullptr) engine::add_hooks(result, *options.hooks);
  return result;
}

}  // namespace

std::vector<std::string> upgrade(const bundle::set& migrations, const backend& database,
                                 const std::string& url, const upgrade_options& options) {
  const bundle::set* const sets[] = {&migrations};
  auto loaded = engine::load(sets);
  loaded.use(context_of(options));
  const auto connection = open(database, url, options, false);
  engine::observer nobody;
  const auto store = store_of(database, options);
  const auto log = journal_of(database, options);
  if (const auto unknown =
          engine::unknown_rows(*connection, loaded, log, store.read(*connection))) {
    throw *unknown;
  }
  engine::executor executor(*connection, database.dialect(), loaded, store, nobody,
                            {options.journal, engine::program_name(options.program)});
  engine::run_request request;
  request.plan = [&](const history::rows& rows) {
    return loaded.graph().plan_upgrade(rows, options.target);
  };
  std::vector<std::string> ran;
  for (const auto& stretch : executor.run(request)) {
    for (const auto& step : stretch.steps) {
      ran.emplace_back(loaded.at(step.revision.value()).revision.id);
    }
  }
  return ran;
}

guard_result guard(const bundle::set& migrations, const backend& database, const std::string& url,
                   const upgrade_options& options) {
  const bundle::set* const sets[] = {&migrations};
  const auto loaded = engine::load(sets);
  const auto connection = open(database, url, options, true);
  if (connection == nullptr) return engine::guard_of_nothing(loaded);
  const auto store = store_of(database, options);
  const engine::unfinished_store unfinished(database.dialect(), store.table());
  return engine::guard(*connection, loaded, journal_of(database, options), store.read(*connection),
                       unfinished.read(*connection));
}

std::vector<std::string> current(const backend& database, const std::string& url,
                                 const upgrade_options& options) {
  const auto connection = open(database, url, options, true);
  if (connection == nullptr) return {};
  return store_of(database, options).read(*connection);
}

}  // namespace abi_1
}  // namespace retort
