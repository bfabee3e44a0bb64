#include "diag/xml_layouts.hpp"

#include "diag/formats/declared.hpp"

namespace longhaul::diag {
namespace {

using namespace declared;

constexpr XmlLayout checkstyle_files{.root = "checkstyle",
                                     .format = &checkstyle,
                                     .finding = "error",
                                     .heading = "file",
                                     .heading_file = "name",
                                     .line = "line",
                                     .column = "column",
                                     .code = "source",
                                     .message = {"message"},
                                     .severity = "severity"};

// JUnit's own schema has classname and name; file and line are pytest's, GoogleTest's and others'.
constexpr XmlLayout suites{.root = "testsuites",
                           .format = &junit,
                           .finding = "testcase",
                           .heading = "testsuite",
                           .heading_file = "file",
                           .file = {"file"},
                           .line = "line",
                           .column = "column",
                           .code = "type",
                           .name = "name",
                           .message = {"message"},
                           .fails = {"failure", "error"},
                           .totals = {"failures", "errors"}};

constexpr XmlLayout one_suite(XmlLayout layout) {
  layout.root = "testsuite";
  return layout;
}

constexpr XmlLayout layouts[] = {
    checkstyle_files,
    suites,
    one_suite(suites),
    {.root = "MESSAGES",
     .format = &kotlinc,
     .finding = "error",
     .file = {"path"},
     .line = "line",
     .column = "column",
     .message = {"error"}},
    {.root = "jslint",
     .format = &jshint,
     .finding = "issue",
     .heading = "file",
     .heading_file = "name",
     .line = "line",
     .column = "char",
     .message = {"reason"},
     .severity = "severity"},
    {.root = "results",
     .format = &cppcheck,
     .finding = "error",
     .place = "location",
     .file = {"file"},
     .line = "line",
     .column = "column",
     .code = "id",
     .message = {"msg"},
     .severity = "severity"},
    {.root = "valgrindoutput",
     .format = &valgrind,
     .finding = "error",
     .place = "frame",
     .file = {"file"},
     .line = "line",
     .code = "kind",
     .message = {"what", "text"},
     .weak_codes = {"Leak_StillReachable", "Leak_IndirectlyLost"}},
};

constexpr XmlTool tools[] = {
    {"testsuites", "name", "AllTests", &googletest},
    {"testsuites", "name", "pytest tests", &pytest},
    {"testsuites", "name", "jest tests", &jest},
    {"testsuites", "name", "vitest tests", &vitest},
    {"testsuites", "name", "Mocha Tests", &mocha},
    {"testsuites", "name", "Biome", &biome},
    {"testsuites", "name", "Oxlint", &oxlint},
    {"testsuites", "name", "ruff", &ruff},
    {"testsuites", "id", "", &playwright},
    {"testsuite", "name", "Mocha Tests", &mocha},
    {"testsuite", "name", "pytest", &pytest},
    {"testsuite", "name", "bandit", &bandit},
    {"testsuite", "name", "mypy", &mypy},
    {"testsuite", "name", "rubocop", &rubocop},
    {"testsuite", "name", "rspec", &rspec},
    {"testsuite", "package", "org.eslint", &eslint},
    {"testsuite", "package", "org.biome", &biome},
    {"testsuite", "package", "stylelint.rules", &stylelint},
    {"testcase", "classname", "test", &node_test},
    {"testcase", "status", "run", &ctest},
    {"testcase", "status", "fail", &ctest},
};

}  // namespace

std::span<const XmlLayout> xml_layouts() { return layouts; }
std::span<const XmlTool> xml_tools() { return tools; }

}  // namespace longhaul::diag
