// proctrack pool: workers that stay, for scripts that call them again and again.
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <limits>

#include "base/size.hpp"
#include "cli/rollout.hpp"
#include "commands.hpp"
#include "front.hpp"
#include "pool.hpp"
#include "pool_protocol.hpp"
#include "scope_options.hpp"
#include "sys/process_descriptor.hpp"
#include "sys/scope_registry.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

struct StartSettings {
  PoolSettings pool;
  ScopeSettings scope;
  bool foreground = false;
  std::string log;
};

struct ServeSettings {
  PoolSettings pool;
  int listener = -1;
  int ready = -1;
};

struct AskSettings {
  std::string state;
  std::vector<std::string> names;

  [[nodiscard]] const std::string& name() const {
    if (names.size() != 1) throw core::Error{"NAME", "the name of one pool is needed"};
    return names.front();
  }
};

constexpr cli::Example start_examples[] = {
    {"proctrack pool start --name lint --size 4 -- node worker.js",
     "four processes that read a line of JSON and answer with one"},
    {"proctrack pool start --name cli --size 2 --prefork -- my-cli --stdin",
     "a plain program: one that is started already takes the next request"},
};
constexpr cli::About start_about{
    .name = "pool start",
    .summary = "start workers that answer requests, and return when they can be called",
    .usage = "[OPTIONS] --name NAME -- COMMAND [ARGUMENT...]",
    .examples = start_examples,
};

constexpr cli::Example call_examples[] = {
    {"echo '{\"file\": \"a.js\"}' | proctrack pool call lint", "one line in, one line out"},
};
constexpr cli::ExitStatus call_exits[] = {
    {"0", "answered; of a --prefork pool: the program's own status"},
    {"2", "usage or I/O trouble, no such pool, the worker died or answered with garbage"},
    {"75", "try later: the queue is full, no worker was free in time, the pool is stopping"},
    {"124", "the worker did not answer in time"},
};
constexpr cli::About call_about{
    .name = "pool call",
    .summary = "send standard input to a worker, and print what it answers",
    .usage = "[OPTIONS] NAME < REQUEST",
    .examples = call_examples,
    .exits = call_exits,
};

constexpr cli::Example status_examples[] = {
    {"proctrack pool status lint", "a line of JSON: the queue, what was answered, each worker"},
};
constexpr cli::About status_about{
    .name = "pool status",
    .summary = "show what a pool does",
    .usage = "[OPTIONS] NAME",
    .examples = status_examples,
};

constexpr cli::Example stop_examples[] = {
    {"proctrack pool stop lint", "answers what was asked, then ends the workers"},
};
constexpr cli::About stop_about{
    .name = "pool stop",
    .summary = "let a pool finish what was asked of it, and end it",
    .usage = "[OPTIONS] NAME",
    .examples = stop_examples,
};

constexpr cli::About serve_about{
    .name = "pool serve",
    .summary = "serve a pool that was started",
    .usage = "[OPTIONS] -- COMMAND [ARGUMENT...]",
    .examples = start_examples,
};

// The same for `pool start` and for the server that it runs.
void describe_pool(cli::Options& cli, PoolSettings& pool) {
  cli.group("Pool");
  cli.text("--name", pool.name, "NAME", "Of the pool");
  cli.number("--size", pool.size, "N", "How many workers at one time");
  cli.number("--queue", pool.queue, "N", "How many requests may wait; one more is refused with status 75");
  cli.duration(
      "-t,--timeout", pool.timeout,
      "How long a worker may take for an answer before it is replaced, and a request may wait for a worker");
  cli.duration("--idle", pool.idle, "End workers that had nothing to do for so long; 0 for never");
  cli.number("--max-requests", pool.max_requests, "N", "Replace a worker after so many answers; 0 for never");
  cli.size("--max-memory", pool.max_memory,
           "Replace a worker that passes this, its children too; 0 for no limit");
  cli.flag("--prefork", pool.prefork,
           "A program of one request each, started ahead: all of its input, all of its output");
}

void describe_start(cli::Options& cli, StartSettings& settings) {
  describe_pool(cli, settings.pool);
  cli.flag("--foreground", settings.foreground, "Stay, and end when the pool ends");
  cli.text("--log", settings.log, "FILE",
           "Where the standard error of the workers goes; nowhere if not given");
  describe_scope(cli, settings.scope);
  cli.command(settings.pool.command, "The worker");
}

void describe_serve(cli::Options& cli, ServeSettings& settings) {
  describe_pool(cli, settings.pool);
  cli.number("--listener", settings.listener, "N", "The descriptor that callers come to");
  cli.number("--ready", settings.ready, "N", "The descriptor to which it says that it serves");
  cli.command(settings.pool.command, "The worker");
}

void describe_ask(cli::Options& cli, AskSettings& settings) {
  cli.group("Pool");
  describe_state(cli, settings.state);
  cli.files("NAME", settings.names, "The pool");
}

