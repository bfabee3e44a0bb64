// Who has connected to a pool: until it has its reply.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "base/moment.hpp"
#include "pool_protocol.hpp"

namespace longhaul::proctrack {

class Worker;

class Caller {
 public:
  enum class State {
    asks,              // its request is not whole yet
    is_not_heard,      // what it still sends is thrown away, then it is refused
    is_queued,         // until a worker is free
    is_served,         // a worker works for it
    waits_for_end,     // of the pool
    takes_its_answer,  // which is not sent in whole yet
    is_gone,
  };

  Caller(core::Fd socket, core::Moment connected) : since{connected}, socket_{std::move(socket)} {}

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] short awaited_events() const;
  // Whether its state is to end within the time that the pool gives to each.
  [[nodiscard]] bool is_waited_for() const;
  // Bytes that are held for it.
  [[nodiscard]] std::size_t held() const {
    return received_.size() + request.size() + unsent_.size() - sent_;
  }

  // Does what the socket is ready for, as poll() said. A message, once it is whole; `refused` where it was
  // not to be heard. Throws Error for what is none.
  struct Heard {
    std::optional<Message> message{};
    bool refused = false;
  };
  Heard go_on(short events);

  // It has asked for more than the pool can hold: see is_not_heard.
  void hear_no_more();
  void reply(std::string text);

  State state = State::asks;
  std::string request;
  core::Moment since;        // of the connection; then of being queued, then of its answer
  Worker* worker = nullptr;  // while it is served

 private:
  Heard receive();
  void send();

  core::Fd socket_;
  std::string received_;
  std::string unsent_;
  std::size_t sent_ = 0;     // of it
  std::size_t unheard_ = 0;  // bytes of its message that are still to come
};

}  // namespace longhaul::proctrack
