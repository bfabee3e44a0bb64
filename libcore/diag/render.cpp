#include "diag/render.hpp"

#include <algorithm>
#include <functional>

#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "store/json_writer.hpp"

namespace longhaul::diag {
namespace {

using store::JsonWriter;

// How much detail a record has. Each step of more is tried, and kept where it fits.
struct Detail {
  std::size_t codes = 0;   // named in the sentence
  std::size_t groups = 0;  // listed
  bool places = false, messages = false, group_files = false;
  std::size_t directories = 0;
  std::size_t examples = 0;      // of each group, besides the first
  std::size_t sample = 0;        // of unknown lines
  std::size_t suggestion = 200;  // bytes
  std::size_t sentence = 400;    // bytes
  bool sizes = true, hash = true, counts = true, tools = true;
};

std::uint64_t limit_of(std::uint64_t max_bytes) {
  return max_bytes == 0 ? UINT64_MAX : std::max(max_bytes, least_budget);
}

// What a further example has that the group does not say.
std::string text_of(const Example& example, const Summary::CodeGroup& group) {
  std::string text = example.place;
  if (!example.message.empty() && example.message != group.message)
    text += (text.empty() ? "" : ": ") + example.message;
  return text;
}

// `most` of those behind the first; none where they say nothing.
template <typename Visit>
void each_example(const Summary::CodeGroup& group, std::size_t most, Visit visit) {
  for (std::size_t at = 1; at < std::min(group.examples.size(), most + 1); ++at)
    if (const std::string text = text_of(group.examples[at], group); !text.empty()) visit(text);
}

void write_examples(JsonWriter& json, const Summary::CodeGroup& group, std::size_t most) {
  bool any = false;
  each_example(group, most, [&](const std::string& text) {
    if (!any) json.key("examples").begin_array();
    any = true;
    json.value(text);
  });
  if (any) json.end_array();
}

void write_group(JsonWriter& json, const Summary& summary, const Summary::CodeGroup& group,
                 const Detail& detail) {
  json.begin_object().member("code", group.code).member("count", group.count);
  if (group.fixable != 0) json.member("fixable", group.fixable);
  if (detail.messages && !group.message.empty()) json.member("message", group.message);
  if (detail.places && !group.first.empty()) json.member("first", group.first);
  if (detail.group_files && group.files != 0) json.member("files", group.files);
  if (summary.tools.size() > 1) json.member("tool", group.tool);
  write_examples(json, group, detail.examples);
  json.end_object();
}

void write_tools(JsonWriter& json, const Summary& summary) {
  json.key("tools").begin_array();
  for (const Summary::Tool& tool : summary.tools) {
    json.begin_object()
        .member("tool", tool.name)
        .member("errorType", name_of(tool.kind).id)
        .member("total", tool.total);
    json.member("errors", tool.errors).member("warnings", tool.warnings);
    if (tool.fixable != 0) json.member("fixable", tool.fixable);
    json.member("files", tool.files).end_object();
  }
  json.end_array();
}

void write_unknown(JsonWriter& json, const Summary& summary, const Detail& detail) {
  json.member("lines", summary.unknown_lines).member("errorLines", summary.unknown_error_lines);
  if (detail.groups == 0 || summary.total != 0) return;
  json.key("templates").begin_array();
  for (std::size_t i = 0; i < std::min(detail.groups, summary.unknown.size()); ++i)
    json.begin_object()
        .member("count", summary.unknown[i].count)
        .member("line", summary.unknown[i].example)
        .end_object();
  json.end_array();
  const auto write_sample = [&](std::string_view key, const std::vector<std::string>& lines) {
    if (detail.sample == 0 || lines.empty()) return;
    json.key(key).begin_array();
    for (const std::string& line : lines) json.value(line);
    json.end_array();
  };
  write_sample("head", summary.head);
  write_sample("tail", summary.tail);
}

void write_groups(JsonWriter& json, const Summary& summary, const Detail& detail) {
  json.key("groups").begin_array();
  const std::size_t listed = std::min(detail.groups, summary.groups.size());
  for (std::size_t i = 0; i < listed; ++i) write_group(json, summary, summary.groups[i], detail);
  json.end_array();
  if (const std::size_t left = summary.groups.size() - listed; left != 0)
    json.member("moreCodes", static_cast<std::uint64_t>(left));
  if (summary.codes_left_out != 0) json.member("otherFindings", summary.codes_left_out);
}

void write_directories(JsonWriter& json, const Summary& summary, const Detail& detail) {
  json.key("directories").begin_array();
  for (std::size_t i = 0; i < std::min(detail.directories, summary.directories.size()); ++i) {
    const CommonPaths::Directory& directory = summary.directories[i];
    json.begin_object()
        .member("path", directory.path.empty() ? "." : directory.path)
        .member("count", directory.count)
        .end_object();
  }
  json.end_array();
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts,
                 std::size_t longest) {
  if (texts.empty()) return;
  json.key(key).begin_array();
  for (const std::string& text : texts) json.value(core::utf8_shorten(text, longest));
  json.end_array();
}

void write_recalled(JsonWriter& json, const Recalled& recalled, const Detail& detail) {
  json.member("new", recalled.fresh).member("seen", recalled.seen).member("gone", recalled.gone);
  if (recalled.escalate) json.member("escalate", true).member("streak", recalled.streak);
  if (detail.tools) write_texts(json, "tried", recalled.tried, detail.suggestion);
  if (detail.groups != 0) write_texts(json, "newFindings", recalled.examples, detail.sentence);
}

std::string record(const Summary& summary, const Detail& detail, std::uint64_t own_size) {
  JsonWriter json;
  json.begin_object().member("errorType", name_of(summary.kind).id);
  if (!summary.tool.empty()) json.member("tool", summary.tool);
  json.member("summary", core::utf8_shorten(sentence(summary, detail.codes), detail.sentence));
  if (!summary.suggestion.empty() && detail.suggestion != 0)
    json.member("suggestion", core::utf8_shorten(summary.suggestion, detail.suggestion));
  json.member("actionable", summary.actionable).member("total", summary.total);
  if (summary.shown) json.member("shown", *summary.shown);
  if (summary.parsed) json.member("parsed", *summary.parsed);
  if (detail.counts) {
    json.member("errors", summary.errors).member("warnings", summary.warnings);
    json.member("fixable", summary.fixable).member("files", summary.files);
  }
  json.member("recognised", summary.recognised);
  if (summary.recalled) write_recalled(json, *summary.recalled, detail);
  if (detail.sizes) {
    json.member("rawSize", summary.raw_size).member("compressedSize", own_size);
    json.key("compressionRatio")
        .tenths(own_size == 0 ? 0.0 : static_cast<double>(summary.raw_size) / static_cast<double>(own_size));
  }
  if (detail.hash) json.member("hash", summary.hash);
  if (detail.hash && !summary.raw.empty()) json.member("raw", summary.raw);
  if (!summary.recognised || (summary.unknown_error_lines != 0 && detail.hash))
    write_unknown(json, summary, detail);
  if (summary.json_left_out != 0) json.member("jsonLeftOut", summary.json_left_out);
  if (summary.counts_approximate) json.member("approximate", true);
  if (summary.cut_lines != 0 && detail.hash) json.member("cutLines", summary.cut_lines);
  if (detail.tools && summary.tools.size() > 1) write_tools(json, summary);
  if (detail.groups != 0 && !summary.groups.empty()) write_groups(json, summary, detail);
  if (detail.directories != 0 && !summary.directories.empty()) write_directories(json, summary, detail);
  json.end_object();
  return json.text();
}

// The record holds its own size, so it is written until the size no longer moves. `rest` is of what will be
// added.
std::string sized_record(const Summary& summary, const Detail& detail, std::size_t rest) {
  std::uint64_t size = 0;
  std::string text = record(summary, detail, size);
  for (int attempt = 0; attempt < 6 && text.size() + rest != size; ++attempt) {
    size = text.size() + rest;
    text = record(summary, detail, size);
  }
  return text;
}

// The last member of a record without a limit. It may have megabytes, so it is written once.
constexpr std::string_view merge_key = ",\"merge\":";
std::size_t size_to_merge(const Summary& summary, std::uint64_t limit) {
  return limit != UINT64_MAX || summary.mergeable.empty() ? 0 : merge_key.size() + summary.mergeable.size();
}

using Render = std::function<std::string(const Detail&)>;

// A record that is only ever exchanged for one that fits as well.
class Record {
 public:
  Record(const Render& render, std::uint64_t limit) : render_{render}, limit_{limit} {}

