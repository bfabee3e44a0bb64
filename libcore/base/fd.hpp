#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace longhaul::core {

// Owns one file descriptor, -1 for none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int descriptor) : descriptor_{descriptor} {}
  Fd(Fd&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  explicit operator bool() const { return descriptor_ >= 0; }
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }
  void reset(int descriptor = -1) noexcept;

 private:
  int descriptor_ = -1;
};

// Both ends, close-on-exec.
struct Pipe {
  Fd read_end;
  Fd write_end;
};
// Throws Error{"pipe", reason}.
Pipe make_pipe();

// Opens for reading; "-" is standard input (a duplicate, so that closing it leaves the original).
// Throws Error{path, reason}.
Fd open_input(std::string_view path);

// Empty where it cannot be told.
std::string working_directory();

// How messages name an input: "stdin" for "-".
std::string_view input_name(std::string_view path);

// Up to buffer.size() bytes, 0 at the end of the input. Waits where the descriptor is non-blocking.
// Throws Error{subject, reason}.
std::size_t read_some(int descriptor, std::span<char> buffer, std::string_view subject);

// An input that is read until its end, or until another descriptor, `stop`, becomes readable: then what a
// pipe holds at that moment is still read, and no more.
class StoppableInput {
 public:
  StoppableInput(int descriptor, int stop) : descriptor_{descriptor}, stop_{stop} {}
  // Waits until there is something to read, the end of the input too; false where the reading is to stop.
  bool wait();

 private:
  int descriptor_, stop_;
  int reads_left_ = 64;  // after the stop: more than a full pipe takes, as a producer may write without end
};

// Writes everything, or returns the errno that stopped it; 0 is success. Waits where the descriptor is
// non-blocking.
int try_write_all(int descriptor, std::string_view bytes);

// As above, and throws Error{subject, reason}.
void write_all(int descriptor, std::string_view bytes, std::string_view subject);

}  // namespace longhaul::core
