#include "e2e/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include <retort/error.h>

namespace retort::e2e {
namespace {

sockaddr_in local_address() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return socket;
  }
  ::close(socket);
  return -1;
}

/// False where there is nothing more to come.
bool pass_on(int from, int to) {
  char bytes[65536];
  const auto size = ::read(from, bytes, sizeof bytes);
  return size > 0 && ::send(to, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
}

}  // namespace

relay::relay(std::string server) : server_(std::move(server)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = local_address();
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      ::pipe(orders_) != 0) {
    throw error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

relay::~relay() {
  ::close(orders_[1]);
  thread_.join();
  ::close(orders_[0]);
  ::close(listener_);
}

void relay::cut() const {
  if (::write(orders_[1], "c", 1) != 1) throw error("cannot cut the connections");
}

void relay::serve() {
  for (;;) {
    std::vector<pollfd> watched = {{orders_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& [client, server] : links_) {
      watched.push_back({client, POLLIN, 0});
      watched.push_back({server, POLLIN, 0});
    }
    ::poll(watched.data(), watched.size(), -1);
    if (watched[0].revents != 0) {
      char order = 0;
      drop_all();
      if (::read(orders_[0], &order, 1) != 1) return;
      continue;
    }
    for (std::size_t i = links_.size(); i-- > 0;) {
      const auto [client, server] = links_[i];
      const bool goes_on = (watched[2 * i + 2].revents == 0 || pass_on(client, server)) &&
                           (watched[2 * i + 3].revents == 0 || pass_on(server, client));
      if (goes_on) continue;
      ::close(client);
      ::close(server);
      links_.erase(links_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (watched[1].revents != 0) take();
  }
}

void relay::take() {
  const int client = ::accept(listener_, nullptr, nullptr);
  const int server = connect_to(server_);
  if (client >= 0 && server >= 0) {
    links_.emplace_back(client, server);
    return;
  }
  if (client >= 0) ::close(client);
  if (server >= 0) ::close(server);
}

/// A reset, and no orderly end.
void relay::drop_all() {
  const linger at_once{1, 0};
  for (const auto& [client, server] : links_) {
    ::setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(client);
    ::close(server);
  }
  links_.clear();
}

}  // namespace retort::e2e
