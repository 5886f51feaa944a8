#pragma once

#include <filesystem>
#include <memory>

#include "dialect/scratch.h"
#include "sqlite/connection.h"

namespace retort::sqlite {

/// Scratch databases as files in a folder of their own under the system's temporary folder. The
/// folder is claimed by a lock on a database in it, which the system releases however the process
/// ends.
class sqlite_scratch final : public dialect::scratch {
 public:
  /// Throws `error` where the folder cannot be made.
  sqlite_scratch();
  ~sqlite_scratch() override;

  db::url create() override;
  db::url copy(const db::url& source) override;
  void drop(const db::url& database) noexcept override;
  void keep(const db::url& source, const std::string& folder, const std::string& name) override;
  db::url snapshot(const std::string& folder, const std::string& name) const override;
  void drop_snapshots(const std::string& folder) override;

 private:
  std::filesystem::path next_path();

  std::filesystem::path folder_;
  database_handle claim_;
  unsigned made_ = 0;
};

}  // namespace retort::sqlite
