#include "output.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "render.hpp"
#include "store/unfinished_file.hpp"

namespace longhaul::healthcheck {
namespace {

// See no-color.org.
bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return is_terminal() && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view{terminal} != "dumb");
}

void replace_file(const std::string& path, const std::string& text) {
  struct stat like {};
  if (::stat(path.c_str(), &like) != 0) {
    like.st_mode = S_IFREG | S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;  // it is for others to read
    like.st_uid = ::geteuid();
    like.st_gid = ::getegid();
  } else if (!S_ISREG(like.st_mode)) {
    throw core::Error{path, "is no file, and would be replaced by one"};
  }
  store::UnfinishedFile file{path, like};
  core::write_all(file.file().get(), text, path);
  file.finish();
}

}  // namespace

bool is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

bool put_out(const Report& report, const Settings& settings, cli::Session& session) {
  const bool goes_to_file = !settings.output.empty();
  if (settings.quiet && report.level == Level::ok && !goes_to_file) return true;
  const Rendering rendering{
      .format = settings.format, .colour = !goes_to_file && wants_colour(), .explain = settings.explain};
  const auto text = render(report, rendering);
  if (!goes_to_file) {
    session.print(text);
    return true;
  }
  try {
    replace_file(settings.output, text);
    return true;
  } catch (const core::Error& error) {
    session.warn(settings.output, "cannot be written: " + error.reason);
    return false;
  }
}

}  // namespace longhaul::healthcheck
