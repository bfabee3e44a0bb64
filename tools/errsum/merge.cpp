#include "merge.hpp"

#include <memory>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "diag/merger.hpp"

namespace longhaul::errsum {
namespace {

constexpr std::size_t read_at_once = std::size_t{64} << 10U;

// Adds the records of one input.
class Records {
 public:
  Records(std::string name, diag::Merger& merger) : name_{std::move(name)}, merger_{merger} {}

  void take(std::string_view bytes) {
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
      append(bytes.substr(0, end));
      finish_line();
      bytes.remove_prefix(end + 1);
    }
    append(bytes);
  }
  void finish_line() {
    ++number_;
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (number_ == 1 && line_.starts_with(mark)) line_.erase(0, mark.size());
    // Hadoop's streaming puts a tab behind what has no key.
    const std::size_t begin = line_.find_first_not_of(" \t\r");
    if (begin != std::string::npos) {
      try {
        ++records_;
        merger_.add(std::string_view{line_}.substr(begin, line_.find_last_not_of(" \t\r") + 1 - begin));
      } catch (const core::Error& error) {
        throw core::Error{name_, "line " + std::to_string(number_) + ": " + error.reason};
      }
    }
    line_.clear();
  }
  std::uint64_t records() const { return records_; }

 private:
  void append(std::string_view part) {
    if (line_.size() + part.size() > diag::largest_record)
      throw core::Error{name_, "line " + std::to_string(number_ + 1) + ": longer than a record can be"};
    line_ += part;
  }

  std::string name_, line_;
  diag::Merger& merger_;
  std::uint64_t number_ = 0, records_ = 0;
};

std::uint64_t read_records(const std::string& file, diag::Merger& merger) {
  const core::Fd input = core::open_input(file);
  Records records{std::string{core::input_name(file)}, merger};
  const auto buffer = std::make_unique<char[]>(read_at_once);
  while (const std::size_t bytes =
             core::read_some(input.get(), {buffer.get(), read_at_once}, core::input_name(file)))
    records.take({buffer.get(), bytes});
  records.finish_line();
  return records.records();
}

}  // namespace

diag::Summary merged(const std::vector<std::string>& files, bool mergeable) {
  diag::Merger merger;
  std::uint64_t records = files.empty() ? read_records("-", merger) : 0;
  for (const std::string& file : files) records += read_records(file, merger);
  if (records == 0) throw core::Error{"--merge", "there is no record to read"};
  return merger.finish({.working_directory = core::working_directory(), .status = std::nullopt}, mergeable);
}

}  // namespace longhaul::errsum
