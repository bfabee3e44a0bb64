// What the entry path does to a line, and what it never does.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "entry.hpp"
#include "pipeline.hpp"
#include "store/json_reader.hpp"

namespace longhaul::logrotd {
namespace {

core::Time at_noon() {
  return std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::hours{12};
}

struct Run {
  explicit Run(Rules rules)
      : pipeline{rules, statistics, at_noon, [this](std::string_view lines) { out += lines; },
                 [](const core::Error& error) { FAIL(error.what()); }} {}

  std::string of(std::string text) {
    const std::size_t size = text.size();
    text.append(EntryReader::padding, ' ');
    out.clear();
    pipeline.lines(std::string_view{text}.substr(0, size));
    return out;
  }

  std::string out;
  Statistics statistics;
  Pipeline pipeline;
};

bool is_json(std::string_view line) {
  store::JsonReader reader{std::size_t{1} << 20U};
  return reader.read(line).has_value();
}

Rules rules_with(auto change) {
  Rules rules;
  change(rules);
  return rules;
}

TEST_CASE("what is short and not asked about is not touched") {
  Run run{{}};
  for (const char* line : {"{\"a\":1}\n", "{ \"b\" : [1, 2.50, \"x\\u00e9\"] }\r\n", "plain text\n", "\n",
                           "[1,2]\n", "{\"broken\": \n", "\x00\xff\xfe\n", "\"just a string\"\n"})
    CHECK(run.of(line) == line);
  CHECK(run.statistics.shortened == 0);
}

TEST_CASE("a long value is shortened to its bound, and nothing else of the entry changes") {
  Run run{{}};
  const std::string line =
      R"({"time":"t","msg":")" + std::string(2000, 'x') + R"(","tail" : [1, {"deep":"y"}] })";
  const std::string out = run.of(line + '\n');
  CHECK(out.starts_with(R"({"time":"t","msg":"xxx)"));
  CHECK(out.find(R"(,"tail" : [1, {"deep":"y"}] ,"originalSize":)") != std::string::npos);
  CHECK(is_json(out));
  const std::size_t begin = out.find("xxx");
  CHECK(out.find('"', begin) - begin <= 500);
}

TEST_CASE("a long value anywhere is found, in quotes of its own too") {
  Run run{{}};
  std::string escaped;
  for (int i = 0; i < 300; ++i) escaped += "a\\\"b\\n";
  for (const std::string& line :
       {R"({"a":{"b":[1,[{"c":")" + escaped + R"("}]]}})", R"([{"a":")" + escaped + R"("}])"}) {
    const std::string out = run.of(line + '\n');
    CHECK(out.size() < line.size());
    CHECK_MESSAGE(is_json(out), out);
  }
}

TEST_CASE("an error dump becomes its summary") {
  std::string dump;
  for (int i = 1; i <= 100; ++i)
    dump += "src/a.py:" + std::to_string(i) + ":1: F401 [*] `os` imported but unused\\n";
  Run run{{}};
  const std::string out = run.of(R"({"level":"error","output":")" + dump + "Found 100 errors.\"}\n");
  CHECK(out.find("ruff: 100 linting errors") != std::string::npos);
  CHECK(out.find("ruff check --fix src/a.py") != std::string::npos);
  CHECK(out.size() < 700);
}

TEST_CASE("the same value has the same hash, whatever the time") {
  Run run{{}};
  const std::string value(1000, 'v');
  const std::string one = run.of(R"({"time":"1","m":")" + value + "\"}\n");
  const std::string two = run.of(R"({"time":"2","m":")" + value + "\"}\n");
  CHECK(one.substr(one.find("originalHash")) == two.substr(two.find("originalHash")));
}

TEST_CASE("levels of all loggers are understood") {
  for (const char* kept : {R"({"level":40})",
                           R"({"level":"WARNING"})",
                           R"({"severity":"error"})",
                           R"({"level":"error","levelno":40})",
                           R"({"levelname":"CRITICAL"})",
                           R"({"severity":3})",
                           R"({"PRIORITY":"4"})",
                           "2026-01-01 ERROR boom",
                           "level=warn msg=x",
                           "[warning] x",
                           R"({"no":"level"})",
                           "no level either",
                           R"({"a":{"level":"debug"}})",
                           R"(msg="level=debug" level=error)",
                           "[info] [error] x",
                           "connection error level=debug was set",
                           "the DEBUG flag is set",
                           "Exception in INFO thread",
                           "TRACE/1.1 request failed",
                           R"({"level":0,"short_message":"x"})",
                           "<3>x"}) {
    Run run{rules_with([](Rules& rules) { rules.level = Level::warn; })};
    CHECK_MESSAGE(run.of(std::string{kept} + '\n') == std::string{kept} + '\n', kept);
  }
  for (const char* gone :
       {R"({"level":30})", R"({"level":"INFO"})", R"({"x":{"level":"error"},"level":"debug"})",
        R"({"severity":6})", R"({"levelno":20,"a":1})", "12:00 DEBUG x", "level=info msg=x",
        R"({"msg":"\"level\":\"error\"","level":"info"})"}) {
    Run run{rules_with([](Rules& rules) { rules.level = Level::warn; })};
    CHECK_MESSAGE(run.of(std::string{gone} + '\n').empty(), gone);
    CHECK(run.statistics.filtered == 1);
  }
}

