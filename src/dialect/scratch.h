#pragma once

#include <string>
#include <string_view>

#include "db/url.h"

namespace retort::dialect {

/// Databases to try things in: made, copied and dropped beside a given address. What one object
/// made is gone when it is destroyed; what a killed process left behind is swept by the next one.
class scratch {
 public:
  scratch() = default;
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  virtual ~scratch() = default;

  /// A new, empty database.
  virtual db::url create() = 0;
  /// A new database with everything that `source` holds. No connection to `source` may be open.
  virtual db::url copy(const db::url& source) = 0;
  virtual void drop(const db::url& database) noexcept = 0;

  // Snapshots outlive the object; each belongs to a folder on disk, which exists.

  /// Keeps a copy of `source` under a name made of `[a-z0-9_]`.
  virtual void keep(const db::url& source, const std::string& folder, const std::string& name) = 0;
  /// The address of a snapshot; it need not exist.
  virtual db::url snapshot(const std::string& folder, const std::string& name) const = 0;
  /// Drops every snapshot of a folder.
  virtual void drop_snapshots(const std::string& folder) = 0;
};

}  // namespace retort::dialect
