#include "redact.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/error.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::string_view mask = "***";

// What a member or a variable with a secret is called, whatever stands before it: DB_PASSWORD, access_token.
constexpr std::string_view name =
    R"([A-Za-z0-9_.-]{0,40}(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|(?:access|secret|private)[_-]?key))";

// In each the group is what is masked; what stands before it says what it was. {name} is the name above.
constexpr std::string_view known_patterns[] = {
    // OpenAI, Anthropic: with a digit, or long; "sk-learn-contrib" is a word
    R"(\bsk-([A-Za-z0-9_-]{8,}[0-9][A-Za-z0-9_-]*|[A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]{8,}|[A-Za-z0-9]{20,}))",
    R"(\b[sr]k_(?:live|test)_([A-Za-z0-9]{8,}))",                      // Stripe
    R"(\bgh[pousr]_([A-Za-z0-9]{16,}))",                               // GitHub
    R"(\bgithub_pat_([A-Za-z0-9_]{16,}))",                             // likewise
    R"(\bglpat-([A-Za-z0-9_-]{16,}))",                                 // GitLab
    R"(\bnpm_([A-Za-z0-9]{30,}))",                                     // npm
    R"(\bhf_([A-Za-z0-9]{20,}))",                                      // Hugging Face
    R"(\b(?:AKIA|ASIA)([0-9A-Z]{12,}))",                               // AWS
    R"(\bAIza([0-9A-Za-z_-]{30,}))",                                   // Google
    R"(\bxox[abeprs]-([A-Za-z0-9-]{10,}))",                            // Slack
    R"(\beyJ([A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*))",  // JSON Web Token
    R"((?i)\bbearer\s+([A-Za-z0-9_~+/=-]*[0-9.][A-Za-z0-9._~+/=-]{4,}|[A-Za-z0-9._~+/=-]{20,}))",  // HTTP
    R"((?i)\bauthorization["']?\s*[:=]\s*["']?(?:basic|digest|token)\s+([A-Za-z0-9._~+/=-]{6,}))",
    R"((?i)\bcookie["']?\s*[:=]\s*["']?[A-Za-z0-9_.-]+=([^\s"';,]+))",
    R"([A-Za-z][A-Za-z0-9+.-]*:/{2,4}[^/\s:@"']*:([^/\s@"']+)@)",  // credentials in a URL
    R"((?i)\b{name}=([^\s"'`,;&(){}\[\]<>]+))",                    // key=value
    R"((?i)\b{name}["']?\s*[:=]\s*["']+([^"'\n]+))",               // key: "value"
    // key: value, where the value does not look like a word of a sentence
    R"((?i)\b{name}["']?\s*[:=]\s*([^\s"'`,;&(){}\[\]<>]*[0-9][^\s"'`,;&(){}\[\]<>]*))",
};

constexpr std::string_view key_begins = "-----BEGIN ";
constexpr std::string_view key_ends = "-----END ";
constexpr std::string_view private_key = "PRIVATE KEY";

bool is_base64(char c) { return core::is_alnum(c) || c == '+' || c == '/' || c == '='; }

// Whether base64 follows, and not a sentence about keys.
bool begins_as_key(std::string_view text) {
  constexpr std::size_t least = 16;
  while (text.starts_with("\\n") || text.starts_with(' ')) text.remove_prefix(text.front() == ' ' ? 1 : 2);
  return text.size() >= least && std::ranges::all_of(text.substr(0, least), is_base64);
}

// A private key, its line ends written as escapes: what stands between its first and its last line. One whose
// end was cut off reaches to the end of its string.
bool find_key_block(std::string_view line, std::size_t from, bool json, Span& found) {
  const std::size_t begin = line.find(key_begins, from);
  if (begin == std::string_view::npos) return false;
  const std::size_t head = line.find(private_key, begin);
  const std::size_t dashes = head == std::string_view::npos ? head : line.find("-----", head);
  if (dashes == std::string_view::npos || dashes - begin > 80) return false;
  found.begin = dashes + 5;
  const std::size_t end = line.find(key_ends, found.begin);
  if (end == std::string_view::npos && !json && !begins_as_key(line.substr(found.begin))) return false;
  found.end = std::min({end, line.find('"', found.begin), line.size()});
  return true;
}

std::string_view without_blanks(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = std::min(line.find_first_not_of(blanks), line.size());
  return line.substr(first, line.find_last_not_of(blanks) + 1 - first);
}

// Whether a line may be one of a private key's: base64, or a header such as "Proc-Type: 4,ENCRYPTED".
bool may_be_of_key(std::string_view line) {
  line = without_blanks(line);
  return std::ranges::all_of(line, is_base64) || line.starts_with("Proc-Type: ") ||
         line.starts_with("DEK-Info: ") || line.starts_with("Version: ") || line.starts_with("Comment: ");
}

