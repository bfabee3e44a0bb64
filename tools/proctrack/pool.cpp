#include "pool.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <functional>
#include <vector>

#include "base/duration.hpp"
#include "base/size.hpp"
#include "is_json.hpp"
#include "store/json_writer.hpp"

namespace longhaul::proctrack {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = Caller::State;

constexpr seconds between_memory_looks{1};
constexpr std::chrono::nanoseconds time_to_leave = seconds{2};  // for a worker whose input has ended
constexpr milliseconds between_accepts{100};                    // where no descriptor is left for one
constexpr std::size_t most_callers = 1024;
constexpr std::size_t most_held = 16 * largest_message;  // bytes of requests and answers at one time

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
  session.never_wait_for_stderr();
  // The first one tells whether the command can be started at all.
  workers_.push_back(std::make_unique<Worker>(settings.command));
  start_ahead();
}

core::Exit Pool::serve() {
  while (!is_done()) {
    const auto moment = core::now();
    look_at_clocks(moment);
    hand_out();
    wait_for_events(moment);
    std::erase_if(callers_, [](const Caller& caller) { return caller.state == State::is_gone; });
  }
  for (auto& caller : callers_) {
    if (caller.state == State::waits_for_end) caller.reply(reply_text("answer", core::Exit::ok, ""));
  }
  return signal_ ? core::ended_by(*signal_) : core::Exit::ok;
}

// Who has connected and asked for nothing is not waited for.
bool Pool::is_done() const {
  const bool is_answered = count(State::is_queued) == 0 && count(State::takes_its_answer) == 0;
  return stopping_ && workers_.empty() && leaving_.empty() && (is_answered || signal_);
}

void Pool::wait_for_events(core::Moment moment) {
  const bool accepts = callers_.size() < most_callers && moment >= next_accept_;
  // Open descriptors alone: poll() refuses more entries than a process may have of them.
  std::vector<pollfd> waiting{{signals_.descriptor(), POLLIN, 0}};
  std::vector<std::function<void(short events)>> takers{[&](short) { take_signals(); }};
  const auto wait_for = [&](int descriptor, short events, std::function<void(short events)> taker) {
    if (descriptor < 0) return;
    waiting.push_back({descriptor, events, 0});
    takers.push_back(std::move(taker));
  };
  for (auto& caller : callers_)
    wait_for(caller.descriptor(), caller.awaited_events(), [&](short events) { hear(caller, events); });
  for (auto& one : workers_) {
    Worker* worker = one.get();
    wait_for(worker->reading(), POLLIN,
             [this, worker](short) { hear(*worker); });  // it may be gone behind this
    wait_for(worker->writing(), POLLOUT, [worker](short) { worker->write_on(); });
  }
  if (accepts) wait_for(listener_.get(), POLLIN, [&](short) { accept_callers(); });
  const int ready = ::poll(waiting.data(), waiting.size(), core::poll_time(moment, next_deadline()));
  if (ready < 0 && errno != EINTR) throw core::Error{"poll", core::reason_of(errno)};
  // Backwards: a worker is gone behind its reading at most, and signals come last, when all that a worker
  // wrote before its end is read.
  for (std::size_t at = waiting.size(); ready > 0 && at-- > 0;) {
    if (waiting[at].revents != 0) takers[at](waiting[at].revents);
  }
}

void Pool::take_signals() {
  while (const auto signal = signals_.next()) {
    if (*signal == SIGCHLD) {
      reap();
    } else if (!signal_) {
      signal_ = signal;
      begin_to_stop();
    }
  }
}

// A signal does not wait for what is asked.
void Pool::begin_to_stop() {
  stopping_ = true;
  for (auto& caller : callers_) {
    if (caller.state == State::is_queued) refuse(caller, core::Exit::temp_failure, "the pool is stopping");
  }
  while (!workers_.empty()) {
    fail(*workers_.front(), core::Exit::temp_failure, "the pool was stopped");
    retire(*workers_.front(), time_to_leave);
  }
}

