#include "base/clock.hpp"

namespace longhaul::core {
namespace {

using namespace std::chrono;

struct Calendar {
  explicit Calendar(Time time) : day{floor<days>(time)}, date{day}, clock{floor<milliseconds>(time) - day} {}

  sys_days day;
  year_month_day date;
  hh_mm_ss<milliseconds> clock;
};

void append_digits(std::string& text, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) text.append(width - digits.size(), '0');
  text += digits;
}

void append_date(std::string& text, const Calendar& at, std::string_view between) {
  append_digits(text, static_cast<int>(at.date.year()), 4);
  text += between;
  append_digits(text, static_cast<unsigned>(at.date.month()), 2);
  text += between;
  append_digits(text, static_cast<unsigned>(at.date.day()), 2);
}

void append_clock(std::string& text, const Calendar& at, std::string_view between) {
  append_digits(text, at.clock.hours().count(), 2);
  text += between;
  append_digits(text, at.clock.minutes().count(), 2);
  text += between;
  append_digits(text, at.clock.seconds().count(), 2);
}

}  // namespace

Time system_time() { return time_point_cast<nanoseconds>(system_clock::now()); }

std::string iso_time(Time time) {
  const Calendar at{time};
  std::string text;
  append_date(text, at, "-");
  text += 'T';
  append_clock(text, at, ":");
  text += '.';
  append_digits(text, at.clock.subseconds().count(), 3);
  return text + 'Z';
}

std::string compact_time(Time time) {
  const Calendar at{time};
  std::string text;
  append_date(text, at, "");
  text += 'T';
  append_clock(text, at, "");
  return text + 'Z';
}

}  // namespace longhaul::core
