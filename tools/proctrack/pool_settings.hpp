#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace longhaul::proctrack {

constexpr std::uint64_t largest_pool = 256;  // workers: each has two pipes

struct PoolSettings {
  std::string name;
  std::uint64_t size = 1;
  std::uint64_t queue = 100;                                    // requests that may wait
  std::chrono::nanoseconds timeout = std::chrono::seconds{30};  // for an answer; and to wait for a worker
  std::chrono::nanoseconds idle{0};                             // 0 for ever
  std::uint64_t max_requests = 0;                               // of a worker; 0 for no limit
  std::uint64_t max_memory = 0;  // resident bytes of a worker and its children; 0 for no limit
  bool prefork = false;          // a worker for each request, started ahead
  std::vector<std::string> command;
};

}  // namespace longhaul::proctrack
