// For tests: runs a filter's program in a small interpreter (Documentation/networking/filter.rst of
// the kernel) over a table of calls. Nothing is installed and no system call is made.
#pragma once

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <stdexcept>

#include "sandbox/seccomp/seccomp_filter.h"

namespace glovebox {

constexpr std::uint32_t errno_answer(int value) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(value);
}

inline seccomp_data seccomp_call(long number, std::initializer_list<std::uint64_t> arguments) {
  seccomp_data data{};
  data.nr = static_cast<int>(number);
  data.arch = AUDIT_ARCH_X86_64;
  std::copy(arguments.begin(), arguments.end(), data.args);
  return data;
}

// -1 if libseccomp does not know the call, or this architecture does not have it.
inline int call_number(const char* name) {
  int number = seccomp_syscall_resolve_name(name);
  return number < 0 ? -1 : number;
}

inline bool jump_holds(const sock_filter& op, std::uint32_t a) {
  switch (BPF_OP(op.code)) {
    case BPF_JEQ:
      return a == op.k;
    case BPF_JGT:
      return a > op.k;
    case BPF_JGE:
      return a >= op.k;
    case BPF_JSET:
      return (a & op.k) != 0;
  }
  throw std::runtime_error("a jump that the interpreter does not know");
}

// The kernel's answer. Throws for instructions that libseccomp does not use.
inline std::uint32_t answer_of(const SeccompProgram& program, const seccomp_data& data) {
  std::uint32_t a = 0;
  std::uint32_t scratch[BPF_MEMWORDS] = {};
  for (std::size_t pc = 0; pc < program.size(); ++pc) {
    const sock_filter& op = program[pc];
    if (op.code == (BPF_LD | BPF_W | BPF_ABS)) {
      if (op.k + sizeof a > sizeof data) throw std::runtime_error("a load past the data");
      std::memcpy(&a, reinterpret_cast<const char*>(&data) + op.k, sizeof a);
    } else if (op.code == (BPF_LD | BPF_W | BPF_MEM)) {
      a = scratch[op.k];
    } else if (op.code == BPF_ST) {
      scratch[op.k] = a;
    } else if (op.code == (BPF_ALU | BPF_AND | BPF_K)) {
      a &= op.k;
    } else if (op.code == (BPF_JMP | BPF_JA)) {
      pc += op.k;
    } else if (BPF_CLASS(op.code) == BPF_JMP) {
      pc += jump_holds(op, a) ? op.jt : op.jf;
    } else if (op.code == (BPF_RET | BPF_K)) {
      return op.k;
    } else {
      throw std::runtime_error("an instruction that the interpreter does not know");
    }
  }
  throw std::runtime_error("the program has no end");
}

}  // namespace glovebox
