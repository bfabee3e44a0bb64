// Every fork of a command asks first: a seccomp filter stops it, this process lets it through or not.
//
// It needs no privilege and nothing can outrun it. Its price: a fork takes two switches of process more, and
// without root the command and its children cannot gain privileges (sudo), as the kernel wants it for
// filters. Where this process dies, forks fail. Threads do not ask, except by clone3, where they are let
// through.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/fd.hpp"

namespace longhaul::sys {

class ForkGate {
 public:
  // Whether the kernel has what it takes (Linux 5.5).
  static bool is_supported();

  ForkGate();

  // In the child, before its program runs: from here on its forks ask. Returns an errno. Where a gate is
  // there already, around this process, the kernel allows no second one: that is success, and none is there.
  [[nodiscard]] int install() const;
  // In the parent, once the program runs. False where the child has no gate of this one's.
  bool connect();

  // Readable while a fork asks.
  [[nodiscard]] int descriptor() const { return listener_.get(); }

  struct Request {
    std::uint64_t id = 0;
    pid_t pid = 0;  // who wants to fork
  };
  // The next fork that asks; nothing where none does. One that is given up, by a signal, is not told apart.
  std::optional<Request> next();
  void allow(const Request& request) const;
  void deny(const Request& request) const;  // fork fails with EAGAIN, as at a limit of the system's

 private:
  core::Fd sending_;  // the child sends the listener through these
  core::Fd receiving_;
  core::Fd listener_;
};

}  // namespace longhaul::sys
