#include "keeper_link.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"

namespace longhaul::proctrack {

std::pair<KeeperLink, KeeperLink> KeeperLink::make() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw core::Error{"socketpair", core::reason_of(errno)};
  return {KeeperLink{core::Fd{ends[0]}}, KeeperLink{core::Fd{ends[1]}}};
}

bool KeeperLink::send_bytes(const void* bytes, std::size_t size) const {
  return ::send(socket_.get(), bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
}

bool KeeperLink::receive_bytes(void* bytes, std::size_t size) {
  auto count = ::recv(socket_.get(), bytes, size, MSG_DONTWAIT);
  // That the other one went with a message unread is told before what it had sent.
  if (count < 0 && errno == ECONNRESET) count = ::recv(socket_.get(), bytes, size, MSG_DONTWAIT);
  if (count == static_cast<ssize_t>(size)) return true;
  is_over_ = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
  return false;
}

}  // namespace longhaul::proctrack
