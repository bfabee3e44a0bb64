#include "redact.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/error.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::string_view mask = "***";

// In each the group is what is masked; what stands before it says what it was. None of them matches a quote
// or a backslash, so that JSON stays JSON.
constexpr std::string_view known_patterns[] = {
    R"(\bsk-([A-Za-z0-9_-]{12,}))",                                    // OpenAI, Anthropic, Stripe
    R"(\bgh[pousr]_([A-Za-z0-9]{16,}))",                               // GitHub
    R"(\bgithub_pat_([A-Za-z0-9_]{16,}))",                             //
    R"(\bglpat-([A-Za-z0-9_-]{16,}))",                                 // GitLab
    R"(\bnpm_([A-Za-z0-9]{30,}))",                                     // npm
    R"(\b(?:AKIA|ASIA)([0-9A-Z]{12,}))",                               // AWS
    R"(\bAIza([0-9A-Za-z_-]{30,}))",                                   // Google
    R"(\bxox[abeprs]-([A-Za-z0-9-]{10,}))",                            // Slack
    R"(\beyJ([A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*))",  // JSON Web Token
    R"((?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{8,}))",            // HTTP
    R"([A-Za-z][A-Za-z0-9+.-]*://[^/\s:@"'\\]*:([^/\s@"'\\]+)@)",      // credentials in a URL
    R"((?i)\b(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)\s*[=:]\s*([^\s"'\\,;&}\]]{3,}))",
};

constexpr std::string_view key_begins = "-----BEGIN ";
constexpr std::string_view key_ends = "-----END ";
constexpr std::string_view private_key = "PRIVATE KEY-----";

// A private key, its line ends written as escapes: all on one line.
bool find_key_block(std::string_view line, std::size_t from, Span& found) {
  const std::size_t begin = line.find(key_begins, from);
  if (begin == std::string_view::npos) return false;
  const std::size_t head = line.find(private_key, begin);
  if (head == std::string_view::npos || head - begin > 64) return false;
  const std::size_t end = line.find(key_ends, head);
  const std::size_t last = end == std::string_view::npos ? end : line.find(private_key, end);
  if (last == std::string_view::npos) return false;
  found = {head + private_key.size(), end};
  return true;
}

std::string masked(std::string_view line, const std::vector<Span>& secrets) {
  std::string out;
  std::size_t at = 0;
  for (const Span& secret : secrets) {
    out.append(line, at, secret.begin - at);
    out += mask.substr(0, std::min(mask.size(), secret.size()));
    at = secret.end;
  }
  return out.append(line, at);
}

// Where a pattern reaches over the bounds of a JSON value: its letters and digits go, its structure stays.
std::string masked_in_place(std::string_view line, const std::vector<Span>& secrets) {
  std::string out{line};
  for (const Span& secret : secrets)
    for (std::size_t at = secret.begin; at < secret.end; ++at) {
      if (out[at] == '\\') {
        at += at + 1 < secret.end && out[at + 1] == 'u' ? 5 : 1;
      } else if (core::is_digit(out[at])) {
        out[at] = '1';
      } else if (core::is_letter(out[at])) {
        out[at] = 'x';
      }
    }
  return out;
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& patterns) {
  std::string all;
  for (const std::string_view each : known_patterns)
    all.append(all.empty() ? "" : "|").append("(?:").append(each).append(")");
  for (const std::string& each : patterns) {
    const re2::RE2 one{each, re2::RE2::Quiet};
    if (!one.ok()) throw core::Error{"--redact-pattern", "'" + each + "': " + one.error()};
    all += one.NumberOfCapturingGroups() == 0 ? "|(" + each + ")" : "|(?:" + each + ")";
  }
  re2::RE2::Options options{re2::RE2::Quiet};
  options.set_encoding(re2::RE2::Options::EncodingLatin1);  // bytes: not every line is UTF-8
  options.set_max_mem(std::int64_t{4} << 20U);              // its memory counts in ours
  any_ = std::make_unique<re2::RE2>(all, options);
  if (!any_->ok()) throw core::Error{"--redact-pattern", any_->error()};
}

bool Redactor::may_hold(std::string_view line) const {
  return in_key_block_ || line.find(key_begins) != std::string_view::npos ||
         re2::RE2::PartialMatch(re2::StringPiece{line.data(), line.size()}, *any_);
}

std::vector<Span> Redactor::secrets_in(std::string_view line, const Entry& entry) const {
  std::vector<Span> found;
  for (const Entry::Value& value : entry.values)
    if (value.secret) found.push_back(value.raw);
  Span key;
  for (std::size_t from = 0; find_key_block(line, from, key); from = key.end) found.push_back(key);

  const int count = any_->NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(count));
  const re2::StringPiece text{line.data(), line.size()};
  std::size_t at = 0;
  while (at < line.size() && any_->Match(text, at, line.size(), re2::RE2::UNANCHORED, groups.data(), count)) {
    const auto end = static_cast<std::size_t>(groups[0].data() - line.data()) + groups[0].size();
    for (int i = 1; i < count; ++i) {
      const re2::StringPiece& group = groups[static_cast<std::size_t>(i)];
      if (group.data() == nullptr || group.empty()) continue;
      const auto begin = static_cast<std::size_t>(group.data() - line.data());
      found.push_back({begin, begin + group.size()});
      break;
    }
    at = std::max(end, at + 1);
  }

  std::ranges::sort(found, {}, &Span::begin);
  std::vector<Span> apart;
  for (const Span& each : found) {
    if (each.size() == 0) continue;
    if (!apart.empty() && each.begin < apart.back().end)
      apart.back().end = std::max(apart.back().end, each.end);
    else
      apart.push_back(each);
  }
  return apart;
}

bool Redactor::append(std::string& out, std::string_view line, const Entry& entry) {
  if (!entry.json && in_key_block_) {
    in_key_block_ = line.find(key_ends) == std::string_view::npos;
    out += in_key_block_ ? mask.substr(0, std::min(mask.size(), line.size())) : line;
    return true;
  }
  in_key_block_ = !entry.json && line.find(private_key) != std::string_view::npos &&
                  line.find(key_begins) != std::string_view::npos &&
                  line.find(key_ends) == std::string_view::npos;
  const std::vector<Span> secrets = secrets_in(line, entry);
  if (secrets.empty()) {
    out += line;
    return false;
  }
  std::string text = masked(line, secrets);
  const auto still_json = [&](std::string& candidate) {
    const std::size_t size = candidate.size();
    candidate.append(EntryReader::padding, ' ');
    const bool json =
        check_
            .read(std::string_view{candidate}.substr(0, size), EntryReader::longest, EntryReader::Depth::deep)
            .json;
    candidate.resize(size);
    return json;
  };
  if (entry.json && !still_json(text)) {
    text = masked_in_place(line, secrets);
    if (!still_json(text)) text = std::string_view{"{}"}.substr(0, std::min<std::size_t>(2, line.size()));
  }
  out += text;
  return true;
}

}  // namespace longhaul::logrotd
