#include "pragma_report.hpp"

#include "base/size.hpp"
#include "result.hpp"
#include "space.hpp"

namespace longhaul::dbprune {
namespace {

constexpr int largest_shown = 10;

void append_line(std::string& text, std::string_view name, std::string_view value) {
  text.append(name)
      .append(std::string(name.size() < 18 ? 18 - name.size() : 1, ' '))
      .append(value)
      .append("\n");
}

std::string_view name_of(AutoVacuum mode) {
  switch (mode) {
    case AutoVacuum::full: return "full";
    case AutoVacuum::incremental: return "incremental";
    case AutoVacuum::none: break;
  }
  return "none";
}

void append_largest(std::string& text, const store::Database& database) {
  const std::string sql = "SELECT name, pgsize, payload, (SELECT type FROM sqlite_schema s WHERE s.name = "
                          "d.name) FROM dbstat d WHERE aggregate = TRUE "
                          "ORDER BY pgsize DESC LIMIT " +
                          std::to_string(largest_shown);
  if (!database.knows(sql)) {
    text += "sizes of tables: this SQLite has no dbstat\n";
    return;
  }
  text += "largest tables and indexes:\n";
  store::Statement largest{database, sql};
  while (largest.step()) {
    const double size = largest.real(1);
    const auto filled = static_cast<int>(size == 0 ? 0 : 100 * largest.real(2) / size);
    text.append("  ").append(largest.text(0)).append(largest.text(3) == "index" ? " (index): " : ": ");
    text.append(core::format_size(static_cast<std::uint64_t>(size))).append(", ");
    text.append(std::to_string(filled)).append(" % payload\n");
  }
}

}  // namespace

std::string pragma_report(const store::Database& database) {
  const Pages pages = pages_of(database);
  const AutoVacuum mode = auto_vacuum_of(database);
  const std::string journal = database.text("PRAGMA journal_mode");
  const std::uint64_t log = file_size(database.path() + "-wal");
  std::string text = database.path() + "\n";
  append_line(text, "file", core::format_size(file_size(database.path())));
  append_line(text, "pages", std::to_string(pages.count) + " of " + std::to_string(pages.size) + " bytes");
  append_line(text, "free pages",
              std::to_string(pages.free) + ", " + core::format_size(pages.free * pages.size));
  append_line(text, "auto_vacuum", name_of(mode));
  append_line(text, "journal_mode", journal);
  append_line(text, "write-ahead log", core::format_size(log));
  append_largest(text, database);

  std::string advice;
  if (mode == AutoVacuum::none) advice += "  dbprune --convert: the file cannot shrink in steps\n";
  if (mode == AutoVacuum::incremental && pages.free > pages.count / 10)
    advice += "  dbprune: a run gives the free pages back\n";
  if (journal != "wal") advice += "  dbprune --wal: readers and a writer do not wait for each other then\n";
  if (log > (std::uint64_t{64} << 20U))
    advice += "  PRAGMA wal_checkpoint(TRUNCATE): the log is large; does a reader never end?\n";
  for (const std::string& index : missing_indexes(read_schema(database)))
    advice.append("  ").append(index).append("\n");
  if (!advice.empty()) text.append("what would help:\n").append(advice);
  return text;
}

}  // namespace longhaul::dbprune
