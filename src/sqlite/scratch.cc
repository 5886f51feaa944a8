#include "sqlite/scratch.h"

#include <fmt/format.h>
#include <retort/error.h>
#include <sqlite3.h>

#include <chrono>
#include <fstream>
#include <random>

namespace retort::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr const char* folder_prefix = "retort_scratch_";
constexpr const char* claim_name = "claim.db";
constexpr const char* snapshot_suffix = ".retort-snapshot";

/// Takes the lock in a folder, or returns null: somebody has it, or it cannot be taken.
database_handle claim(const fs::path& folder) {
  sqlite3* raw = nullptr;
  int rc = sqlite3_open_v2((folder / claim_name).string().c_str(), &raw,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database_handle database(raw);
  if (rc != SQLITE_OK) return nullptr;
  rc = sqlite3_exec(raw, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr);
  return rc == SQLITE_OK ? std::move(database) : nullptr;
}

/// Removes the folders of processes that are gone. One that was made a moment ago may not have its
/// lock yet, so young ones are left alone.
void sweep(const fs::path& parent) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(parent, failed)) {
    if (!entry.path().filename().string().starts_with(folder_prefix)) continue;
    auto age = fs::file_time_type::clock::now() - entry.last_write_time(failed);
    if (failed || age < std::chrono::minutes(2)) continue;
    if (auto held = claim(entry.path())) fs::remove_all(entry.path(), failed);
  }
}

db::url address(const fs::path& file) {
  db::url out;
  out.dialect = "sqlite";
  out.database = file.string();
  return out;
}

void remove_database(const fs::path& file) noexcept {
  std::error_code failed;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"})
    fs::remove(file.string() + suffix, failed);
}

error cannot(const char* what, const fs::filesystem_error& reason) {
  return error(fmt::format("cannot {}: {}", what, reason.code().message()))
      .note(reason.path1().string());
}

}  // namespace

sqlite_scratch::sqlite_scratch() {
  try {
    auto parent = fs::temp_directory_path();
    sweep(parent);
    std::random_device random;
    for (int tries = 0; tries < 100 && folder_.empty(); ++tries) {
      auto candidate = parent / fmt::format("{}{:08x}{:08x}", folder_prefix, random(), random());
      if (fs::create_directory(candidate)) folder_ = candidate;
    }
    fs::permissions(folder_, fs::perms::owner_all);
  } catch (const fs::filesystem_error& reason) {
    throw cannot("make a folder for scratch databases", reason)
        .help("point TMPDIR to a folder that can be written to");
  }
  claim_ = claim(folder_);
}

sqlite_scratch::~sqlite_scratch() {
  claim_.reset();
  std::error_code failed;
  fs::remove_all(folder_, failed);
}

fs::path sqlite_scratch::next_path() { return folder_ / fmt::format("{}.db", ++made_); }

db::url sqlite_scratch::create() {
  auto path = next_path();
  // An empty file is an empty database.
  if (!std::ofstream(path)) {
    throw error(fmt::format("cannot make a scratch database in {}", folder_.string()));
  }
  return address(path);
}

db::url sqlite_scratch::copy(const db::url& source) {
  auto path = next_path();
  try {
    fs::copy_file(source.database, path);
  } catch (const fs::filesystem_error& reason) {
    throw cannot("copy a scratch database", reason);
  }
  return address(path);
}

void sqlite_scratch::drop(const db::url& database) noexcept { remove_database(database.database); }

void sqlite_scratch::keep(const db::url& source, const std::string& folder,
                          const std::string& name) {
  auto target = fs::path(snapshot(folder, name).database);
  // Under another name first: what a killed process leaves is never taken for a snapshot.
  auto making = fs::path(target.string() + ".part");
  try {
    fs::copy_file(source.database, making, fs::copy_options::overwrite_existing);
    fs::rename(making, target);
  } catch (const fs::filesystem_error& reason) {
    throw cannot("keep a snapshot", reason);
  }
}

db::url sqlite_scratch::snapshot(const std::string& folder, const std::string& name) const {
  return address(fs::path(folder) / (name + snapshot_suffix));
}

void sqlite_scratch::drop_snapshots(const std::string& folder) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    auto name = entry.path().filename().string();
    if (name.find(snapshot_suffix) != std::string::npos) fs::remove(entry.path(), failed);
  }
}

}  // namespace retort::sqlite
