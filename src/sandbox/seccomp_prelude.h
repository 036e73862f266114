// Checks of single arguments, written by hand, that stand before the program that libseccomp makes.
//
// By hand, because there an unconditional rule for a call swallows those with conditions, and "not
// equal" compares 64 bits where the kernel takes 32 (CVE-2019-10063).
#pragma once

#include <cstdint>
#include <initializer_list>

#include "sandbox/seccomp_filter.h"

namespace glovebox {

class SeccompPrelude {
 public:
  // EPERM whatever the arguments.
  void refuse_call(int call);
  // EPERM where the low 32 bits of that argument are one of `values`.
  void refuse(int call, unsigned argument, std::initializer_list<std::uint32_t> values);
  // EPERM where those of them that are set in `mask` are `value`.
  void refuse_bits(int call, unsigned argument, std::uint32_t mask, std::uint32_t value);
  // EPERM where they are none of `values`.
  void refuse_all_but(int call, unsigned argument, std::initializer_list<std::uint32_t> values);
  // Answers with success, and does nothing, where the low 32 bits of one argument are `value` and
  // the other, a pointer, is not null. `pointer` < 0: there is none to look at.
  void pretend(int call, unsigned argument, std::uint32_t value, int pointer);

  // Puts all checks before the program.
  void prepend_to(SeccompProgram& program) const;

 private:
  void begin(int call, unsigned argument, std::size_t rest);
  void jump_if(std::uint32_t value, std::size_t then, std::size_t otherwise);
  void add(const sock_filter& instruction) { checks_.push_back(instruction); }

  SeccompProgram checks_;
};

}  // namespace glovebox
