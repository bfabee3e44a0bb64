#include "fix_tasks.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "store/json_reader.hpp"
#include "store/json_writer.hpp"

namespace longhaul::errsum {
namespace {

using Repair = diag::Summary::Repair;

struct Work {
  diag::Kind kind;
  std::string_view name, specialist;
};

constexpr std::array<Work, 6> works{{
    {diag::Kind::build_failure, "build", "build"},
    {diag::Kind::runtime_error, "runtime", "runtime"},
    {diag::Kind::network_error, "network", "network"},
    {diag::Kind::test_failure, "tests", "tests"},
    {diag::Kind::typecheck, "types", "typechecker"},
    {diag::Kind::linter, "linting", "linter"},
}};

struct Task {
  std::string id;
  const Repair* repair = nullptr;
  const Work* work = nullptr;
  std::uint64_t reduction = 0;
  bool is_automatic = false;
};

std::vector<Task> tasks_of(const std::string& task_id, const diag::Summary& summary) {
  std::vector<Task> tasks;
  std::set<std::string_view> named;
  for (const auto& repair : summary.repairs) {
    const auto work = std::ranges::find(works, repair.kind, &Work::kind);
    if (work == works.end()) continue;
    std::string id = task_id + "-fix-" + std::string{work->name};
    if (!named.insert(work->name).second) id += '-' + repair.tool;  // a second tool of this kind
    const std::uint64_t automatic = repair.fix.empty() ? 0 : repair.fixable;
    if (automatic != 0) tasks.push_back({id, &repair, work, automatic, true});
    if (repair.total > automatic)
      tasks.push_back({automatic != 0 ? id + "-manual" : id, &repair, work, repair.total - automatic, false});
  }
  return tasks;
}

std::string title_of(const Task& task) {
  const auto& name = diag::name_of(task.repair->kind);
  std::string title = (task.is_automatic ? "Run the fix for " : "Fix ") + std::to_string(task.reduction) +
                      ' ' + std::string{task.reduction == 1 ? name.one : name.many} + " of " +
                      task.repair->tool;
  const bool rest = !task.repair->fix.empty() && task.repair->fixable != 0;
  const std::string& first = rest ? task.repair->first_by_hand : task.repair->first;
  if (!task.is_automatic && !first.empty()) title += ", first: " + first;
  return title;
}

std::string line_of(const Task& task, const std::string& task_id) {
  store::JsonWriter json;
  json.begin_object()
      .member("id", task.id)
      .member("taskId", task_id)
      .member("kind", diag::name_of(task.repair->kind).id)
      .member("specialist", task.work->specialist)
      .member("title", title_of(task))
      .member("tool", task.repair->tool)
      .member("automatic", task.is_automatic)
      .member("command", task.is_automatic ? task.repair->fix : task.repair->rerun);
  json.key("files").begin_array();
  for (const auto& path : task.repair->paths) json.value(path);
  json.end_array()
      .member("expectedReduction", task.reduction)
      .member("verify", task.repair->rerun)
      .member("status", "open")
      .member("time", core::iso_time(core::system_time()));
  return json.end_object().text() + '\n';
}

bool is_over(std::string_view status) {
  constexpr std::array<std::string_view, 4> ends{"done", "closed", "cancelled", "completed"};
  return std::ranges::find(ends, status) != ends.end();
}

// The last line of an id tells whether it is open.
std::set<std::string> open_ids(std::string_view text) {
  std::set<std::string> open;
  store::JsonReader reader{std::size_t{1} << 20U};
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto parsed = reader.read(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string_view id;
    std::string_view status;
    if (!parsed || parsed->at_key("id").get(id) != simdjson::SUCCESS) continue;
    const bool has_status = parsed->at_key("status").get(status) == simdjson::SUCCESS;
    if (has_status && is_over(status))
      open.erase(std::string{id});
    else
      open.emplace(id);
  }
  return open;
}

std::string read_all(const core::Fd& file, const std::string& path) {
  constexpr off_t largest = off_t{64} << 20U;
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw core::Error{path, core::reason_of(errno)};
  if (!S_ISREG(status.st_mode)) throw core::Error{path, "is no file"};
  if (status.st_size > largest) throw core::Error{path, "is larger than 64 MiB"};
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const auto count = core::read_some(file.get(), std::span{text}.subspan(filled), path);
    if (count == 0) break;
    filled += count;
  }
  text.resize(filled);
  return text;
}

}  // namespace

void append_fix_tasks(const std::string& path, const std::string& task_id, const diag::Summary& summary) {
  const auto tasks = tasks_of(task_id, summary);
  if (tasks.empty()) return;
  const core::Fd file{::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644)};
  if (!file) throw core::Error{path, core::reason_of(errno)};
  while (::flock(file.get(), LOCK_EX) != 0)
    if (errno != EINTR) throw core::Error{path, core::reason_of(errno)};
  const std::string known = read_all(file, path);
  const auto open = open_ids(known);
  // What was cut off by a kill is a line of its own, and no part of the next one.
  std::string lines = known.empty() || known.ends_with('\n') ? "" : "\n";
  for (const auto& task : tasks)
    if (!open.contains(task.id)) lines += line_of(task, task_id);
  if (const int failed = core::try_write_all(file.get(), lines); failed != 0) {
    (void)::ftruncate(file.get(), static_cast<off_t>(known.size()));
    throw core::Error{path, core::reason_of(failed)};
  }
}

}  // namespace longhaul::errsum
