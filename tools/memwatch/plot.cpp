#include "plot.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/duration.hpp"
#include "base/fd.hpp"
#include "base/size.hpp"
#include "record_reader.hpp"

namespace longhaul::memwatch {
namespace {

constexpr std::size_t rows = 16;
constexpr std::size_t label_width = 9;

// The largest use in each of so many stretches of time, whatever the length of the record: where it grows
// past them, each two become one.
class Columns {
 public:
  explicit Columns(std::size_t count) : largest_(2 * count) {}

  void add(double time, std::uint64_t used) {
    if (!begun_) begin_ = time, begun_ = true;
    end_ = std::max(end_, time);
    while (index_of(time) >= largest_.size()) halve();
    auto& largest = largest_[index_of(time)];
    largest = std::max(largest, used + 1);  // 0 is for none
  }

  // As many values as columns were asked for at most, 0 for no sample; where there is none, the one before
  // stays.
  [[nodiscard]] std::vector<std::uint64_t> values(std::size_t count) const {
    const std::size_t used = std::min(index_of(end_) + 1, largest_.size());
    std::vector<std::uint64_t> values(std::min(count, used));
    for (std::size_t at = 0; at < used; ++at) {
      auto& value = values[at * values.size() / used];
      value = std::max(value, largest_[at]);
    }
    for (std::size_t at = 1; at < values.size(); ++at) {
      if (values[at] == 0) values[at] = values[at - 1];
    }
    return values;
  }

  [[nodiscard]] bool empty() const { return !begun_; }
  [[nodiscard]] double begin() const { return begin_; }
  [[nodiscard]] double end() const { return end_; }

 private:
  [[nodiscard]] std::size_t index_of(double time) const {
    return static_cast<std::size_t>(std::max(0.0, time - begin_) / width_);
  }
  void halve() {
    for (std::size_t at = 0; at < largest_.size() / 2; ++at)
      largest_[at] = std::max(largest_[2 * at], largest_[2 * at + 1]);
    std::fill(largest_.begin() + static_cast<std::ptrdiff_t>(largest_.size() / 2), largest_.end(), 0);
    width_ *= 2;
  }

  std::vector<std::uint64_t> largest_;
  double begin_ = 0;
  double end_ = 0;
  double width_ = 0.05;  // seconds
  bool begun_ = false;
};

struct Picture {
  explicit Picture(std::size_t columns) : use{columns} {}

  Columns use;
  std::uint64_t budget = 0;
  std::uint64_t peak = 0;
  std::uint64_t warnings = 0;
  std::uint64_t criticals = 0;
  std::uint64_t actions = 0;
  std::uint64_t unread = 0;  // lines

  void add(std::string_view line) {
    const auto read = parse_record_line(line);
    if (!read) {
      unread += line.empty() ? 0 : 1;
      return;
    }
    warnings += read->event == "state" && read->state == "warning" ? 1 : 0;
    criticals += read->event == "state" && read->state == "critical" ? 1 : 0;
    actions += read->event == "action" && read->action != "none" && read->action != "resume" ? 1 : 0;
    if (!read->used) return;
    use.add(read->time, *read->used);
    peak = std::max(peak, *read->used);
    if (read->budget != 0) budget = read->budget;
  }
};

bool has_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != std::string_view::npos || locale.find("utf8") != std::string_view::npos;
  }
  return false;
}

std::size_t terminal_width() {
  constexpr std::size_t usual = 80;
  constexpr std::size_t least = 40;
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
    return std::max<std::size_t>(size.ws_col, least);
  const char* columns = std::getenv("COLUMNS");
  const auto given = columns == nullptr ? 0 : std::strtoul(columns, nullptr, 10);
  constexpr std::size_t most = 1000;
  return given == 0 ? usual : std::clamp<std::size_t>(given, least, most);
}

// How a column shows in a row, in eighths of its height.
std::string_view cell(double eighths, bool utf8) {
  constexpr std::array<std::string_view, 9> blocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (!utf8) return eighths >= 4 ? "#" : " ";
  return blocks[static_cast<std::size_t>(std::clamp(std::floor(eighths), 0.0, 8.0))];
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string drawn(const Picture& picture, std::size_t columns) {
  const bool utf8 = has_utf8();
  const auto values = picture.use.values(columns);
  const double top = static_cast<double>(std::max({picture.budget, picture.peak, std::uint64_t{1}}));
  const double row_height = top / static_cast<double>(rows);
  std::string text;
  for (std::size_t row = rows; row-- > 0;) {
    const double bottom = row_height * static_cast<double>(row);
    const bool is_budget = static_cast<double>(picture.budget) > bottom &&
                           static_cast<double>(picture.budget) <= bottom + row_height;
    const bool is_labelled = row % 4 == 3 || is_budget;
    const std::string label =
        is_labelled ? core::format_size(static_cast<std::uint64_t>(std::llround(bottom + row_height))) : "";
    std::string line = padded(label, label_width) + (is_budget ? " +" : " |");
    for (const auto value : values)
      line += cell((static_cast<double>(value) - bottom) * 8 / row_height, utf8);
    while (line.ends_with(' ')) line.pop_back();
    text += line + '\n';
  }
  return text;
}

std::string caption(const Picture& picture) {
  using namespace std::chrono;
  const auto at = [](double seconds) {
    return core::iso_time(core::Time{duration_cast<nanoseconds>(duration<double>{seconds})});
  };
  const auto length = duration_cast<nanoseconds>(duration<double>{picture.use.end() - picture.use.begin()});
  std::string text = at(picture.use.begin()) + " to " + at(picture.use.end());
  if (length >= seconds{1}) text += " (" + core::format_duration(round<seconds>(length)) + ")";
  text += "; peak " + core::format_size(picture.peak);
  if (picture.budget != 0) text += " of a budget of " + core::format_size(picture.budget);
  text += "; warnings " + std::to_string(picture.warnings) + ", criticals " +
          std::to_string(picture.criticals) + ", actions " + std::to_string(picture.actions) + '\n';
  return text;
}

// Lines of the input, one at a time; longer ones than any of a record's are cut.
template <class Take>
void each_line(const std::string& path, Take take) {
  constexpr std::size_t longest = 64 * 1024;
  const core::Fd file = core::open_input(path);
  std::array<char, 64 * 1024> piece;
  std::string line;
  for (std::size_t count = 0; (count = core::read_some(file.get(), piece, core::input_name(path))) != 0;) {
    for (const char c : std::string_view{piece.data(), count}) {
      if (c == '\n') {
        take(std::string_view{line});
        line.clear();
      } else if (line.size() < longest) {
        line += c;
      }
    }
  }
  if (!line.empty()) take(std::string_view{line});
}

}  // namespace

core::Exit plot(const Settings& settings, cli::Session& session) {
  const std::size_t columns = terminal_width() - label_width - 2;
  Picture picture{columns};
  each_line(settings.plot, [&](std::string_view line) { picture.add(line); });
  if (picture.use.empty()) throw core::Error{core::input_name(settings.plot), "holds no sample of a record"};
  session.print(drawn(picture, columns) + caption(picture));
  if (picture.unread != 0)
    session.warn(core::input_name(settings.plot),
                 std::to_string(picture.unread) + " lines are none of a record's");
  return core::Exit::ok;
}

}  // namespace longhaul::memwatch
