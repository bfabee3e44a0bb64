// forecast_table [SEED]: the score of each method over 2,000 made series, and of ours by shape.
#include <cstdio>
#include <cstdlib>

#include "forecast_score.hpp"

int main(int argc, char** argv) {
  constexpr std::size_t count = 2000;
  const auto all = made::series(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1, count);
  std::printf("%-24s %5s %8s %6s %6s %13s %12s\n", "method", "F1", "hits", "missed", "early", "false alarms",
              "median lead");
  for (const auto& [name, method] : made::methods()) {
    const auto score = made::score(all, method);
    std::printf("%-24s %5.2f %8zu %6zu %6zu %6zu in %4zu %12zu\n", name, score.f1(), score.all.hits,
                score.all.missed, score.all.early, score.all.false_alarms, count * 112 / 200,
                score.median_lead());
  }
  std::printf("\n%-32s %6s %6s %6s %6s %6s\n", "shape", "series", "hits", "missed", "early", "false");
  for (const auto& [shape, one] : made::score(all, made::methods().front().method).by_shape)
    std::printf("%-32s %6zu %6zu %6zu %6zu %6zu\n", shape.c_str(), one.series, one.hits, one.missed,
                one.early, one.false_alarms);
}
