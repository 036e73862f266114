// The lines of a sandboxee (see sandboxees/probe.h), and what a test expects of them.
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
// "NAME value=N"; where one comes several times, the last.
std::map<std::string, std::int64_t> parse_values(const std::string& text);

// What a sandbox answers to what it does not give: EPERM, EACCES, ENOSYS.
const std::set<int>& refusals();
// Where there is nothing to be found: ENOENT and ENOTDIR.
const std::set<int>& absences();

// Every check inside was answered with one of `answers`, and by the control outside with something
// else, so that the refusal is the sandbox's own. A check for which this host gives no control
// counts as skipped, never as passed. More checks outside than inside are ignored.
void expect_refused(const std::string& inside, const OutsideRun& outside,
                    const std::set<int>& answers = refusals());
// The same of a job that tried and then exited with 0.
void expect_refused(const FinishedRun& inside, const OutsideRun& outside,
                    const std::set<int>& answers = refusals());
// Every check said ok.
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
