// The wall clock as a value that is passed in, so that what depends on time is tested without waiting.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace longhaul::core {

using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
using Clock = std::function<Time()>;

// The system's clock, which may be set back.
Time system_time();

// "2026-11-24T05:22:00.123Z"
std::string iso_time(Time time);
// "20261124T052200Z", for file names: their order is the order of time.
std::string compact_time(Time time);

}  // namespace longhaul::core
