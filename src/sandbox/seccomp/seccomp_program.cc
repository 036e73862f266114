// Theory of operation. The program checks the architecture, then finds the call in a binary tree
// over ranges of numbers; adjacent calls with the same plain rule share a leaf. A leaf is an
// answer, or a block that loads arguments and compares them. A jump counts the instructions that it
// skips. Conditional jumps reach 255, so a more distant branch of the tree uses an unconditional
// jump.
#include "sandbox/seccomp/seccomp_program.h"

#include <linux/audit.h>
#include <sys/syscall.h>

#include <bit>
#include <cstddef>
#include <limits>
#include <span>

#include "base/error.h"

namespace glovebox {
namespace {

static_assert(std::endian::native == std::endian::little);
#if defined(__x86_64__)
constexpr std::uint32_t kNative = AUDIT_ARCH_X86_64;
// x32 calls have the same architecture value, and this bit set in their number.
constexpr std::uint32_t kForeignNumbersFrom = 0x40000000;
#elif defined(__aarch64__)
constexpr std::uint32_t kNative = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kForeignNumbersFrom = 0x80000000;  // none has numbers of its own
#else
#error "the filter supports x86-64 and arm64"
#endif
// The state that ptrace(2) leaves for a suppressed call, and that syscall(2) has for a bad number.
constexpr std::uint32_t kNoCall = 0xffffffff;

constexpr std::size_t kFarthestJump = std::numeric_limits<std::uint8_t>::max();

sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}
sock_filter load_low(unsigned argument) {
  return load(offsetof(seccomp_data, args) + 8 * argument);
}
sock_filter load_high(unsigned argument) {
  return load(offsetof(seccomp_data, args) + 8 * argument + 4);
}
sock_filter give(CallAnswer answer) {
  return BPF_STMT(BPF_RET | BPF_K, static_cast<std::uint32_t>(answer));
}
sock_filter jump_if(std::uint16_t comparison, std::uint32_t value, std::size_t then,
                    std::size_t otherwise) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | comparison | BPF_K), value,
                  static_cast<std::uint8_t>(then), static_cast<std::uint8_t>(otherwise));
}

void append(SeccompProgram& program, const SeccompProgram& more) {
  program.insert(program.end(), more.begin(), more.end());
}

// Continues with the next instruction if the test holds; otherwise jumps `rest` instructions
// further.
SeccompProgram compile_test(const ArgumentTest& test, std::size_t rest) {
  SeccompProgram code;
  switch (test.kind) {
    case ArgumentTest::Kind::kNull:
      return {load_low(test.argument), jump_if(BPF_JEQ, 0, 0, rest + 2), load_high(test.argument),
              jump_if(BPF_JEQ, 0, 0, rest)};
    case ArgumentTest::Kind::kNotNull:
      return {load_low(test.argument), jump_if(BPF_JEQ, 0, 0, 2), load_high(test.argument),
              jump_if(BPF_JEQ, 0, rest, 0)};
    case ArgumentTest::Kind::kMasked:
      break;
  }
  code.push_back(load_low(test.argument));
  if (test.mask != 0xffffffff) code.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, test.mask));
  std::size_t left = test.values.size();
  for (std::uint32_t value : test.values) {
    --left;
    code.push_back(jump_if(BPF_JEQ, value, left, left == 0 ? rest : 0));
  }
  return code;
}

// From the last test to the first, because each one jumps over what follows it.
SeccompProgram compile_clause(const CallClause& clause) {
  SeccompProgram code{give(clause.answer)};
  for (auto test = clause.tests.rbegin(); test != clause.tests.rend(); ++test) {
    SeccompProgram checked = compile_test(*test, code.size());
    append(checked, code);
    code = std::move(checked);
  }
  return code;
}

Result<SeccompProgram> compile_rule(const CallRule& rule) {
  SeccompProgram code;
  for (const CallClause& clause : rule.clauses) {
    SeccompProgram compiled = compile_clause(clause);
    if (compiled.size() > kFarthestJump) return internal_error("a seccomp clause is too long");
    append(code, compiled);
  }
  code.push_back(give(rule.otherwise));
  return code;
}

// The numbers from `first` to the next leaf's.
struct Leaf {
  std::uint32_t first = 0;
  SeccompProgram code;
};

bool same_answer(const SeccompProgram& a, const SeccompProgram& b) {
  return a.size() == 1 && b.size() == 1 && a[0].k == b[0].k;
}

Result<std::vector<Leaf>> make_leaves(const CallTable& table) {
  const SeccompProgram unknown{give(table.unknown)};
  std::vector<Leaf> leaves;
  auto add = [&](std::uint32_t first, SeccompProgram code) {
    if (!leaves.empty() && same_answer(leaves.back().code, code)) return;
    leaves.push_back({first, std::move(code)});
  };
  std::uint32_t next = 0;
  for (const auto& [number, rule] : table.rules) {
    auto call = static_cast<std::uint32_t>(number);
    GB_TRY(SeccompProgram code, compile_rule(rule));
    if (call > next) add(next, unknown);
    add(call, std::move(code));
    next = call + 1;
  }
  add(next, unknown);
  return leaves;
}

// The accumulator holds the number until a leaf is reached.
SeccompProgram compile_tree(std::span<const Leaf> leaves) {
  if (leaves.size() == 1) return leaves.front().code;
  std::size_t half = leaves.size() / 2;
  SeccompProgram below = compile_tree(leaves.first(half));
  SeccompProgram above = compile_tree(leaves.subspan(half));
  SeccompProgram code;
  std::uint32_t middle = leaves[half].first;
  if (below.size() <= kFarthestJump) {
    code.push_back(jump_if(BPF_JGE, middle, below.size(), 0));
  } else {
    code.push_back(jump_if(BPF_JGE, middle, 0, 1));
    code.push_back(BPF_STMT(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(below.size())));
  }
  append(code, below);
  append(code, above);
  return code;
}

}  // namespace

Result<SeccompProgram> compile(const CallTable& table) {
  GB_TRY(std::vector<Leaf> leaves, make_leaves(table));
  SeccompProgram program{load(offsetof(seccomp_data, arch)),
                         jump_if(BPF_JEQ, kNative, 1, 0),
                         give(table.foreign),
                         load(offsetof(seccomp_data, nr)),
                         jump_if(BPF_JGE, kForeignNumbersFrom, 0, 3),
                         jump_if(BPF_JEQ, kNoCall, 0, 1),
                         give(table.unknown),
                         give(table.foreign)};
  append(program, compile_tree(leaves));
  if (program.size() > BPF_MAXINSNS) return internal_error("the seccomp program is too long");
  return program;
}

}  // namespace glovebox
