// The two processes that keep a scope, the front and its guardian, and the socket between them: the end of
// either is the end of the other's input.
#pragma once

#include <optional>
#include <utility>

#include "base/fd.hpp"

namespace longhaul::proctrack {

// To the guardian: a signal that reached the front.
struct SignalRequest {
  int number = 0;
  bool from_kernel = false;  // the terminal's, see sys::QueuedSignal
};

// To the front: how all of it ended.
struct Outcome {
  int status = 0;
  int terminal_signal = 0;  // the command died of the terminal's Ctrl-C or Ctrl-\; 0 otherwise
};

class KeeperLink {
 public:
  // The two ends. Throws Error.
  static std::pair<KeeperLink, KeeperLink> make();

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  void close() { socket_.reset(); }
  // False where the other one is gone.
  template <class Message>
  bool send(const Message& message) const {
    return send_bytes(&message, sizeof message);
  }
  // Nothing where none is there yet; is_over() then tells whether the other one is gone.
  template <class Message>
  std::optional<Message> receive() {
    Message message{};
    return receive_bytes(&message, sizeof message) ? std::optional{message} : std::nullopt;
  }
  [[nodiscard]] bool is_over() const { return is_over_; }

 private:
  explicit KeeperLink(core::Fd socket) : socket_{std::move(socket)} {}
  [[nodiscard]] bool send_bytes(const void* bytes, std::size_t size) const;
  bool receive_bytes(void* bytes, std::size_t size);

  core::Fd socket_;
  bool is_over_ = false;
};

}  // namespace longhaul::proctrack
