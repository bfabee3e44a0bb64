#include "pool.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "base/duration.hpp"
#include "base/size.hpp"
#include "is_json.hpp"
#include "store/json_writer.hpp"

namespace longhaul::proctrack {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds between_memory_looks{1};
constexpr std::chrono::hours longest_wait{1};  // poll() takes days at most
constexpr seconds time_to_leave{2};            // for a worker whose input has ended
constexpr std::size_t most_callers = 1024;

Moment now() { return std::chrono::steady_clock::now(); }

std::string end_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return "ended by signal " + std::to_string(WTERMSIG(wait_status));
  return "exited with " + std::to_string(WEXITSTATUS(wait_status));
}

core::Exit status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? core::ended_by(WTERMSIG(wait_status))
                                  : static_cast<core::Exit>(WEXITSTATUS(wait_status));
}

}  // namespace

Pool::Pool(const PoolSettings& settings, core::Fd listener, cli::Session& session)
    : settings_{settings}, listener_{std::move(listener)}, session_{session}, signals_{SIGTERM, SIGINT,
                                                                                       SIGHUP, SIGCHLD} {
  // The first one tells whether the command can be started at all.
  workers_.push_back(std::make_unique<Worker>(settings.command));
  start_ahead();
}

core::Exit Pool::serve() {
  while (!is_done()) {
    const auto moment = now();
    look_at_clocks(moment);
    hand_out();
    wait_for_events(moment);
    std::erase_if(callers_, [](const Caller& caller) { return caller.is_gone; });
  }
  if (signal_) return core::ended_by(*signal_);
  for (auto& caller : callers_) {
    if (caller.is_stopping) reply(caller, reply_text("answer", core::Exit::ok, ""));
  }
  return core::Exit::ok;
}

bool Pool::is_done() const {
  if (signal_) return true;
  if (!stopping_) return false;
  return std::ranges::all_of(callers_, [](const Caller& caller) { return caller.is_stopping; });
}

std::optional<Moment> Pool::next_deadline() const {
  std::optional<Moment> next;
  const auto at = [&](Moment moment) { next = next ? std::min(*next, moment) : moment; };
  for (const auto& caller : callers_) {
    if (caller.is_queued) at(caller.since + settings_.timeout);
  }
  for (const auto& worker : workers_) {
    if (worker->is_busy()) {
      at(worker->since() + settings_.timeout);
      if (settings_.max_memory != 0) at(next_memory_look_);
    } else if (settings_.idle.count() != 0 && !settings_.prefork) {
      at(worker->since() + settings_.idle);
    }
  }
  for (const auto& one : leaving_) at(one.killed_from);
  return next;
}

void Pool::wait_for_events(Moment moment) {
  std::vector<pollfd> waiting{{signals_.descriptor(), POLLIN, 0},
                              {callers_.size() < most_callers ? listener_.get() : -1, POLLIN, 0}};
  std::vector<Caller*> callers;
  std::vector<Worker*> workers;
  for (auto& caller : callers_) {
    callers.push_back(&caller);
    const int events = caller.unsent.empty() ? POLLIN : POLLOUT;
    waiting.push_back({caller.socket.get(), static_cast<short>(events), 0});
  }
  for (auto& worker : workers_) {
    workers.push_back(worker.get());
    waiting.push_back({worker->reading(), POLLIN, 0});
    waiting.push_back({worker->writing(), POLLOUT, 0});
  }
  const auto most = moment + longest_wait;
  const auto until = std::clamp(next_deadline().value_or(most), moment, most);
  const auto wait = static_cast<int>(std::chrono::ceil<milliseconds>(until - moment).count());
  if (::poll(waiting.data(), waiting.size(), wait) < 0) return;

  auto ready = waiting.begin() + 2;
  for (auto* caller : callers) {
    if ((ready++)->revents == 0) continue;
    caller->unsent.empty() ? hear(*caller) : send_on(*caller);
  }
  for (auto* worker : workers) {
    const bool can_read = (ready++)->revents != 0;
    const bool can_write = (ready++)->revents != 0;
    if (can_write) worker->write_on();
    if (can_read) hear(*worker);  // the worker may be gone behind this
  }
  while (const auto signal = signals_.next()) {
    if (*signal == SIGCHLD) {
      reap();
    } else {
      signal_ = signal;
    }
  }
  if (waiting[1].revents != 0) accept_callers();
}

void Pool::accept_callers() {
  while (callers_.size() < most_callers) {
    core::Fd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!socket) return;
    if (!is_own_peer(socket)) continue;
    callers_.push_back({.socket = std::move(socket), .since = now()});
    hear(callers_.back());  // what it asks is often there already
  }
}