std::string own_program() {
  std::array<char, 4096> path{};
  const auto size = ::readlink("/proc/self/exe", path.data(), path.size());
  return size <= 0 ? "/proc/self/exe" : std::string{path.data(), static_cast<std::size_t>(size)};
}

std::string nanoseconds_text(std::chrono::nanoseconds time) { return std::to_string(time.count()) + "ns"; }

std::vector<std::string> serve_words(const PoolSettings& pool, int listener, int ready) {
  std::vector<std::string> words{own_program(),
                                 "pool",
                                 "serve",
                                 "--listener",
                                 std::to_string(listener),
                                 "--ready",
                                 std::to_string(ready),
                                 "--name",
                                 pool.name,
                                 "--size",
                                 std::to_string(pool.size),
                                 "--queue",
                                 std::to_string(pool.queue),
                                 "--timeout",
                                 nanoseconds_text(pool.timeout),
                                 "--idle",
                                 nanoseconds_text(pool.idle),
                                 "--max-requests",
                                 std::to_string(pool.max_requests),
                                 "--max-memory",
                                 std::to_string(pool.max_memory)};
  if (pool.prefork) words.emplace_back("--prefork");
  words.emplace_back("--");
  words.insert(words.end(), pool.command.begin(), pool.command.end());
  return words;
}

core::Fd opened_log(const std::string& path) {
  if (path.empty()) return core::Fd{};
  core::Fd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644)};
  if (!file) throw core::Error{path, core::reason_of(errno)};
  return file;
}

