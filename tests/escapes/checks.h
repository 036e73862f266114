// The lines of a sandboxee (see sandboxees/probe.h), and a test's expectations.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {

// "NAME ok" as 0 and "NAME errno=N" as N.
using Checks = std::map<std::string, int>;
Checks parse_checks(const std::string& text);
// "NAME value=N"; the last one if there are several.
std::map<std::string, std::int64_t> parse_values(const std::string& text);

// The sandbox's refusals: EPERM, EACCES, ENOSYS.
const std::set<int>& refusals();
// The results for something that does not exist: ENOENT and ENOTDIR.
const std::set<int>& absences();

// Every check inside returned one of `answers`, and the control outside returned something else, so
// that the refusal comes from the sandbox. A check without a control on this host counts as
// skipped, never as passed. Checks that are only outside are ignored.
void expect_refused(const std::string& inside, const OutsideRun& outside,
                    const std::set<int>& answers = refusals());
// The same for a job that tried and then exited with 0.
void expect_refused(const FinishedRun& inside, const OutsideRun& outside,
                    const std::set<int>& answers = refusals());
// Every check returned ok.
void expect_ok(const std::string& text);

// The lines of the text for which the name before the last word is, or is not, one of these.
std::string only(const std::string& text, const std::set<std::string>& names);
std::string without(const std::string& text, const std::set<std::string>& names);

template <class T>
std::set<T> united(std::set<T> some, const std::set<T>& more) {
  some.insert(more.begin(), more.end());
  return some;
}

}  // namespace glovebox
