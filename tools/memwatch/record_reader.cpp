// The only file that includes nlohmann-json: it takes seconds to compile.
#include "record_reader.hpp"

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace longhaul::memwatch {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& line, const char* key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<std::uint64_t> number_of(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

// "2026-11-24T05:22:00.123Z"
std::optional<double> seconds_of(const std::string& time) {
  using namespace std::chrono;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  double second = 0;
  // NOLINTNEXTLINE(cert-err34-c): how many were read is asked
  if (std::sscanf(time.c_str(), "%d-%u-%uT%d:%d:%lf", &year, &month, &day, &hour, &minute, &second) != 6)
    return std::nullopt;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  const auto whole = sys_days{date} + hours{hour} + minutes{minute};
  return duration<double>{whole.time_since_epoch()}.count() + second;
}

}  // namespace

std::optional<RecordLine> parse_record_line(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const auto time = seconds_of(text_of(object, "time"));
  RecordLine found{time.value_or(0),           text_of(object, "event"),
                   text_of(object, "state"),   text_of(object, "action"),
                   number_of(object, "bytes"), number_of(object, "budget").value_or(0)};
  if (!time || found.event.empty()) return std::nullopt;
  return found;
}

}  // namespace longhaul::memwatch