void Pool::accept_callers() {
  while (callers_.size() < most_callers) {
    core::Fd socket{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (!socket) {
      if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        next_accept_ = core::now() + between_accepts;
      return;
    }
    if (!is_own_peer(socket)) continue;
    callers_.emplace_back(std::move(socket), core::now());
    hear(callers_.back(), POLLIN);  // what it asks is often there already
  }
}

void Pool::hear(Caller& caller, short events) {
  try {
    auto heard = caller.go_on(events);
    if (heard.message) return take_request(caller, std::move(*heard.message));
    if (heard.refused) return refuse(caller, core::Exit::temp_failure, "too much is waiting");
    if (caller.state == State::asks && held() > most_held) caller.hear_no_more();
  } catch (const core::Error& error) {
    refuse(caller, core::Exit::trouble, error.reason);
  }
}

void Pool::take_request(Caller& caller, Message message) {
  if (message.kind == "status") return caller.reply(reply_text("answer", core::Exit::ok, status_text()));
  if (message.kind == "call") return take_call(caller, std::move(message.body));
  if (message.kind != "stop") return refuse(caller, core::Exit::trouble, "the message is not understood");
  stopping_ = true;
  caller.state = State::waits_for_end;
}

void Pool::take_call(Caller& caller, std::string body) {
  if (stopping_) return refuse(caller, core::Exit::temp_failure, "the pool is stopping");
  const auto idle = static_cast<std::size_t>(
      std::ranges::count_if(workers_, [](const auto& worker) { return !worker->is_busy(); }));
  const std::size_t startable = settings_.size - std::min<std::size_t>(settings_.size, workers_.size());
  const std::size_t queued = count(State::is_queued);
  if (queued - std::min(queued, idle + startable) >= settings_.queue && queued >= idle + startable)
    return refuse(caller, core::Exit::temp_failure, "the queue is full");
  if (held() > most_held) return refuse(caller, core::Exit::temp_failure, "too much is waiting");
  if (!settings_.prefork) {
    while (body.ends_with('\n') || body.ends_with('\r')) body.pop_back();
    if (body.empty()) return refuse(caller, core::Exit::trouble, "the request is empty");
    if (body.find('\n') != std::string::npos)
      return refuse(caller, core::Exit::trouble, "the request has several lines: a request is one line");
    body += '\n';
  }
  caller.request = std::move(body);
  caller.state = State::is_queued;
  caller.since = core::now();
}

void Pool::refuse(Caller& caller, core::Exit status, std::string_view reason) {
  ++refused_;
  caller.reply(reply_text("error", status, reason));
}

void Pool::answer(Worker& worker, core::Exit status, std::string_view text) {
  ++served_;
  if (Caller* caller = caller_of(worker)) caller->reply(reply_text("answer", status, text));
}

void Pool::fail(Worker& worker, core::Exit status, std::string_view reason) {
  Caller* caller = caller_of(worker);
  if (caller == nullptr) return;
  ++failed_;
  caller->reply(reply_text("error", status, reason));
}

Caller* Pool::caller_of(const Worker& worker) {
  const auto found = std::ranges::find(callers_, &worker, &Caller::worker);
  return found == callers_.end() ? nullptr : &*found;
}

std::size_t Pool::count(State state) const {
  return static_cast<std::size_t>(std::ranges::count(callers_, state, &Caller::state));
}

std::size_t Pool::held() const {
  std::size_t bytes = 0;
  for (const auto& caller : callers_) bytes += caller.held();
  for (const auto& worker : workers_) bytes += worker->held();
  return bytes;
}

void Pool::hear(Worker& worker) {
  worker.read_on();
  if (worker.printed().size() > largest_message)
    return replace(worker, core::Exit::trouble,
                   "the worker's answer passes " + core::format_size(largest_message));
  if (worker.is_busy()) {
    if (!settings_.prefork) (void)take_line(worker);  // else its answer is all of it: see note_end
  } else if (!settings_.prefork && has_printed_unasked(worker)) {
    return;
  } else if (worker.output_ended()) {
    ++replaced_;
    retire(worker, time_to_leave);
  }
}

// False where there is no line yet. The worker may be gone behind this.
bool Pool::take_line(Worker& worker) {
  const auto end = worker.line_end();
  if (end == std::string::npos) return false;
  const std::string line = worker.printed();
  const bool is_one_line = end == line.size() - 1;
  if (!is_one_line || !is_json({line.data(), line.size() - 1})) {
    replace(worker, core::Exit::trouble,
            is_one_line ? "the worker's answer is no JSON" : "the worker's answer has several lines");
    return true;
  }
  worker.printed().clear();
  worker.note_answer(core::now());
  answer(worker, core::Exit::ok, line);
  const bool is_worn = settings_.max_requests != 0 && worker.answers() >= settings_.max_requests;
  if (is_worn || (settings_.max_memory != 0 && worker.resident_bytes() > settings_.max_memory))
    retire(worker, time_to_leave);
  return true;
}

// Ends a worker at once, and tells its caller why.
void Pool::replace(Worker& worker, core::Exit status, std::string_view reason) {
  fail(worker, status, reason);
  ++replaced_;
  worker.kill();
  retire(worker, time_to_leave);
  if (settings_.prefork) start_ahead();
}

// Lets a worker end that has done its part. A plain program would take the end of its input for a request.
void Pool::retire(Worker& worker, std::chrono::nanoseconds time) {
  const auto found = std::ranges::find(workers_, &worker, &std::unique_ptr<Worker>::get);
  if (settings_.prefork) worker.kill();
  // No more of them than of those that work.
  if (leaving_.size() >= settings_.size) leaving_.front().worker->kill();
  worker.close_input();
  leaving_.push_back({std::move(*found), core::now() + time});
  workers_.erase(found);
}

void Pool::drop(const Worker& worker) {
  const Worker* gone = &worker;
  if (std::erase_if(workers_, [&](const auto& one) { return one.get() == gone; }) != 0) return;
  std::erase_if(leaving_, [&](const Leaving& one) { return one.worker.get() == gone; });
}

void Pool::reap() {
  int wait_status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &wait_status, WNOHANG)) > 0;) {
    const auto is_it = [&](const auto& worker) { return worker->pid() == pid; };
    const auto worker = std::ranges::find_if(workers_, is_it);
    if (worker != workers_.end()) {
      (*worker)->note_end();
      note_end(**worker, wait_status);
    } else {
      std::erase_if(leaving_, [&](const Leaving& one) { return is_it(one.worker); });
    }
  }
}

