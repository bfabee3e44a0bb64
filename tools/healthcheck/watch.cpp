#include "watch.hpp"

#include <poll.h>

#include <csignal>

#include "base/duration.hpp"
#include "base/moment.hpp"
#include "output.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::healthcheck {

core::Exit watch(Gate& gate, const Settings& settings, cli::Session& session) {
  sys::SignalQueue signals{SIGTERM, SIGINT, SIGHUP};
  gate.context.signal_mask = &signals.mask_at_start();
  const bool is_redrawn = is_terminal() && settings.output.empty();
  while (true) {
    const auto begun = core::now();
    const Report report = gate.look(settings, session);
    if (const auto signal = run_hook(report, settings, signals, session)) return core::ended_by(*signal);
    try {
      if (is_redrawn) session.print("\033[H\033[2J");  // to the corner, and clear
      (void)put_out(report, settings, session);
      if (is_redrawn)
        session.print("\nevery " + core::format_duration(settings.watch) + ", Ctrl-C ends it\n");
      session.flush();
    } catch (const cli::ReaderGone&) {
      return exit_of(report.level);
    }
    gate.children.reap();
    const auto until = core::after(begun, settings.watch);
    pollfd waiting{signals.descriptor(), POLLIN, 0};
    while (core::now() < until && ::poll(&waiting, 1, core::poll_time(core::now(), until)) == 0) {
    }
    if (const auto signal = signals.next()) return core::ended_by(*signal);
  }
}

}  // namespace longhaul::healthcheck