// The entry as a person reads it, byte for byte as long: where JSON has an escape stands what it stands for,
// or blanks, so that "\nghp_…" is found for what it is, and no match ends within an escape.
std::string without_escapes(std::string_view line) {
  std::string text{line};
  for (std::size_t at = text.find('\\'); at < text.size(); at = text.find('\\', at)) {
    const char kind = at + 1 < text.size() ? text[at + 1] : ' ';
    const std::size_t size = std::min<std::size_t>(kind == 'u' ? 6 : 2, text.size() - at);
    text.replace(at, size, kind == '/' ? std::string{"//"} : std::string(size, ' '));
    if (kind == '"') text[at] = '"';
    at += size;
  }
  return text;
}

// Where a match reaches over the bounds of a JSON value, or over an escape: its letters and digits go, and
// everything else stays, escapes too.
void mask_in_place(std::string& line, const std::vector<Redactor::Secret>& secrets) {
  auto secret = secrets.begin();
  bool in_string = false;  // outside are numbers, and literals, which hide nothing
  for (std::size_t at = 0; at < line.size() && secret != secrets.end(); ++at) {
    while (secret != secrets.end() && at >= secret->end) ++secret;
    if (secret == secrets.end()) break;
    if (line[at] == '"') in_string = !in_string;
    if (line[at] == '\\') {
      at += at + 1 < line.size() && line[at + 1] == 'u' ? 5 : 1;
    } else if (at >= secret->begin && !secret->whole) {
      if (core::is_digit(line[at])) line[at] = '1';
      if (core::is_letter(line[at]) && in_string) line[at] = 'x';
    }
  }
}

std::string masked(std::string_view line, const std::vector<Redactor::Secret>& secrets) {
  std::string in_place{line};
  mask_in_place(in_place, secrets);
  std::string out;
  std::size_t at = 0;
  for (const Redactor::Secret& secret : secrets) {
    if (!secret.whole) continue;
    out.append(in_place, at, secret.begin - at);
    out += mask.substr(0, std::min(mask.size(), secret.size()));
    at = secret.end;
  }
  return out.append(in_place, at);
}

// What says that there is a secret, or none, and is none.
bool is_literal(std::string_view value) {
  return value == "true" || value == "false" || value == "null" || value == "none";
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& patterns) {
  std::string all;
  for (const std::string_view each : known_patterns) {
    std::string pattern{each};
    if (const std::size_t at = pattern.find("{name}"); at != std::string::npos) pattern.replace(at, 6, name);
    all.append(all.empty() ? "" : "|").append("(?:").append(pattern).append(")");
  }
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

std::vector<Redactor::Secret> Redactor::secrets_in(std::string_view original, const Entry& entry) const {
  const bool escapes = entry.json && original.find('\\') != std::string_view::npos;
  const std::string plain = escapes ? without_escapes(original) : std::string{};
  const std::string_view line = escapes ? std::string_view{plain} : original;
  std::vector<Secret> found;
  for (const Entry::Value& value : entry.values)
    if (value.secret) found.push_back({value.raw, true});
  Span key;
  for (std::size_t from = 0; find_key_block(line, from, entry.json, key); from = key.end)
    found.push_back({key, true});

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
      const Span span{begin, begin + group.size()};
      if (is_literal(span.in(line))) break;
      // What the escapes hide shows where the two texts differ.
      const bool whole = !entry.json || (span.in(original) == span.in(line) &&
                                         span.in(line).find('"') == std::string_view::npos);
      found.push_back({span, whole});
      break;
    }
    at = std::max(end, at + 1);
  }

  std::ranges::sort(found, {}, &Secret::begin);
  std::vector<Secret> apart;
  for (const Secret& each : found) {
    if (each.size() == 0) continue;
    if (apart.empty() || each.begin >= apart.back().end) {
      apart.push_back(each);
    } else if (each.end > apart.back().end) {
      apart.back().end = each.end;
      apart.back().whole = apart.back().whole && each.whole;
    }
  }
  return apart;
}

bool Redactor::follow(std::string_view line, const Entry& entry) {
  if (entry.json) return false;
  if (in_key_block_ && may_be_of_key(line)) return true;
  in_key_block_ = without_blanks(line).ends_with("-----") &&
                  line.find(key_begins) != std::string_view::npos &&
                  line.find(private_key) != std::string_view::npos;
  return false;
}

std::string Redactor::masked_head(std::string_view head) const {
  Entry entry;
  entry.json = head.starts_with('{') || head.starts_with('[');
  return masked(head, secrets_in(head, entry));
}

bool Redactor::append(std::string& out, std::string_view line, const Entry& entry, bool of_key) {
  if (of_key) {
    out += mask.substr(0, std::min(mask.size(), line.size()));
    return true;
  }
  std::vector<Secret> secrets = secrets_in(line, entry);
  if (secrets.empty()) {
    out += line;
    return false;
  }
  std::string text = masked(line, secrets);
  if (entry.json && !json_.read(text)) {
    for (Secret& each : secrets) each.whole = false;
    text = masked(line, secrets);
    if (!json_.read(text)) text = std::string_view{"{}"}.substr(0, std::min<std::size_t>(2, line.size()));
  }
  out += text;
  return true;
}

}  // namespace longhaul::logrotd
