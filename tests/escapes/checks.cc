#include "checks.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <utility>

namespace glovebox {
namespace {

// The last word of a line is the result, the text before it is the name.
template <class F>
void for_each_line(const std::string& text, F f) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t space = line.rfind(' ');
    if (space != std::string::npos) f(line.substr(0, space), line.substr(space + 1));
  }
}

std::string answer_name(int answer) {
  return answer == 0 ? "ok" : fmt::format("errno {} ({})", answer, std::strerror(answer));
}

}  // namespace

Checks parse_checks(const std::string& text) {
  Checks checks;
  for_each_line(text, [&](const std::string& name, const std::string& answer) {
    if (answer == "ok") checks[name] = 0;
    if (answer.rfind("errno=", 0) == 0) checks[name] = std::stoi(answer.substr(6));
  });
  return checks;
}

std::map<std::string, std::int64_t> parse_values(const std::string& text) {
  std::map<std::string, std::int64_t> values;
  for_each_line(text, [&](const std::string& name, const std::string& answer) {
    if (answer.rfind("value=", 0) == 0) values[name] = std::stoll(answer.substr(6));
  });
  return values;
}

const std::set<int>& refusals() {
  static const std::set<int> errnos{EPERM, EACCES, ENOSYS};
  return errnos;
}

const std::set<int>& absences() {
  static const std::set<int> errnos{ENOENT, ENOTDIR};
  return errnos;
}

void expect_refused(const std::string& inside, const OutsideRun& outside,
                    const std::set<int>& answers) {
  Checks found = parse_checks(inside);
  Checks controls = parse_checks(outside.out);
  EXPECT_FALSE(found.empty()) << "nothing was tried inside: " << inside;
  std::string uncontrolled;
  for (const auto& [name, answer] : found) {
    EXPECT_TRUE(answers.count(answer)) << name << " inside: " << answer_name(answer);
    auto control = controls.find(name);
    if (control == controls.end()) {
      uncontrolled += fmt::format(" {} (not tried outside)", name);
    } else if (answers.count(control->second) || refusals().count(control->second)) {
      uncontrolled += fmt::format(" {} ({} outside)", name, answer_name(control->second));
    }
  }
  if (!uncontrolled.empty()) {
    GTEST_SKIP() << "refused inside, but without a positive control on this host:" << uncontrolled
                 << " " << outside.unavailable;
  }
}

void expect_refused(const FinishedRun& inside, const OutsideRun& outside,
                    const std::set<int>& answers) {
  EXPECT_TRUE(exited(inside, 0));
  expect_refused(inside.out, outside, answers);
}

void expect_ok(const std::string& text) {
  Checks checks = parse_checks(text);
  EXPECT_FALSE(checks.empty()) << "nothing was tried: " << text;
  for (const auto& [name, answer] : checks)
    EXPECT_EQ(answer, 0) << name << ": " << answer_name(answer);
}

namespace {

template <class Keep>
std::string filter_lines(const std::string& text, Keep keep) {
  std::string kept;
  for_each_line(text, [&](const std::string& name, const std::string& answer) {
    if (keep(name)) kept += name + " " + answer + "\n";
  });
  return kept;
}

}  // namespace

std::string only(const std::string& text, const std::set<std::string>& names) {
  return filter_lines(text, [&](const std::string& name) { return names.count(name) > 0; });
}

std::string without(const std::string& text, const std::set<std::string>& names) {
  return filter_lines(text, [&](const std::string& name) { return names.count(name) == 0; });
}

}  // namespace glovebox