void Pool::hear(Caller& caller) {
  std::array<char, 64 * 1024> piece;
  const auto count = ::recv(caller.socket.get(), piece.data(), piece.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    caller.is_gone = true;
    caller.is_queued = false;
    // Nobody waits for what the worker does: it is let finish, and its answer goes nowhere.
    if (caller.worker != nullptr) caller.is_gone = false, caller.socket.reset();
    return;
  }
  if (caller.is_queued || caller.worker != nullptr || caller.is_stopping) return;  // one request a connection
  caller.received.append(piece.data(), static_cast<std::size_t>(count));
  try {
    if (auto message = parse_request(caller.received)) take_request(caller, std::move(*message));
  } catch (const core::Error& error) {
    refuse(caller, core::Exit::trouble, error.reason);
  }
}

void Pool::take_request(Caller& caller, Message message) {
  caller.received.clear();
  if (message.kind == "status") return reply(caller, reply_text("answer", core::Exit::ok, status_text()));
  if (message.kind == "stop") {
    stopping_ = true;
    caller.is_stopping = true;
    return;
  }
  if (message.kind != "call") return refuse(caller, core::Exit::trouble, "the message is not understood");
  if (stopping_) return refuse(caller, core::Exit::temp_failure, "the pool is stopping");
  if (queued() >= settings_.queue) return refuse(caller, core::Exit::temp_failure, "the queue is full");
  if (!settings_.prefork) {
    std::string& line = message.body;
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    if (line.empty()) return refuse(caller, core::Exit::trouble, "the request is empty");
    if (line.find('\n') != std::string::npos)
      return refuse(caller, core::Exit::trouble, "the request has several lines: a request is one line");
    line += '\n';
  }
  caller.request = std::move(message.body);
  caller.is_queued = true;
  caller.since = now();
}

void Pool::reply(Caller& caller, std::string text) {
  caller.worker = nullptr;
  caller.is_queued = false;
  caller.unsent = std::move(text);
  send_on(caller);
}

void Pool::refuse(Caller& caller, core::Exit status, std::string_view reason) {
  ++refused_;
  reply(caller, reply_text("error", status, reason));
}

void Pool::send_on(Caller& caller) {
  const auto count = ::send(caller.socket.get(), caller.unsent.data(), caller.unsent.size(), MSG_NOSIGNAL);
  if (count >= 0) caller.unsent.erase(0, static_cast<std::size_t>(count));
  const bool failed = count < 0 && errno != EAGAIN && errno != EINTR;
  if (failed || caller.unsent.empty()) caller.is_gone = true;
}

Pool::Caller* Pool::caller_of(const Worker& worker) {
  const auto found = std::ranges::find(callers_, &worker, &Caller::worker);
  return found == callers_.end() ? nullptr : &*found;
}

std::size_t Pool::queued() const {
  return static_cast<std::size_t>(std::ranges::count_if(callers_, &Caller::is_queued));
}

void Pool::hear(Worker& worker) {
  const bool more = worker.read_on();
  if (!worker.is_busy()) {
    if (!more) return replace(worker, core::Exit::trouble, "");
    return replace(worker, core::Exit::trouble, "a worker printed something that nobody asked for");
  }
  if (worker.printed().size() > largest_message)
    return replace(worker, core::Exit::trouble,
                   "the worker's answer passes " + core::format_size(largest_message));
  take_answer(worker, !more);
}

void Pool::take_answer(Worker& worker, bool at_end) {
  if (settings_.prefork) {
    if (at_end) take_whole(worker);
    return;
  }
  if (worker.printed().find('\n') != std::string::npos) return take_line(worker);
  if (at_end) replace(worker, core::Exit::trouble, "the worker ended before it answered");
}

void Pool::take_line(Worker& worker) {
  std::string line = worker.printed();
  const bool is_one_line = line.find('\n') == line.size() - 1;
  if (!is_one_line || !is_json({line.data(), line.size() - 1}))
    return replace(worker, core::Exit::trouble,
                   is_one_line ? "the worker's answer is no JSON" : "the worker's answer has several lines");
  worker.printed().clear();
  worker.note_answer(now());
  ++served_;
  if (Caller* caller = caller_of(worker)) reply(*caller, reply_text("answer", core::Exit::ok, line));
  if (settings_.max_requests != 0 && worker.answers() >= settings_.max_requests) return retire(worker);
  if (settings_.max_memory != 0 && worker.resident_bytes() > settings_.max_memory) retire(worker);
}

// The output of a worker of one request ended: its status is the answer's.
void Pool::take_whole(Worker& worker) {
  int wait_status = 0;
  const pid_t pid = worker.pid();
  worker.kill();  // it closed its output; what it left behind is not waited for
  while (::waitpid(pid, &wait_status, 0) < 0 && errno == EINTR) {
  }
  ++served_;
  if (Caller* caller = caller_of(worker))
    reply(*caller, reply_text("answer", status_of(wait_status), worker.printed()));
  std::erase_if(workers_, [&](const auto& one) { return one.get() == &worker; });
  start_ahead();
}

