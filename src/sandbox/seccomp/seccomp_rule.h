// The filter's answer to one system call: an ordered list of clauses, and the answer if none of
// them matches. Plain data; seccomp_program.h compiles it.
#pragma once

#include <linux/seccomp.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace glovebox {

// One SECCOMP_RET_* value with its data (seccomp(2)).
enum class CallAnswer : std::uint32_t {
  kAllow = SECCOMP_RET_ALLOW,
  kAsk = SECCOMP_RET_USER_NOTIF,  // the supervisor decides
  kKill = SECCOMP_RET_KILL_PROCESS,
};
constexpr CallAnswer answer_errno(int value) {
  return static_cast<CallAnswer>(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(value));
}
// Success, without executing the call.
inline constexpr CallAnswer kPretend = answer_errno(0);

// A test of one argument. The kernel uses most arguments as 32 bits: the test uses these and
// ignores the bits above (CVE-2019-10063). Only kNull and kNotNull use all 64 bits.
struct ArgumentTest {
  enum class Kind { kMasked, kNull, kNotNull };
  unsigned argument = 0;
  Kind kind = Kind::kMasked;
  std::uint32_t mask = 0xffffffff;
  std::vector<std::uint32_t> values;  // kMasked: (argument & mask) is one of these
};

inline ArgumentTest is_one_of(unsigned argument, std::vector<std::uint32_t> values) {
  return {argument, ArgumentTest::Kind::kMasked, 0xffffffff, std::move(values)};
}
inline ArgumentTest bits_are(unsigned argument, std::uint32_t mask,
                             std::vector<std::uint32_t> values) {
  return {argument, ArgumentTest::Kind::kMasked, mask, std::move(values)};
}
inline ArgumentTest bits_clear(unsigned argument, std::uint32_t mask) {
  return bits_are(argument, mask, {0});
}
inline ArgumentTest is_null(unsigned argument) {
  return {argument, ArgumentTest::Kind::kNull, 0, {}};
}
inline ArgumentTest is_not_null(unsigned argument) {
  return {argument, ArgumentTest::Kind::kNotNull, 0, {}};
}

// `answer` applies if all tests hold.
struct CallClause {
  std::vector<ArgumentTest> tests;
  CallAnswer answer = CallAnswer::kAllow;
};

struct CallRule {
  std::vector<CallClause> clauses;
  CallAnswer otherwise = CallAnswer::kAllow;

  // Whether the arguments are irrelevant.
  bool is_plain() const { return clauses.empty(); }
};

inline CallRule always(CallAnswer answer) {
  return {{}, answer};
}
// Allowed if all tests hold; otherwise `otherwise`.
inline CallRule allow_if(std::vector<ArgumentTest> tests, CallAnswer otherwise) {
  return {{{std::move(tests), CallAnswer::kAllow}}, otherwise};
}

}  // namespace glovebox