TEST_CASE("the ring is written before an error, marked, and is empty then") {
  Run run{rules_with([](Rules& rules) {
    rules.level = Level::info;
    rules.ring = 2;
  })};
  CHECK(run.of("{\"level\":\"debug\",\"n\":1}\n{\"level\":\"debug\",\"n\":2}\nDEBUG: n3\n").empty());
  CHECK(run.of("{\"level\":\"error\"}\n") ==
        "{\"level\":\"debug\",\"n\":2,\"ring\":true}\nring: DEBUG: n3\n{\"level\":\"error\"}\n");
  CHECK(run.of("{\"level\":\"error\"}\n") == "{\"level\":\"error\"}\n");
}

TEST_CASE("repeated entries are counted exactly, and told when the input ends") {
  Run run{rules_with([](Rules& rules) { rules.dedupe = std::chrono::hours{1}; })};
  std::string out = run.of("{\"time\":1,\"m\":\"x\"}\n{\"time\":2,\"m\":\"x\"}\n{\"time\":3,"
                           "\"m\":\"y\"}\n{\"time\":4,\"m\":\"x\"}\n");
  CHECK(out == "{\"time\":1,\"m\":\"x\"}\n{\"time\":3,\"m\":\"y\"}\n");
  run.out.clear();
  run.pipeline.finish();
  CHECK(run.out.find(R"("msg":"repeated 2 times","repeated":2,"first":"2","last":"4")") != std::string::npos);
  CHECK(is_json(run.out));
  CHECK(run.statistics.deduplicated == 2);
}

TEST_CASE("plain lines repeat where only their time stamps differ") {
  Run run{rules_with([](Rules& rules) { rules.dedupe = std::chrono::hours{1}; })};
  CHECK(run.of(
            "2026-11-24T05:22:00Z disk is slow\n2026-11-24T05:22:09Z disk is slow\n12 apples\n13 apples\n") ==
        "2026-11-24T05:22:00Z disk is slow\n12 apples\n13 apples\n");
}

TEST_CASE("more different entries than are remembered lose no count") {
  Run run{rules_with([](Rules& rules) { rules.dedupe = std::chrono::hours{1}; })};
  std::uint64_t told = 0;
  std::string all;
  for (std::size_t i = 0; i < Dedupe::most * 2; ++i) {
    const std::string line = "{\"n\":" + std::to_string(i) + "}\n";
    all += run.of(line + line + line);
  }
  run.out.clear();
  run.pipeline.finish();
  all += run.out;
  for (std::size_t at = all.find("\"repeated\":2"); at != std::string::npos;
       at = all.find("\"repeated\":2", at + 1))
    ++told;
  CHECK(told == Dedupe::most * 2);
}

