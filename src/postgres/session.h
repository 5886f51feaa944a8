#pragma once

#include <string>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "dialect/session.h"

namespace retort::postgres {

/// Remembers the settings of a connection and its role, and brings them back: what a migration SETs
/// ends with it.
class session : public dialect::session {
 public:
  explicit session(db::connection& connection);
  ~session() override;

  void before_bookkeeping() override { restore(); }

 private:
  void restore();

  db::connection& connection_;
  std::vector<std::pair<std::string, std::string>> settings_;
  std::string role_;
};

}  // namespace retort::postgres