// Its process is gone; what it started may hold its output open, which is not waited for.
void Pool::note_end(Worker& worker, int wait_status) {
  worker.read_rest();
  if (settings_.prefork) {
    const bool was_busy = worker.is_busy();
    if (worker.printed().size() > largest_message) {
      fail(worker, core::Exit::trouble, "the worker's answer passes " + core::format_size(largest_message));
    } else if (was_busy) {
      answer(worker, status_of(wait_status), worker.printed());
    }
    drop(worker);
    if (was_busy) start_ahead();  // one that ends before it is asked is started when it is needed
    return;
  }
  if (!worker.is_busy() || !take_line(worker)) {
    fail(worker, core::Exit::trouble, "the worker ended before it answered: " + end_of(wait_status));
    ++replaced_;
  }
  drop(worker);
}

void Pool::hand_out() {
  for (auto& caller : callers_) {
    if (caller.state != State::is_queued) continue;
    const auto idle =
        std::find_if(workers_.rbegin(), workers_.rend(), [](const auto& one) { return !one->is_busy(); });
    Worker* worker = idle == workers_.rend() ? nullptr : idle->get();
    if (worker != nullptr && !settings_.prefork && has_printed_unasked(*worker)) return hand_out();
    if (worker == nullptr && may_start() && start_worker()) worker = workers_.back().get();
    if (worker == nullptr && workers_.empty() && !start_problem_.empty()) {
      refuse(caller, core::Exit::trouble, "a worker cannot be started: " + start_problem_);
      continue;
    }
    if (worker == nullptr) return;
    caller.state = State::is_served;
    caller.worker = worker;
    worker->give(caller.request, settings_.prefork, core::now());
    caller.request = {};
  }
}