TEST_CASE("secrets are masked wherever they stand") {
  Run run{rules_with([](Rules& rules) {
    rules.redact = true;
    rules.redact_patterns = {"card ([0-9]{16})", "[0-9]{3}-[0-9]{2}-[0-9]{4}"};
  })};
  const auto out = [&](const std::string& line) { return run.of(line + '\n'); };
  CHECK(out(R"({"password":"hunter2","a":{"apiKey":"x"},"msg":"ok"})") ==
        "{\"password\":\"***\",\"a\":{\"apiKey\":\"*\"},\"msg\":\"ok\"}\n");
  CHECK(out("key sk-abcdefghijklmnop1234 end") == "key sk-*** end\n");
  CHECK(out("ghp_abcdefghijklmnopqrst AKIAABCDEFGHIJKLMNOP") == "ghp_*** AKIA***\n");
  CHECK(out("Authorization: Bearer abc.def.ghi") == "Authorization: Bearer ***\n");
  CHECK(out("postgres://me:s3cr3t@db/x") == "postgres://me:***@db/x\n");
  CHECK(out("token=abcdef card 1234567812345678 ssn 123-45-6789") == "token=*** card *** ssn ***\n");
  CHECK(out(R"({"pem":"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"})") ==
        "{\"pem\":\"-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\\n\"}\n");
  CHECK(out("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----\n");
  CHECK(out("MIIEvQIBADANBg") == "***\n");
  CHECK(out("-----END PRIVATE KEY-----") == "-----END PRIVATE KEY-----\n");
  CHECK(out("after") == "after\n");
}

TEST_CASE("secrets are found behind escapes, in escaped JSON, and in values of any shape") {
  Run run{rules_with([](Rules& rules) { rules.redact = true; })};
  for (const char* line : {R"({"m":"env:\nAPI_KEY=hunter2\n"})",
                           R"({"m":"x\nghp_hunter2hunter2hunter2"})",
                           R"({"m":"\tpassword=hunter2"})",
                           R"({"m":"\u001b[31mpassword=hunter2"})",
                           R"({"body":"{\"password\":\"hunter2\"}"})",
                           R"(body={"password":"hunter2"})",
                           R"({"password":"hunter2", broken)",
                           R"([{"password":"hunter2"}])",
                           R"({"password":{"value":"hunter2"}})",
                           R"({"m":"password: \"hunter2\""})",
                           "password=\"hunter2\"",
                           "DB_PASSWORD=hunter2",
                           "PGPASSWORD=hunter2 psql",
                           "GET /?access_token=hunter2&x=1",
                           R"({"id_token":"hunter2"})",
                           R"({"set-cookie":"hunter2"})",
                           "Cookie: session=hunter2",
                           R"({"u":"https:\/\/user:hunter2@host"})",
                           "password: hunter2",
                           "Authorization: Basic aHVudGVyhunter2",
                           R"({"k":"-----BEGIN PRIVATE KEY-----\nhunter2"})",
                           "sk_live_hunter2hunter2"}) {
    const std::string out = run.of(std::string{line} + '\n');
    CHECK_MESSAGE(out.find("hunter2") == std::string::npos, out);
    CHECK(out.size() <= std::string_view{line}.size() + 1);
    if (is_json(line)) CHECK_MESSAGE(is_json(std::string_view{out}.substr(0, out.size() - 1)), out);
  }
}

TEST_CASE("ordinary text stays as it is") {
  Run run{rules_with([](Rules& rules) { rules.redact = true; })};
  for (const char* line :
       {"Invalid password: user not found", "password: must be longer", "token: expired",
        "const token = getToken();", "Basic understanding", "sk-learn-contrib-something-long-name-here",
        R"({"secretary":"Ann","passwordless":"yes"})", R"({"passwordPolicy":"strict","has_password":"true"})",
        R"({"prompt_tokens":470,"total_tokens":526})", "found text -----BEGIN PRIVATE KEY----- in file",
        "next ordinary line", "see http://host:8080/path@2x"})
    CHECK(run.of(std::string{line} + '\n') == std::string{line} + '\n');
}

TEST_CASE("a header of a private key without its end masks no ordinary lines") {
  Run run{rules_with([](Rules& rules) { rules.redact = true; })};
  CHECK(run.of("-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBg==\nINFO: on we go\nmore\n") ==
        "-----BEGIN RSA PRIVATE KEY-----\n***\nINFO: on we go\nmore\n");
}

TEST_CASE("a private key is masked where its lines are indented, counted, or on one line without an end") {
  Run run{rules_with([](Rules& rules) {
    rules.redact = true;
    rules.dedupe = std::chrono::seconds{60};
  })};
  const std::string key =
      "  -----BEGIN PRIVATE KEY-----\r\n  hunter2hunter2hunter2\r\n  -----END PRIVATE KEY-----\r\n";
  CHECK(run.of(key).find("hunter2") == std::string::npos);
  CHECK(run.of("  -----BEGIN PRIVATE KEY-----\r\n  hunter2other\r\n").find("hunter2") == std::string::npos);
  CHECK(run.of("-----BEGIN PRIVATE KEY-----\\nhunter2hunter2hunter2\n").find("hunter2") == std::string::npos);
}

TEST_CASE("the head of a cut line has no key in it") {
  Run run{rules_with([](Rules& rules) { rules.redact = true; })};
  const std::string head = R"({"k":"-----BEGIN RSA PRIVATE KEY-----\nhunter2hunter2)";
  run.pipeline.cut_line(head, 1'000'000);
  CHECK(run.out.find("originalSize") != std::string::npos);
  CHECK(run.out.find("hunter2") == std::string::npos);
}

