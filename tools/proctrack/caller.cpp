#include "caller.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace longhaul::proctrack {

short Caller::awaited_events() const { return state == State::takes_its_answer ? POLLOUT : POLLIN; }

bool Caller::is_waited_for() const {
  return state != State::is_served && state != State::waits_for_end && state != State::is_gone;
}

Caller::Heard Caller::go_on() {
  if (state != State::takes_its_answer) return receive();
  send();
  return {};
}

Caller::Heard Caller::receive() {
  std::array<char, 64 * 1024> piece;
  const auto count = ::recv(socket_.get(), piece.data(), piece.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (count <= 0) {
    // What a worker does for it is finished, for nobody.
    socket_.reset();
    if (state != State::is_served) state = State::is_gone;
    return {};
  }
  const auto bytes = static_cast<std::size_t>(count);
  if (state == State::is_not_heard) {
    unheard_ -= std::min(unheard_, bytes);
    return {.refused = unheard_ == 0};
  }
  if (state != State::asks) return {};  // one request a connection
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
  state = State::takes_its_answer;
  since = core::now();
  send();
}

void Caller::send() {
  const auto count = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (count >= 0) unsent_.erase(0, static_cast<std::size_t>(count));
  const bool failed = count < 0 && errno != EAGAIN && errno != EINTR;
  if (failed || unsent_.empty()) state = State::is_gone;
}

}  // namespace longhaul::proctrack
