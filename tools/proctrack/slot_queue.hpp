// A place in the queue of a slot: first come, first served, without a server and without polling.
//
// Each ticket is a named pipe in the slot's folder, numbered in the order of coming and locked (flock)
// by its holder. Who comes waits for those before: a pipe whose holder is gone hangs up, and one whose holder
// has begun has a byte in it, which nobody takes. So a death, or a begin, wakes exactly those who wait for
// it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace longhaul::proctrack {

class SlotQueue {
 public:
  // The folder of one slot; it is made.
  explicit SlotQueue(std::string folder);

  // A ticket that may begin, as soon as fewer than `most` of those before it are held; nothing where `wait`
  // is over before. Who has it holds the place until the descriptor, and every copy of it in other processes,
  // is closed. Throws Error.
  std::optional<core::Fd> take(std::uint64_t most, std::optional<std::chrono::nanoseconds> wait);

  struct Counts {
    std::uint64_t held = 0;
    std::uint64_t waiting = 0;
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Other {
    core::Fd pipe;
    bool has_begun = false;
  };
  struct Own {
    std::uint64_t number = 0;
    core::Fd pipe;
  };

  Own draw() const;
  void give_back(const Own& own) const;
  // Those with lower numbers whose holders live, in their order. Tickets of the dead are removed.
  [[nodiscard]] std::vector<Other> before(std::uint64_t number) const;
  [[nodiscard]] std::vector<std::uint64_t> numbers() const;
  [[nodiscard]] std::uint64_t highest() const;
  [[nodiscard]] std::string path(std::uint64_t number) const {
    return folder_ + '/' + std::to_string(number);
  }

  std::string folder_;
};

}  // namespace longhaul::proctrack