TEST_CASE("a plain line never becomes longer, whatever the limit") {
  for (const std::size_t most : {1, 10, 30, 54, 55, 100}) {
    Run run{rules_with([&](Rules& rules) { rules.max_value = most; })};
    const std::string line(200, 'a');
    const std::string out = run.of(line + "\r\n");
    CHECK(out.size() <= most + 2);
    CHECK(out.ends_with("\r\n"));
  }
}

TEST_CASE("a plain line is shortened as well where quotes stand in it") {
  Run run{{}};
  std::string line;
  while (line.size() < 5000) line += "he said \"hi\" ";
  CHECK(run.of(line + '\n').size() <= 501);
}

TEST_CASE("JSON nested deeper than anyone reads stays valid") {
  Run run{{}};
  const std::string line =
      std::string(300, '[') + "{\"a\":\"" + std::string(2000, 'x') + "\"}" + std::string(300, ']');
  CHECK(run.of(line + '\n') == line + '\n');
}

TEST_CASE("an entry of the ring is marked inside its bracket, whatever stands behind it") {
  Run run{rules_with([](Rules& rules) {
    rules.level = Level::error;
    rules.ring = 10;
  })};
  const std::string out = run.of("{\"level\":\"debug\",\"a\":1}\r\r\n{\"level\":\"error\"}\n");
  CHECK(out == "{\"level\":\"debug\",\"a\":1,\"ring\":true}\r\r\n{\"level\":\"error\"}\n");
}

TEST_CASE("a pattern never breaks an escape") {
  for (const char* pattern : {"n", "[a-z]+", "\\d+", ".", "u[0-9]"}) {
    Run run{rules_with([&](Rules& rules) { rules.redact_patterns = {pattern}; })};
    for (const char* line :
         {R"({"m":"from:\nbob@example.com"})", R"({"a\u0061":"\u0062\\n","n":[1,2.5e3,true]})"}) {
      const std::string out = run.of(std::string{line} + '\n');
      CHECK_MESSAGE(is_json(std::string_view{out}.substr(0, out.size() - 1)), pattern << ": " << out);
    }
  }
}

TEST_CASE("a pattern that reaches over values leaves JSON valid") {
  Run run{rules_with([](Rules& rules) { rules.redact_patterns = {"[0-9]{4,}", "a\":\"b", "null|true"}; })};
  for (const char* line :
       {R"({"n":123456})", R"({"a":"b"})", R"({"a":null,"b":true,"c":99999})", R"([12345,"x\n12345"])"}) {
    const std::string out = run.of(std::string{line} + '\n');
    CHECK_MESSAGE(is_json(out), out);
    CHECK(out.size() <= std::string_view{line}.size() + 1);
  }
}

TEST_CASE("a repeated secret is masked in its count, too") {
  Run run{rules_with([](Rules& rules) {
    rules.redact = true;
    rules.dedupe = std::chrono::hours{1};
  })};
  run.of("{\"password\":\"hunter2\"}\n{\"password\":\"hunter2\"}\n");
  run.pipeline.finish();
  CHECK(run.out.find("hunter2") == std::string::npos);
  CHECK(run.out.find("repeated 1 time") != std::string::npos);
}

TEST_CASE("whatever goes in: no longer, and JSON where it was") {
  std::mt19937 random{7};
  const std::vector<std::string> pieces{"{",
                                        "}",
                                        "[",
                                        "]",
                                        "\"",
                                        "\\",
                                        ":",
                                        ",",
                                        "\\u00e9",
                                        "\\ud83d\\ude00",
                                        "a",
                                        "€",
                                        "\xff",
                                        "\"level\":\"error\"",
                                        "\"time\":\"x\"",
                                        "12.5",
                                        "null",
                                        " ",
                                        "sk-abcdefghijklmnop",
                                        std::string(40, 'z'),
                                        "\\\\",
                                        "\\n"};
  Run run{rules_with([](Rules& rules) {
    rules.max_value = 30;
    rules.redact = true;
  })};
  for (int round = 0; round < 20'000; ++round) {
    std::string line = random() % 2 == 0 ? R"({"k":")" : "";
    for (std::size_t n = random() % 20; n > 0; --n) line += pieces[random() % pieces.size()];
    if (line.starts_with("{\"k")) line += R"("})";
    const std::string out = run.of(line + '\n');
    REQUIRE_MESSAGE(out.size() <= line.size() + 1, line);
    REQUIRE(out.ends_with('\n'));
    if (is_json(line))
      REQUIRE_MESSAGE(is_json(std::string_view{out}.substr(0, out.size() - 1)), line << " -> " << out);
  }
}

}  // namespace
}  // namespace longhaul::logrotd