  // Changes the detail where the record still fits with it.
  template <typename Change>
  bool attempt(Change change) {
    Detail tried = detail_;
    change(tried);
    std::string text = render_(tried);
    if (text.size() > limit_) return false;
    detail_ = tried;
    text_ = std::move(text);
    return true;
  }
  const std::string& text() const { return text_; }
  std::uint64_t limit() const { return limit_; }

 private:
  const Render& render_;
  std::uint64_t limit_;
  Detail detail_;
  std::string text_;
};

// A record that fits at all, with ever less in it.
bool begin(Record& record) {
  constexpr void (*less[])(Detail&) = {
      [](Detail&) {},
      [](Detail& d) { d.tools = false; },
      [](Detail& d) { d.suggestion = 120, d.sentence = 160; },
      [](Detail& d) { d.sizes = false; },
      [](Detail& d) { d.hash = false; },
      [](Detail& d) { d.suggestion = 0, d.sentence = 80; },
      [](Detail& d) { d.counts = false; },
      [](Detail& d) { d.sentence = 24; },
  };
  Detail detail;
  for (const auto step : less) {
    step(detail);
    if (record.attempt([&](Detail& d) { d = detail; })) return true;
  }
  return false;
}

void add_everything(Record& record, const Summary& summary, std::size_t most) {
  record.attempt([&](Detail& d) {
    d.codes = 10;
    d.sentence = d.suggestion = 4000;
    d.groups = most;
    d.places = d.messages = d.group_files = true;
    d.directories = summary.directories.size();
    d.examples = Group::most_examples;
    d.sample = 1;
  });
}

// Each step of detail that fits, in the order of its worth.
void add_what_fits(Record& record, const Summary& summary, std::size_t most) {
  const auto groups = [&](std::size_t n) { return record.attempt([&](Detail& d) { d.groups = n; }); };
  const auto codes = [&](std::size_t n) { return record.attempt([&](Detail& d) { d.codes = n; }); };
  for (std::size_t n = 1; n <= std::min<std::size_t>(3, most); ++n) {
    groups(n);
    codes(n);
  }
  if (record.attempt([](Detail& d) { d.places = true; })) {
    record.attempt([](Detail& d) { d.sample = 1; });
    record.attempt([](Detail& d) { d.messages = d.group_files = true; });
  }
  for (std::size_t n = 4; n <= most && groups(n); ++n) {
  }
  for (std::size_t n = 4; n <= std::min<std::size_t>(10, most) && codes(n); ++n) {
  }
  for (std::size_t n = 1; n <= summary.directories.size(); ++n)
    if (!record.attempt([&](Detail& d) { d.directories = n; })) break;
  // A short summary is for a glance: the place of the first is enough.
  constexpr std::uint64_t long_enough = 1000;
  for (std::size_t n = 1; record.limit() >= long_enough && n < Group::most_examples; ++n)
    if (!record.attempt([&](Detail& d) { d.examples = n; })) break;
}

// Empty where nothing fits.
std::string fill(const Render& render, std::uint64_t limit, const Summary& summary) {
  const std::size_t most = std::max(summary.groups.size(), summary.unknown.size());
  Record record{render, limit};
  if (!begin(record)) return {};
  if (limit == UINT64_MAX)
    add_everything(record, summary, most);
  else
    add_what_fits(record, summary, most);
  return record.text();
}

std::string recalled_lines(const Recalled& recalled, const Detail& detail) {
  std::string text = std::to_string(recalled.fresh) + " new, " + std::to_string(recalled.seen) +
                     " seen before, " + std::to_string(recalled.gone) + " gone\n";
  if (recalled.escalate) {
    text += "the same failure in " + std::to_string(recalled.streak) + " runs in a row: stop, and look\n";
    if (detail.tools)
      for (const auto& tried : recalled.tried)
        text += "  tried: " + core::utf8_shorten(tried, detail.suggestion) + '\n';
  }
  if (detail.groups != 0)
    for (const auto& example : recalled.examples) text += "  new: " + core::utf8_shorten(example, 100) + '\n';
  return text;
}

std::string group_lines(const Summary& summary, const Detail& detail) {
  std::string text;
  const std::size_t listed = std::min(detail.groups, summary.groups.size());
  for (std::size_t i = 0; i < listed; ++i) {
    const Summary::CodeGroup& group = summary.groups[i];
    text += "  " + std::to_string(group.count) + "x " + group.code;
    if (detail.messages && !group.message.empty()) text += "  " + core::utf8_shorten(group.message, 100);
    if (detail.places && !group.first.empty()) text += "  " + group.first;
    text += '\n';
    each_example(group, detail.examples,
                 [&](const std::string& one) { text += "      " + core::utf8_shorten(one, 160) + '\n'; });
  }
  if (const std::size_t left = summary.groups.size() - listed; left != 0 && listed != 0)
    text += "  +" + core::counted(left, "more code", "more codes") + '\n';
  const std::size_t unknown = summary.recognised ? 0 : std::min(detail.groups, summary.unknown.size());
  for (std::size_t i = 0; i < unknown; ++i)
    text += "  " + std::to_string(summary.unknown[i].count) + "x " + summary.unknown[i].example + '\n';
  return text;
}

std::string person_text(const Summary& summary, const Detail& detail) {
  std::string text;
  if (!summary.tool.empty()) text += summary.tool + ": ";
  text += core::utf8_shorten(sentence(summary, detail.groups == 0 ? detail.codes : 0), detail.sentence);
  if (detail.counts && summary.files != 0) text += " in " + core::counted(summary.files, "file", "files");
  if (summary.shown)
    text += " (" + std::to_string(*summary.shown) + " shown)";
  else if (summary.parsed)
    text += " (the tool's own total differs)";
  text += '\n';
  if (summary.recalled) text += recalled_lines(*summary.recalled, detail);
  text += group_lines(summary, detail);
  for (std::size_t i = 0; i < std::min(detail.directories, summary.directories.size()); ++i)
    text += "  " + std::to_string(summary.directories[i].count) + " in " +
            (summary.directories[i].path.empty() ? "." : summary.directories[i].path) + '\n';
  if (summary.total != 0 && summary.unknown_error_lines != 0 && detail.hash)
    text += core::counted(summary.unknown_error_lines, "other line speaks of errors",
                          "other lines speak of errors") +
            '\n';
  if (!summary.suggestion.empty() && detail.suggestion != 0)
    text += core::utf8_shorten(summary.suggestion, detail.suggestion) + '\n';
  constexpr std::size_t digits_to_tell = 12;
  if (detail.hash && !summary.raw.empty()) text += "saved as " + summary.raw.substr(0, digits_to_tell) + '\n';
  return text;
}

}  // namespace

std::string render_json(const Summary& summary, std::uint64_t max_bytes) {
  const std::uint64_t limit = limit_of(max_bytes);
  const std::size_t rest = size_to_merge(summary, limit);
  std::string text =
      fill([&](const Detail& detail) { return sized_record(summary, detail, rest) + '\n'; }, limit, summary);
  if (rest != 0) {
    text.resize(text.size() - 2);
    text.reserve(text.size() + rest + 2);
    text.append(merge_key).append(summary.mergeable).append("}\n");
  }
  if (!text.empty()) return text;
  JsonWriter least;
  least.begin_object().member("total", summary.total).member("recognised", summary.recognised).end_object();
  return least.text() + '\n';
}

std::string render_text(const Summary& summary, std::uint64_t max_bytes) {
  const std::uint64_t limit = limit_of(max_bytes);
  std::string text =
      fill([&](const Detail& detail) { return core::utf8_printable(person_text(summary, detail)); }, limit,
           summary);
  if (!text.empty()) return text;
  return "total " + std::to_string(summary.total) + '\n';
}

}  // namespace longhaul::diag
