#include "bounded_checks.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <optional>
#include <string>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/moment.hpp"
#include "base/number_text.hpp"
#include "fields.hpp"

namespace longhaul::healthcheck {
namespace {

// A line a reading: "r MEASURE LABEL TABLE VALUE WARNING CRITICAL ALERT BELOW NOTE REASON", and "d" behind
// those of a target.
std::string line_of(const Reading& reading) {
  std::string line =
      "r " + escaped(reading.measure->name) + ' ' + escaped(reading.label) + ' ' + escaped(reading.table);
  for (const double number :
       {reading.value, reading.limits.warning, reading.limits.critical, reading.limits.alert})
    line += ' ' + core::number_text(number);
  return line + (reading.below ? " 1 " : " 0 ") + escaped(reading.note) + ' ' + escaped(reading.reason) +
         '\n';
}

std::optional<Reading> reading_of(std::string_view line) {
  constexpr std::size_t all_words = 11;
  const auto words = words_of(line);
  if (words.size() != all_words) return std::nullopt;
  const Measure* measure = find_measure(unescaped(words[1]));
  if (measure == nullptr) return std::nullopt;
  Reading reading{.measure = measure,
                  .label = unescaped(words[2]),
                  .table = unescaped(words[3]),
                  .limits = {},
                  .note = {},
                  .reason = {}};
  const std::array numbers{&reading.value, &reading.limits.warning, &reading.limits.critical,
                           &reading.limits.alert};
  for (std::size_t at = 0; at < numbers.size(); ++at) *numbers[at] = number_of(words[4 + at]).value_or(unset);
  reading.below = words[8] == "1";
  reading.note = unescaped(words[9]);
  reading.reason = unescaped(words[10]);
  return reading;
}

Reading failure(const Target& target, std::string_view reason) {
  auto reading = target.check->reading(target, 0, unset);
  reading.reason = reason;
  return reading;
}

Readings make(const Target& target, const Context& context) {
  Readings readings;
  try {
    target.check->run(target, context, readings);
  } catch (const core::Error& error) {
    const bool is_told = error.subject.empty() || error.subject == target.what;
    readings.push_back(failure(target, is_told ? error.reason : error.message));
  } catch (const std::exception& error) {
    readings.push_back(failure(target, error.what()));
  }
  return readings;
}

[[noreturn]] void make_all(std::span<const Target> targets, const Context& context, int output) {
  try {
    for (const auto& target : targets) {
      std::string lines;
      for (const auto& reading : make(target, context)) lines += line_of(reading);
      if (core::try_write_all(output, lines + "d\n") != 0) break;
    }
  } catch (const Abandoned&) {  // nobody reads it
  }
  ::_exit(0);  // nothing of the parent's is to be ended twice
}

class CheckingChild {
 public:
  CheckingChild(std::span<const Target> targets, const Context& context, LeftChildren& left) : left_{left} {
    core::Pipe pipe = core::make_pipe();
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw core::Error{"fork", core::reason_of(errno)};
    if (pid_ == 0) {
      // Not by SIGKILL, so that a command that it waits for is ended with its group.
      (void)::prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (context.signal_mask != nullptr) (void)::sigprocmask(SIG_SETMASK, context.signal_mask, nullptr);
      if (::getppid() != parent) ::_exit(1);
      Context own = context;
      own.left_out = {parent, ::getpid()};
      make_all(targets, own, pipe.write_end.get());
    }
    output_ = std::move(pipe.read_end);
  }
  CheckingChild(const CheckingChild&) = delete;
  CheckingChild& operator=(const CheckingChild&) = delete;
  ~CheckingChild() {
    if (has_ended_) return;
    (void)::kill(pid_, SIGTERM);
    left_.add(pid_);  // one that hangs in the kernel is not waited for
  }

  // The readings of the next target; why there are none.
  struct Answer {
    Readings readings;
    std::string failure;
  };
  Answer next(core::Moment until) {
    Answer answer;
    while (true) {
      const auto line = next_line(until, answer.failure);
      if (!line || *line == "d") return answer;
      if (auto reading = reading_of(*line)) answer.readings.push_back(std::move(*reading));
    }
  }

 private:
  std::optional<std::string> next_line(core::Moment until, std::string& failure) {
    std::array<char, 4096> piece;
    while (true) {
      if (const auto end = text_.find('\n'); end != std::string::npos) {
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
      }
      pollfd ready{output_.get(), POLLIN, 0};
      if (::poll(&ready, 1, core::poll_time(core::now(), until)) <= 0) {
        if (core::now() < until) continue;
        failure = "did not answer in time";
        return std::nullopt;
      }
      const auto count = core::read_some(output_.get(), piece, "check");
      if (count == 0) {
        failure = how_it_ended();
        return std::nullopt;
      }
      text_.append(piece.data(), count);
    }
  }

  std::string how_it_ended() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    has_ended_ = true;
    return WIFSIGNALED(status) ? "the check was ended by signal " + std::to_string(WTERMSIG(status))
                               : "the check ended before it answered";
  }

  LeftChildren& left_;
  core::Fd output_;
  pid_t pid_ = -1;
  bool has_ended_ = false;
  std::string text_;
};

}  // namespace

void LeftChildren::reap() {
  std::erase_if(pids_, [](pid_t pid) {
    if (::waitpid(pid, nullptr, WNOHANG) != 0) return true;
    (void)::kill(pid, SIGKILL);
    return false;
  });
}

Readings make_checks(std::span<const Target> targets, const Context& context, LeftChildren& left) {
  // A command is given up by the check itself, which knows why.
  constexpr std::chrono::milliseconds to_tell{250};
  constexpr std::size_t most_that_hang = 8;
  left.reap();
  Readings all;
  std::optional<CheckingChild> child;
  for (std::size_t at = 0; at < targets.size(); ++at) {
    CheckingChild::Answer answer;
    if (!child && left.count() >= most_that_hang) {
      answer.failure = "is not checked: " + std::to_string(left.count()) + " earlier checks hang still";
    } else {
      try {
        if (!child) child.emplace(targets.subspan(at), context, left);
        answer = child->next(core::after(core::now(), context.timeout + to_tell));
      } catch (const core::Error& error) {
        answer.failure = error.message;
      }
    }
    for (auto& reading : answer.readings) all.push_back(std::move(reading));
    if (answer.failure.empty()) continue;
    child.reset();
    all.push_back(failure(targets[at], answer.failure));
  }
  return all;
}

}  // namespace longhaul::healthcheck
