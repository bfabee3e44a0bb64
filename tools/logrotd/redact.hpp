// Secrets masked: keys, tokens, passwords, wherever they stand in a line.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "entry.hpp"

namespace longhaul::logrotd {

class Redactor {
 public:
  struct Secret : Span {
    bool whole = true;  // within one value and no escape: may be replaced as a whole
  };

  // Further patterns, in RE2's syntax: what the first group matches is masked, or all of it where there is
  // none. Throws core::Error for one that is not valid.
  explicit Redactor(const std::vector<std::string>& patterns);

  // To be told of every line in its order, also of those that are not written: whether it is one of those
  // between the first and the last line of a private key.
  bool follow(std::string_view line, const Entry& entry);
  // Appends the line with its secrets masked, never longer, and valid JSON where it was. True where there
  // were any.
  bool append(std::string& out, std::string_view line, const Entry& entry, bool of_key);
  // The beginning of a line that is not read, with its secrets masked.
  std::string masked_head(std::string_view head) const;

 private:
  std::vector<Secret> secrets_in(std::string_view line, const Entry& entry) const;

  std::unique_ptr<re2::RE2> any_;  // all patterns: in each alternative one group holds the secret
  store::JsonReader json_{EntryReader::longest};
  bool in_key_block_ = false;  // between the first and the last line of a private key
};

}  // namespace longhaul::logrotd
