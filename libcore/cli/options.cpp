#include "cli/options.hpp"

#include <algorithm>
#include <array>

#include <charconv>

#include "base/ascii.hpp"
#include "base/duration.hpp"
#include "base/number_text.hpp"
#include "base/size.hpp"

namespace longhaul::cli {
namespace {

template <class Number>
std::string assign_number(Number& value, std::string_view given) {
  Number parsed{};
  const auto [end, problem] = std::from_chars(given.data(), given.data() + given.size(), parsed);
  if (problem == std::errc::result_out_of_range) return "'" + std::string{given} + "' is out of range";
  if (problem != std::errc{} || end != given.data() + given.size())
    return "'" + std::string{given} + "' is not a whole number";
  value = parsed;
  return {};
}

std::string in_capitals(std::string_view word) {
  std::string name{word};
  std::ranges::transform(name, name.begin(), core::upper);
  return name;
}

}  // namespace

Option& Options::add(std::string_view spec, std::string value_name, std::string_view help) {
  Option option;
  if (const auto comma = spec.find(','); comma != std::string_view::npos) {
    option.short_name = spec.substr(0, comma);
    spec.remove_prefix(comma + 1);
  }
  option.long_name = spec;
  option.value_name = std::move(value_name);
  option.help = help;
  option.heading = heading_;
  return options_.emplace_back(std::move(option));
}

void Options::flag(std::string_view spec, bool& set, std::string_view help) {
  Option& option = add(spec, {}, help);
  option.flag = &set;
  option.assign = [&set](std::string_view given) {
    set = given == "true";
    return std::string{};
  };
}

void Options::text(std::string_view spec, std::string& value, std::string_view value_name,
                   std::string_view help) {
  Option& option = add(spec, std::string{value_name}, help);
  option.assign = [&value](std::string_view given) {
    value = given;
    // An unset variable of a script is no choice of its author's.
    return std::string{given.empty() ? "is empty" : ""};
  };
  option.shown_default = [&value] { return value; };
}

void Options::number(std::string_view spec, std::uint64_t& value, std::string_view value_name,
                     std::string_view help) {
  Option& option = add(spec, std::string{value_name}, help);
  option.assign = [&value](std::string_view given) { return assign_number(value, given); };
  option.shown_default = [&value] { return value == 0 ? std::string{} : std::to_string(value); };
}

void Options::number(std::string_view spec, int& value, std::string_view value_name, std::string_view help) {
  Option& option = add(spec, std::string{value_name}, help);
  option.assign = [&value](std::string_view given) { return assign_number(value, given); };
  option.shown_default = [&value] { return value == 0 ? std::string{} : std::to_string(value); };
}

void Options::fraction(std::string_view spec, double& value, std::string_view help) {
  Option& option = add(spec, "FRACTION", help);
  option.assign = [&value](std::string_view given) {
    constexpr double hundred = 100;
    const bool is_percent = given.ends_with('%');
    const auto number = is_percent ? given.substr(0, given.size() - 1) : given;
    double parsed = 0;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), parsed);
    if (is_percent) parsed /= hundred;
    if (problem != std::errc{} || end != number.data() + number.size() || !(parsed > 0 && parsed <= 1))
      return "'" + std::string{given} + "' is no number above 0, and at most 1";
    value = parsed;
    return std::string{};
  };
  option.shown_default = [&value] { return core::number_text(value); };
}

void Options::size(std::string_view spec, std::uint64_t& bytes, std::string_view help) {
  Option& option = add(spec, "BYTES", help);
  option.assign = [&bytes](std::string_view given) {
    const auto parsed = core::parse_size(given);
    if (parsed) bytes = *parsed;
    return parsed.reason();
  };
  option.shown_default = [&bytes] { return bytes == 0 ? std::string{} : core::format_size(bytes); };
}

void Options::duration(std::string_view spec, std::chrono::nanoseconds& value, std::string_view help) {
  Option& option = add(spec, "TIME", help);
  option.assign = [&value](std::string_view given) {
    const auto parsed = core::parse_duration(given);
    if (parsed) value = *parsed;
    return parsed.reason();
  };
  option.shown_default = [&value] {
    return value.count() == 0 ? std::string{} : core::format_duration(value);
  };
}

void Options::quantity(std::string_view spec, double& value, std::string_view value_name,
                       std::function<core::Result<double>(std::string_view)> parse,
                       std::function<std::string(double)> show, std::string_view help) {
  Option& option = add(spec, std::string{value_name}, help);
  option.assign = [&value, parse = std::move(parse)](std::string_view given) {
    const auto parsed = parse(given);
    if (parsed) value = *parsed;
    return parsed.reason();
  };
  option.shown_default = [&value, show = std::move(show)] { return show(value); };
}

Option& Options::add_choice(std::string_view spec, std::vector<std::string_view> allowed,
                            std::string_view help) {
  Option& option = add(spec, {}, help);
  option.value_name = in_capitals(option.long_name.substr(2));
  option.choices = std::move(allowed);
  return option;
}

void Options::choice(std::string_view spec, std::string& value,
                     std::initializer_list<std::string_view> allowed, std::string_view help) {
  Option& option = add_choice(spec, allowed, help);
  option.assign = [&value](std::string_view given) {
    value = given;
    return std::string{};
  };
  option.shown_default = [&value] { return value; };
}

void Options::list(std::string_view spec, std::vector<std::string>& values, std::string_view value_name,
                   std::string_view help) {
  Option& option = add(spec, std::string{value_name}, help);
  option.repeatable = true;
  option.assign = [&values](std::string_view given) {
    values.emplace_back(given);
    return std::string{};
  };
}

void Options::files(std::string_view name, std::vector<std::string>& values, std::string_view help) {
  operands_ = {name, help, &values};
}

void Options::section(std::string_view name, std::string_view help,
                      std::function<void(Options& keys)> describe) {
  sections_.push_back({name, help, std::move(describe)});
}

void Options::command(std::vector<std::string>& words, std::string_view help, const bool* wanted) {
  command_ = {help, &words, wanted};
  const auto flag = std::ranges::find(options_, wanted, &Option::flag);
  if (wanted != nullptr && flag != options_.end()) flag->role = Role::wrapper;
}

void Options::command_if_given(std::vector<std::string>& words, std::string_view help) {
  command_ = {help, &words, nullptr, true};
}

}  // namespace longhaul::cli
