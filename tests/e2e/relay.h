#pragma once

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace retort::e2e {

/// A way to a server that can be cut: takes TCP connections on 127.0.0.1 and passes what they say
/// on to a Unix socket, as a load balancer does.
class relay {
 public:
  /// `server`: the socket's path.
  explicit relay(std::string server);
  ~relay();
  relay(const relay&) = delete;
  relay& operator=(const relay&) = delete;

  int port() const { return port_; }
  /// Drops every connection, at both ends; new ones are taken.
  void cut() const;

 private:
  void serve();
  void take();
  void drop_all();

  std::string server_;
  int listener_ = -1;
  int port_ = 0;
  /// What `serve` is told: 'c', to cut; its end: to end.
  int orders_[2] = {-1, -1};
  /// The client's end and the server's.
  std::vector<std::pair<int, int>> links_;
  std::jthread thread_;
};

}  // namespace retort::e2e