// Ends a worker at once, and tells its caller why.
void Pool::replace(Worker& worker, core::Exit status, const std::string& reason) {
  worker.kill();
  int wait_status = 0;
  while (::waitpid(worker.pid(), &wait_status, 0) < 0 && errno == EINTR) {
  }
  ++replaced_;
  const bool by_itself = !(WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL);
  if (Caller* caller = caller_of(worker)) {
    ++failed_;
    reply(*caller, reply_text("error", status, by_itself ? reason + ": " + end_of(wait_status) : reason));
  } else if (!reason.empty()) {
    session_.warn(settings_.name, reason);
  }
  std::erase_if(workers_, [&](const auto& one) { return one.get() == &worker; });
}

// Lets a worker end that has done its part.
void Pool::retire(Worker& worker) {
  const auto found = std::ranges::find(workers_, &worker, &std::unique_ptr<Worker>::get);
  worker.close_input();
  leaving_.push_back({std::move(*found), now() + time_to_leave});
  workers_.erase(found);
}

void Pool::reap() {
  std::erase_if(leaving_, [](const Leaving& one) {
    return ::waitpid(one.worker->pid(), nullptr, WNOHANG) == one.worker->pid();
  });
  // A worker that died shows at the end of its output; others are orphans of workers.
  siginfo_t info{};
  while (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
    const pid_t pid = info.si_pid;
    const bool is_worker = std::ranges::any_of(workers_, [&](const auto& one) { return one->pid() == pid; });
    if (is_worker) return;
    ::waitpid(pid, nullptr, WNOHANG);
    info = {};
  }
}

void Pool::hand_out() {
  for (auto& caller : callers_) {
    if (!caller.is_queued) continue;
    const auto idle =
        std::find_if(workers_.rbegin(), workers_.rend(), [](const auto& one) { return !one->is_busy(); });
    Worker* worker = idle == workers_.rend() ? nullptr : idle->get();
    if (worker == nullptr && workers_.size() < settings_.size && start_worker())
      worker = workers_.back().get();
    if (worker == nullptr && workers_.empty() && !start_problem_.empty()) {
      refuse(caller, core::Exit::trouble, "a worker cannot be started: " + start_problem_);
      continue;
    }
    if (worker == nullptr) return;
    caller.is_queued = false;
    caller.worker = worker;
    worker->give(caller.request, settings_.prefork, now());
    caller.request.clear();
  }
}

void Pool::start_ahead() {
  while (workers_.size() < settings_.size && !stopping_ && start_worker()) {
  }
}

bool Pool::start_worker() {
  try {
    workers_.push_back(std::make_unique<Worker>(settings_.command));
    start_problem_.clear();
    return true;
  } catch (const core::Error& error) {
    start_problem_ = error.message;
    session_.warn(settings_.name, error.message);
    return false;
  }
}

void Pool::look_at_clocks(Moment moment) {
  for (auto& caller : callers_) {
    if (caller.is_queued && caller.since + settings_.timeout <= moment)
      refuse(caller, core::Exit::temp_failure,
             "no worker was free within " + core::format_duration(settings_.timeout));
  }
  const bool look_at_memories = settings_.max_memory != 0 && next_memory_look_ <= moment;
  if (look_at_memories) next_memory_look_ = moment + between_memory_looks;
  std::vector<Worker*> workers;
  for (auto& worker : workers_) workers.push_back(worker.get());
  for (auto* worker : workers) {
    if (worker->is_busy() && worker->since() + settings_.timeout <= moment) {
      replace(*worker, core::Exit::timed_out,
              "the worker did not answer within " + core::format_duration(settings_.timeout));
      if (settings_.prefork) start_ahead();
    } else if (worker->is_busy() && look_at_memories) {
      look_at_memory(*worker);
    } else if (!worker->is_busy() && settings_.idle.count() != 0 && !settings_.prefork &&
               worker->since() + settings_.idle <= moment) {
      retire(*worker);
    }
  }
  for (auto& one : leaving_) {
    if (one.killed_from > moment) continue;
    one.worker->kill();
    one.killed_from = moment + time_to_leave;
  }
}

void Pool::look_at_memory(Worker& worker) {
  if (worker.resident_bytes() > settings_.max_memory)
    replace(worker, core::Exit::trouble,
            "the worker passed " + core::format_size(settings_.max_memory) + " of memory");
}

std::string Pool::status_text() const {
  store::JsonWriter json;
  json.begin_object().member("pool", std::string_view{settings_.name}).member("size", settings_.size);
  json.member("queued", static_cast<std::uint64_t>(queued())).member("stopping", stopping_);
  json.member("answered", served_)
      .member("failed", failed_)
      .member("refused", refused_)
      .member("replaced", replaced_);
  json.key("workers").begin_array();
  const auto moment = now();
  for (const auto& worker : workers_) {
    json.begin_object()
        .member("pid", static_cast<std::uint64_t>(worker->pid()))
        .member("busy", worker->is_busy());
    json.member("answers", worker->answers()).member("residentBytes", worker->resident_bytes());
    json.member("seconds",
                static_cast<std::uint64_t>(std::chrono::floor<seconds>(moment - worker->since()).count()));
    json.end_object();
  }
  return json.end_array().end_object().text() + '\n';
}

}  // namespace longhaul::proctrack
