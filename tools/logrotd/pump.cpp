#include "pump.hpp"

#include <span>

#include "lines.hpp"
#include "log_writer.hpp"
#include "tee.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t raw_at_once = std::size_t{64} << 10U;

}  // namespace

core::Exit pump_entries(Input& input, const Settings& settings, Statistics& statistics,
                        cli::Session& session) {
  Tee tee{settings.tee, session};
  LogWriter writer{settings.files.front(), settings, statistics, core::system_time, session};
  Pipeline pipeline{settings.rules(), statistics, core::system_time,
                    [&](std::string_view entries) { writer.append(entries); },
                    [&](const core::Error& error) {
                      session.warn(error.subject, error.reason + ", entries are written as they are");
                    }};
  Lines lines{pipeline};
  while (true) {
    const auto deadline = earliest({writer.deadline(), pipeline.deadline()});
    const std::span<char> room = lines.space();
    const auto [event, bytes] = input.next(deadline, room, writer.blocked());
    if (event == Event::rotate) writer.rotate();
    if (event == Event::dump) {
      pipeline.dump_ring();
      writer.flush();
    }
    if (event == Event::stop) break;
    pipeline.tick();
    writer.tick();
    if (event == Event::due && settings.flush_every.count() == 0) writer.flush();
    if (event == Event::readable) {
      if (bytes == 0) break;
      tee.pass({room.data(), bytes});
      lines.wrote(bytes);
      // A pipe that gave all it had may be quiet for long.
      const bool emptied = bytes < room.size();
      if (emptied && settings.flush_every.count() == 0) writer.flush();
    }
  }
  lines.finish();
  pipeline.finish();
  return writer.finish([&] { return input.asked_to_stop(); });
}

core::Exit pump_raw(Input& input, const Settings& settings, Statistics& statistics, cli::Session& session) {
  Tee tee{settings.tee, session};
  LogWriter writer{settings.files.front(), settings, statistics, core::system_time, session};
  std::vector<char> buffer(raw_at_once);
  while (true) {
    // Whole pages of the file at a time.
    const std::span<char> room = std::span{buffer}.first(buffer.size() - writer.size() % page);
    const auto [event, bytes] = input.next(writer.deadline(), room, writer.blocked());
    if (event == Event::rotate) writer.rotate();
    if (event == Event::stop) break;
    writer.tick();
    if (event != Event::readable) continue;
    if (bytes == 0) break;
    tee.pass({buffer.data(), bytes});
    writer.append_bytes({buffer.data(), bytes});
    statistics.bytes_in += bytes;
    statistics.bytes_out += bytes;
  }
  return writer.finish([&] { return input.asked_to_stop(); });
}

}  // namespace longhaul::logrotd
