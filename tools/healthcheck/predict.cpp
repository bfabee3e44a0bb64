#include "predict.hpp"

#include <unistd.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/number_text.hpp"
#include "fields.hpp"
#include "metrics/forecast.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr std::size_t longest_line = 4096;

class Predictor {
 public:
  explicit Predictor(const Settings& settings) : settings_{settings}, sign_{settings.below ? -1.0 : 1.0} {}

  std::string answer(const std::string& line) {
    ++lines_;
    const metrics::Sample sample = sample_of(line);
    // The last ones decide; the rest goes in portions.
    if (samples_.size() == 2 * metrics::most_samples_of_forecast)
      samples_.erase(samples_.begin(),
                     samples_.end() - static_cast<std::ptrdiff_t>(metrics::most_samples_of_forecast));
    samples_.push_back({sample.time, sign_ * sample.value});
    const double limit = sign_ * settings_.limit;
    const auto forecast = settings_.method == Method::linear ? metrics::linear_forecast(samples_, limit)
                                                             : metrics::forecast(samples_, limit);
    std::string text = shown(forecast.samples);
    if (settings_.explain)
      text += ' ' + metrics::explain(
                        forecast, [](double value) { return show(value, Unit::number); },
                        settings_.below ? metrics::Limit::least : metrics::Limit::most);
    return text + '\n';
  }

 private:
  metrics::Sample sample_of(std::string line) const {
    for (char& c : line) c = c == '\t' || c == ',' || c == '\r' ? ' ' : c;
    std::array<std::optional<double>, 2> numbers;
    std::size_t count = 0;
    for (const auto word : words_of(line)) {
      if (word.empty()) continue;
      if (count == numbers.size() || !(numbers[count] = number_of(word)) || !std::isfinite(*numbers[count])) {
        count = 0;
        break;
      }
      ++count;
    }
    if (count != numbers.size())
      throw core::Error{"stdin:" + std::to_string(lines_),
                        "is not a time and a value: '" + line.substr(0, 40) + "'"};
    return {*numbers[0], *numbers[1]};
  }

  static std::string shown(double samples) {
    if (std::isinf(samples)) return "inf";
    constexpr double tenths = 10;
    return core::number_text(std::ceil(samples * tenths) / tenths);
  }

  const Settings& settings_;
  double sign_;
  std::size_t lines_ = 0;
  std::vector<metrics::Sample> samples_;
};

}  // namespace

core::Exit predict(const Settings& settings, cli::Session& session) {
  if (std::isnan(settings.limit)) throw core::Error{"--predict", "needs --limit"};
  Predictor predictor{settings};
  std::string text;
  std::array<char, 64 * 1024> piece;
  while (const auto count = core::read_some(STDIN_FILENO, piece, "stdin")) {
    text.append(piece.data(), count);
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
      session.print(predictor.answer(text.substr(begin, end - begin)));
      begin = end + 1;
    }
    text.erase(0, begin);
    if (text.size() > longest_line) throw core::Error{"stdin", "has a line without end"};
    session.flush();  // somebody may wait for the answer
  }
  if (!text.empty()) session.print(predictor.answer(text));
  return core::Exit::ok;
}

}  // namespace longhaul::healthcheck