// A process of its own session, that keeps nothing of the caller's open but what it needs. The caller may be
// a command substitution, which ends when the last copy of its pipe is closed.
void detach(const core::Fd& log, std::vector<int> kept) {
  ::setsid();
  const core::Fd nowhere{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  ::dup2(nowhere.get(), STDIN_FILENO);
  ::dup2(nowhere.get(), STDOUT_FILENO);
  ::dup2((log ? log : nowhere).get(), STDERR_FILENO);
  std::ranges::sort(kept);
  unsigned first = STDERR_FILENO + 1;
  for (const int descriptor : kept) {
    const auto next = static_cast<unsigned>(descriptor);
    if (next > first) (void)::close_range(first, next - 1, 0);
    first = next + 1;
  }
  (void)::close_range(first, std::numeric_limits<unsigned>::max(), 0);
}

// What the server says when it serves, or why it does not: a line, "STATUS REASON".
core::Exit heard(const core::Fd& ready, const std::string& name) {
  std::string text;
  std::array<char, 1024> piece;
  while (!text.ends_with('\n')) {
    const auto count = core::read_some(ready.get(), piece, name);
    if (count == 0) break;
    text.append(piece.data(), count);
  }
  if (text == "ready\n") return core::Exit::ok;
  if (text.empty()) throw core::Error{name, "the pool ended before it served"};
  const auto space = text.find(' ');
  text.pop_back();
  throw core::Error{name, text.substr(space + 1),
                    static_cast<core::Exit>(std::strtol(text.c_str(), nullptr, 10))};
}

class Start {
 public:
  Start(const StartSettings& settings, cli::Session& session)
      : settings_{settings}, session_{session}, scope_{settings.scope} {
    const std::string state = sys::state_path(scope_.state);
    path_ = socket_path(state, settings.pool.name);
    sys::make_private_folder(state + "/pools");
    lock_.reset(::open((path_ + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock_) throw core::Error{path_ + ".lock", core::reason_of(errno)};
    take_lock();
    listener_ = listen_at(path_);
    auto [ready, tell] = core::make_pipe();
    ready_ = std::move(ready);
    tell_ = std::move(tell);
    server_tell_.reset(::fcntl(tell_.get(), F_DUPFD_CLOEXEC, 0));
    scope_.name = "pool-" + settings.pool.name;
    scope_.command = serve_words(settings.pool, listener_.get(), server_tell_.get());
  }

  core::Exit run() {
    log_ = opened_log(settings_.log);
    if (settings_.foreground) {
      if (log_) ::dup2(log_.get(), STDERR_FILENO);
      return serve();
    }
    const pid_t child = ::fork();
    if (child < 0) throw core::Error{"fork", core::reason_of(errno)};
    if (child == 0) detached();
    tell_.reset();
    server_tell_.reset();
    listener_.reset();
    lock_.reset();
    try {
      return heard(ready_, settings_.pool.name);
    } catch (const core::Error&) {
      ::waitpid(child, nullptr, 0);
      throw;
    }
  }

 private:
  // Whoever clears away what a dead server left has the lock for a moment.
  void take_lock() const {
    constexpr int tries = 50;
    constexpr int between = 10;  // milliseconds
    for (int tried = 0; ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0; ++tried) {
      if (tried == tries || is_served(path_))
        throw core::Error{settings_.pool.name, "this pool is running already"};
      (void)::poll(nullptr, 0, between);
    }
  }

  core::Exit serve() {
    // Held until the socket is gone: the next one to start makes its own.
    const core::Fd lock{::fcntl(lock_.get(), F_DUPFD_CLOEXEC, 0)};
    Purpose purpose{.kind = "pool", .ticket = std::move(lock_)};
    purpose.descriptors.push_back(std::move(listener_));
    purpose.descriptors.push_back(std::move(server_tell_));
    const core::Exit exit = run_scope(scope_, std::move(purpose), session_);
    ::unlink(path_.c_str());
    return exit;
  }

  [[noreturn]] void detached() {
    detach(log_, {lock_.get(), listener_.get(), tell_.get(), server_tell_.get()});
    (void)ready_.release();  // closed, as all others
    (void)log_.release();
    try {
      (void)serve();
    } catch (const core::Error& error) {
      (void)core::try_write_all(tell_.get(), "2 " + error.message + '\n');
    }
    ::_exit(0);
  }

  const StartSettings& settings_;
  cli::Session& session_;
  ScopeSettings scope_;
  std::string path_;
  core::Fd lock_, listener_, ready_, log_;
  core::Fd tell_, server_tell_;  // this process's end of the pipe to the caller, and the server's
};

core::Exit start(const StartSettings& settings, cli::Session& session) {
  sys::check_name("--name", settings.pool.name);
  if (settings.pool.size == 0 || settings.pool.size > largest_pool)
    throw core::Error{"--size", "must be 1 to " + std::to_string(largest_pool)};
  if (settings.pool.timeout.count() == 0) throw core::Error{"--timeout", "must be more than 0"};
  check_scope(settings.scope);
  if (cli::rollout_of(session) != cli::Rollout::on) return core::Exit::ok;
  return Start{settings, session}.run();
}

core::Exit serve(const ServeSettings& settings, cli::Session& session) {
  core::Fd ready{settings.ready};
  core::Fd listener{settings.listener};
  (void)::fcntl(ready.get(), F_SETFD, FD_CLOEXEC);
  (void)::fcntl(listener.get(), F_SETFD, FD_CLOEXEC);
  (void)::fcntl(listener.get(), F_SETFL, O_NONBLOCK);
  try {
    Pool pool{settings.pool, std::move(listener), session};
    // Whoever started it is gone, and nobody knows that it is there.
    if (core::try_write_all(ready.get(), "ready\n") == EPIPE) return core::Exit::trouble;
    ready.reset();
    return pool.serve();
  } catch (const core::Error& error) {
    const int status = session.status_of(error);
    if (ready) (void)core::try_write_all(ready.get(), std::to_string(status) + ' ' + error.message + '\n');
    return static_cast<core::Exit>(status);
  }
}

std::string standard_input() {
  std::string text;
  std::array<char, 64 * 1024> piece;
  for (std::size_t count = 0; (count = core::read_some(STDIN_FILENO, piece, "stdin")) != 0;) {
    text.append(piece.data(), count);
    if (text.size() > largest_message)
      throw core::Error{"stdin", "is larger than " + core::format_size(largest_message)};
  }
  return text;
}

core::Exit ask(const AskSettings& settings, cli::Session& session, std::string_view kind,
               std::string_view body) {
  const auto reply = asked(sys::state_path(settings.state), settings.name(), kind, body);
  const auto status = static_cast<core::Exit>(reply.status);
  if (reply.kind == "error") throw core::Error{settings.name(), reply.body, status};
  session.print(reply.body);
  return status;
}

core::Exit call(const AskSettings& settings, cli::Session& session) {
  return ask(settings, session, "call", standard_input());
}

core::Exit status(const AskSettings& settings, cli::Session& session) {
  return ask(settings, session, "status", "");
}

// It answers when all is done; the scope is gone a moment later.
core::Exit stop(const AskSettings& settings, cli::Session& session) {
  const sys::ScopeRegistry registry{sys::state_path(settings.state)};
  const auto scope = registry.find("pool-" + settings.name());
  const core::Fd front = scope ? sys::open_process(scope->front.pid) : core::Fd{};
  const bool is_it = front && sys::ProcessTable{}.is_running(scope->front);
  const auto exit = ask(settings, session, "stop", "");
  pollfd ended{front.get(), POLLIN, 0};
  while (is_it && ::poll(&ended, 1, -1) < 0 && errno == EINTR) {
  }
  return exit;
}

}  // namespace

cli::Subcommand pool_start_command() {
  return cli::subcommand<StartSettings>(start_about, describe_start, start);
}
cli::Subcommand pool_call_command() { return cli::subcommand<AskSettings>(call_about, describe_ask, call); }
cli::Subcommand pool_status_command() {
  return cli::subcommand<AskSettings>(status_about, describe_ask, status);
}
cli::Subcommand pool_stop_command() { return cli::subcommand<AskSettings>(stop_about, describe_ask, stop); }

cli::Subcommand pool_serve_command() {
  auto command = cli::subcommand<ServeSettings>(serve_about, describe_serve, serve);
  command.hidden = true;
  return command;
}

}  // namespace longhaul::proctrack
