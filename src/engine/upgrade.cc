#include <fmt/format.h>

#include <retort/retort.h>

#include "dialect/backend.h"
#include "engine/executor.h"

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

}  // namespace

std::vector<std::string> upgrade(const bundle::set& migrations, const backend& database,
                                 const std::string& url, const upgrade_options& options) {
  const bundle::set* const sets[] = {&migrations};
  const auto loaded = engine::load(sets);
  const auto connection = open(database, url, options, false);
  engine::observer nobody;
  engine::executor executor(*connection, database.dialect(), loaded,
                            {database.dialect(), options.version_table}, nobody);
  engine::run_request request;
  request.plan = [&](const history::rows& rows) {
    return loaded.graph().plan_upgrade(rows, options.target);
  };
  std::vector<std::string> ran;
  for (const auto& step : executor.run(request)) {
    ran.push_back(loaded.at(step.revision.value()).revision.id);
  }
  return ran;
}

std::vector<std::string> current(const backend& database, const std::string& url,
                                 const upgrade_options& options) {
  const auto connection = open(database, url, options, true);
  if (connection == nullptr) return {};
  return engine::version_store(database.dialect(), options.version_table).read(*connection);
}

}  // namespace abi_1
}  // namespace retort
