#include "caller.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace longhaul::proctrack {

// One that waits may have ended its output: only that it is gone altogether is of interest, which poll()
// always tells.
short Caller::awaited_events() const {
  if (state == State::takes_its_answer) return POLLOUT;
  return state == State::asks || state == State::is_not_heard ? POLLIN : 0;
}

bool Caller::is_waited_for() const {
  return state != State::is_served && state != State::waits_for_end && state != State::is_gone;
}

Caller::Heard Caller::go_on(short events) {
  if (state == State::asks || state == State::is_not_heard) return receive();
  if (state == State::takes_its_answer) {
    send();
  } else if ((events & (POLLHUP | POLLERR)) != 0) {
    socket_.reset();
    if (state != State::is_served)
      state = State::is_gone;  // what a worker does for it is finished, for nobody
  }
  return {};
}

Caller::Heard Caller::receive() {
  std::array<char, 64 * 1024> piece;
  const auto count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (count <= 0) {
    state = State::is_gone;
    return {};
  }
  const auto bytes = static_cast<std::size_t>(count);
  if (state == State::is_not_heard) {
    unheard_ -= std::min(unheard_, bytes);
    return {.refused = unheard_ == 0};
  }
  received_.append(piece.data(), bytes);
  auto message = parse_request(received_);
  if (message) received_ = {};
  return {.message = std::move(message)};
}

void Caller::hear_no_more() {
  const auto whole = request_size(received_);
  unheard_ = std::max(whole, received_.size()) - received_.size();
  received_ = {};
  state = State::is_not_heard;
}

void Caller::reply(std::string text) {
  worker = nullptr;
  request = {};
  unsent_ = std::move(text);
  sent_ = 0;
  state = State::takes_its_answer;
  since = core::now();
  send();
}

void Caller::send() {
  const auto count = ::send(socket_.get(), unsent_.data() + sent_, unsent_.size() - sent_, MSG_NOSIGNAL);
  if (count >= 0) sent_ += static_cast<std::size_t>(count);
  const bool failed = count < 0 && errno != EAGAIN && errno != EINTR;
  if (failed || sent_ == unsent_.size()) state = State::is_gone;
}

}  // namespace longhaul::proctrack