// What comes late for one request would be taken for the answer to the next. The worker may be gone behind
// this.
bool Pool::has_printed_unasked(Worker& worker) {
  worker.read_on();
  if (worker.printed().empty()) return false;
  session_.warn(settings_.name, "a worker printed something that nobody asked for");
  replace(worker, core::Exit::trouble, "");
  return true;
}

bool Pool::may_start() const {
  return workers_.size() < settings_.size && workers_.size() + leaving_.size() < 2 * settings_.size;
}

void Pool::start_ahead() {
  while (may_start() && !stopping_ && start_worker()) {
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

void Pool::look_at_clocks(core::Moment moment) {
  for (auto& caller : callers_) {
    if (!caller.is_waited_for() || core::after(caller.since, settings_.timeout) > moment) continue;
    if (caller.state == State::is_queued) {
      refuse(caller, core::Exit::temp_failure,
             "no worker was free within " + core::format_duration(settings_.timeout));
    } else {
      caller.state = State::is_gone;  // it neither asks nor takes its answer
    }
  }
  const bool at_memory = settings_.max_memory != 0 && next_memory_look_ <= moment;
  if (at_memory) next_memory_look_ = moment + between_memory_looks;
  std::vector<Worker*> workers;
  for (auto& worker : workers_) workers.push_back(worker.get());
  for (auto* worker : workers) look_at(*worker, moment, at_memory);
  for (auto& one : leaving_) {
    if (one.killed_from > moment) continue;
    one.worker->kill();
    one.killed_from = moment + time_to_leave;
  }
}

// Ends it where its time is over.
void Pool::look_at(Worker& worker, core::Moment moment, bool at_memory) {
  if (!worker.is_busy()) {
    const bool is_idle_for_long = settings_.idle.count() != 0 && !settings_.prefork &&
                                  core::after(worker.since(), settings_.idle) <= moment;
    if (is_idle_for_long || (stopping_ && count(State::is_queued) == 0)) retire(worker, time_to_leave);
    return;
  }
  if (core::after(worker.since(), settings_.timeout) <= moment) {
    replace(worker, core::Exit::timed_out,
            "the worker did not answer within " + core::format_duration(settings_.timeout));
  } else if (const auto closed = worker.output_ended();
             !settings_.prefork && closed && *closed + time_to_leave <= moment) {
    replace(worker, core::Exit::trouble, "the worker closed its output before it answered");
  } else if (at_memory && worker.resident_bytes() > settings_.max_memory) {
    replace(worker, core::Exit::trouble,
            "the worker passed " + core::format_size(settings_.max_memory) + " of memory");
  }
}

core::Moment Pool::next_deadline() const {
  core::Moment next = core::Moment::max();
  const auto at = [&](core::Moment moment) { next = std::min(next, moment); };
  if (next_accept_ > core::now()) at(next_accept_);
  for (const auto& caller : callers_) {
    if (caller.is_waited_for()) at(core::after(caller.since, settings_.timeout));
  }
  for (const auto& worker : workers_) {
    if (worker->is_busy()) {
      at(core::after(worker->since(), settings_.timeout));
      if (const auto closed = worker->output_ended(); closed && !settings_.prefork)
        at(*closed + time_to_leave);
      if (settings_.max_memory != 0) at(next_memory_look_);
    } else if (stopping_) {
      at(core::now());
    } else if (settings_.idle.count() != 0 && !settings_.prefork) {
      at(core::after(worker->since(), settings_.idle));
    }
  }
  for (const auto& one : leaving_) at(one.killed_from);
  return next;
}

std::string Pool::status_text() const {
  store::JsonWriter json;
  json.begin_object().member("pool", std::string_view{settings_.name}).member("size", settings_.size);
  json.member("queued", static_cast<std::uint64_t>(count(State::is_queued))).member("stopping", stopping_);
  json.member("answered", served_)
      .member("failed", failed_)
      .member("refused", refused_)
      .member("replaced", replaced_);
  json.key("workers").begin_array();
  const auto moment = core::now();
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
