// proctrack: nothing outlives its scope.
#include <array>

#include "cli/subcommand.hpp"
#include "commands.hpp"

namespace longhaul::proctrack {
namespace {

constexpr cli::Example examples[] = {
    {"proctrack run -- ./nightly.sh", "whatever it leaves behind ends with it, its temporary files too"},
    {"proctrack slot --name codex --max 5 -- codex exec task.md",
     "five of them at one time, across all scripts"},
    {"proctrack pool start --name lint --size 4 -- node worker.js",
     "workers that stay, for 'proctrack pool call lint'"},
    {"proctrack gc", "clears what a crash left"},
};

constexpr cli::ExitStatus exits[] = {
    {"0", "done; run and slot: the command's own status, see their --help"},
    {"1", "done, and the answer is no: something is still there"},
    {"2", "usage or I/O trouble; 125 from run and slot"},
    {"75", "try later: no slot was free, the pool is busy"},
    {"124", "timed out"},
};

constexpr cli::About about{
    .name = "proctrack",
    .summary = "keep what a command starts within its scope: processes, temporary files, slots, workers",
    .usage = "COMMAND [OPTIONS]",
    .examples = examples,
    .exits = exits,
};

}  // namespace
}  // namespace longhaul::proctrack

int main(int argc, char** argv) {
  using namespace longhaul;
  using namespace longhaul::proctrack;
  const std::array commands{run_command(),        list_command(),       stop_command(),
                            gc_command(),         tmp_command(),        slot_command(),
                            pool_start_command(), pool_call_command(),  pool_status_command(),
                            pool_stop_command(),  pool_serve_command(), doctor_command()};
  return cli::run_tool(argc, argv, about, commands);
}
