#include "verify/stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/executor.h"
#include "script/split.h"

namespace retort::verify {
namespace fs = std::filesystem;
namespace {

/// Between two snapshots: a test replays this many migrations at most.
constexpr std::size_t snapshot_distance = 16;
constexpr const char* manifest_name = "manifest";

std::string snapshot_name(std::size_t revision) { return fmt::format("s{}", revision); }

bool contains(const std::vector<std::size_t>& list, std::size_t wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

stage::stage(const engine::migration_set& set, const backend& database, dialect::scratch& scratch,
             std::string version_table, user_data data)
    : set_(set),
      backend_(database),
      scratch_(scratch),
      version_table_(std::move(version_table)),
      data_(std::move(data)) {}

stage::~stage() {
  if (walk_) scratch_.drop(*walk_);
}

std::unique_ptr<db::connection> stage::open() const {
  open_options options;
  options.durable = false;
  return backend_.open(*walk_, options);
}

db::url stage::before(std::size_t revision) {
  advance(revision, false);
  return scratch_.copy(*walk_);
}

/// Moves the walk on to a revision, or to the state just before it.
void stage::advance(std::size_t revision, bool with_itself) {
  const auto ancestors = set_.graph().ancestors_and_self(revision);
  const bool usable = walk_ && std::all_of(rows_.begin(), rows_.end(), [&](const std::string& row) {
                        const auto index = set_.graph().find(row);
                        return index && *index != revision && contains(ancestors, *index);
                      });
  if (!usable) restart(revision);
  const auto connection = open();
  const engine::version_store store(backend_.dialect(), {{}, version_table_});
  engine::observer nobody;
  engine::executor executor(*connection, backend_.dialect(), set_, store, nobody);
  const std::string_view id = set_.at(revision).revision.id;
  try {
    auto steps = set_.graph().plan_upgrade(rows_, id).steps;
    if (!with_itself && !steps.empty()) steps.pop_back();
    for (const auto& step : steps) {
      engine::run_request one;
      one.plan = [&](const history::rows& rows) { return history::plan{rows, {step}}; };
      one.may_replan = false;
      executor.run(one);
      insert_user_data(*connection, set_.at(step.revision.value()).revision.id);
      rows_ = rows_after(std::move(rows_), step);
    }
  } catch (const error&) {
    rows_ = store.read(*connection);
    throw;
  }
}

/// Begins a new walk at the snapshot nearest before `revision`, or at nothing.
void stage::restart(std::size_t revision) {
  if (walk_) scratch_.drop(*walk_);
  walk_.reset();
  rows_.clear();
  const auto ancestors = set_.graph().ancestors_and_self(revision);
  const auto nearest = std::find_if(ancestors.rbegin(), ancestors.rend(), [&](std::size_t index) {
    return index != revision && contains(kept_, index);
  });
  if (nearest == ancestors.rend()) {
    walk_ = scratch_.create();
    return;
  }
  walk_ = scratch_.copy(scratch_.snapshot(snapshot_folder_, snapshot_name(*nearest)));
  const auto connection = open();
  rows_ = engine::version_store(backend_.dialect(), {{}, version_table_}).read(*connection);
}

std::optional<error> stage::keep_snapshots(const std::string& folder) {
  fs::create_directories(folder);
  scratch_.drop_snapshots(folder);
  fs::remove(fs::path(folder) / manifest_name);
  snapshot_folder_ = folder;
  kept_.clear();
  std::optional<error> ended;
  const auto order = set_.graph().topological_order();
  for (std::size_t place = snapshot_distance - 1; place < order.size() && !ended;
       place += snapshot_distance) {
    try {
      advance(order[place], true);
      scratch_.keep(*walk_, folder, snapshot_name(order[place]));
      kept_.push_back(order[place]);
    } catch (const error& problem) {
      ended = problem;
    }
  }
  std::ofstream manifest(fs::path(folder) / manifest_name);
  for (const std::size_t revision : kept_) manifest << set_.at(revision).revision.id << '\n';
  manifest.close();
  if (!manifest) throw error(fmt::format("cannot write {}/{}", folder, manifest_name));
  return ended;
}

void stage::use_snapshots(const std::string& folder) {
  snapshot_folder_ = folder;
  kept_.clear();
  std::ifstream manifest(fs::path(folder) / manifest_name);
  if (!manifest) {
    throw error(fmt::format("there are no snapshots in {}", folder))
        .help("run `verify --prepare-snapshots` with that folder first");
  }
  for (std::string id; std::getline(manifest, id);) {
    if (const auto index = set_.graph().find(id)) kept_.push_back(*index);
  }
}

void stage::insert_user_data(db::connection& connection, std::string_view revision) const {
  if (data_.folder.empty()) return;
  const auto name = backend_.dialect().name();
  for (const auto& file :
       {fmt::format("{}.sql", revision), fmt::format("{}.{}.sql", revision, name)}) {
    const fs::path path = fs::path(data_.folder) / file;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) continue;
    std::ostringstream content;
    content << stream.rdbuf();
    for (const auto& piece :
         script::split(content.str(), backend_.dialect().flavour(), 1, path.string())) {
      try {
        connection.execute(piece.sql);
      } catch (error& problem) {
        problem.at(path.string(), piece.line, piece.column);
        throw;
      }
    }
  }
}

}  // namespace retort::verify
