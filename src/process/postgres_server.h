#pragma once

#include <string>

namespace retort::process {

/// A private PostgreSQL server on a Unix socket, for tests and scratch databases: no network, no
/// durability, superuser `retort` without a password, and only this user's processes can reach it.
/// Its cluster lives in a folder of its own under TMPDIR, and ends with this object. Where TMPDIR
/// is not set: in memory (/dev/shm) where there are 4 GiB to spare, else under /tmp.
class postgres_server {
 public:
  /// Makes a cluster and starts a server on it; returns when it takes connections. As root the
  /// server runs as `postgres` or `nobody`, because PostgreSQL refuses root. On Linux the server
  /// also ends with the thread that made it, however that ends; the folder then stays until
  /// somebody calls `sweep_stale_servers`. Throws `error`, with kind `unavailable` where PostgreSQL
  /// is not installed.
  postgres_server();
  ~postgres_server();
  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;

  /// `postgresql:///postgres?host=FOLDER&user=retort`
  const std::string& url() const { return url_; }
  /// Holds the socket, the cluster (`data`) and the server's `log`.
  const std::string& folder() const { return folder_; }
  int pid() const { return pid_; }
  /// Whether the server still runs.
  bool is_running();

  /// Ends the server at once and removes its folder. Does nothing the second time.
  void stop() noexcept;

 private:
  void create_cluster(const std::string& programs);
  void start(const std::string& programs);
  void wait_until_ready();

  std::string folder_;
  std::string url_;
  int pid_ = 0;
};

/// Ends the servers and removes the folders that processes of this user which are no more have left
/// where servers may be.
void sweep_stale_servers();

/// Ends the server of this folder where it still runs, and removes the folder.
void remove_server_folder(const std::string& folder) noexcept;

}  // namespace retort::process
