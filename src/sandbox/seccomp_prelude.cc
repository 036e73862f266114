#include "sandbox/seccomp_prelude.h"

#include <linux/seccomp.h>
#include <seccomp.h>

#include <bit>
#include <cerrno>
#include <cstddef>

namespace glovebox {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr std::uint32_t low_half(unsigned argument) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + 8 * argument);
}
constexpr std::uint32_t high_half(unsigned argument) {
  return low_half(argument) + 4;
}
constexpr std::uint32_t answer(int errno_value) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(errno_value);
}
sock_filter load(std::uint32_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset);
}
sock_filter end_with(std::uint32_t action) {
  return BPF_STMT(BPF_RET | BPF_K, action);
}

}  // namespace

// Jumps count the instructions that they leap over.
void SeccompPrelude::jump_if(std::uint32_t value, std::size_t then, std::size_t otherwise) {
  add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, static_cast<std::uint8_t>(then),
               static_cast<std::uint8_t>(otherwise)));
}

// A block: the call's number, else over the whole block; then the argument. `rest` instructions
// follow.
void SeccompPrelude::begin(int call, unsigned argument, std::size_t rest) {
  add(load(offsetof(seccomp_data, nr)));
  jump_if(static_cast<std::uint32_t>(call), 0, rest + 1);
  add(load(low_half(argument)));
}

void SeccompPrelude::refuse_call(int call) {
  add(load(offsetof(seccomp_data, nr)));
  jump_if(static_cast<std::uint32_t>(call), 0, 1);
  add(end_with(answer(EPERM)));
}

void SeccompPrelude::refuse(int call, unsigned argument,
                            std::initializer_list<std::uint32_t> values) {
  std::size_t left = values.size();
  begin(call, argument, left + 1);
  for (std::uint32_t value : values) {
    --left;
    jump_if(value, left, left == 0 ? 1 : 0);
  }
  add(end_with(answer(EPERM)));
}

void SeccompPrelude::refuse_bits(int call, unsigned argument, std::uint32_t mask,
                                 std::uint32_t value) {
  begin(call, argument, 3);
  add(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
  jump_if(value, 0, 1);
  add(end_with(answer(EPERM)));
}

void SeccompPrelude::refuse_all_but(int call, unsigned argument,
                                    std::initializer_list<std::uint32_t> values) {
  std::size_t left = values.size();
  begin(call, argument, left + 1);
  for (std::uint32_t value : values) jump_if(value, left--, 0);
  add(end_with(answer(EPERM)));
}

void SeccompPrelude::pretend(int call, unsigned argument, std::uint32_t value, int pointer) {
  begin(call, argument, pointer < 0 ? 2 : 6);
  jump_if(value, 0, pointer < 0 ? 1 : 5);
  if (pointer >= 0) {
    add(load(low_half(static_cast<unsigned>(pointer))));
    jump_if(0, 0, 2);
    add(load(high_half(static_cast<unsigned>(pointer))));
    jump_if(0, 1, 0);
  }
  add(end_with(answer(0)));
}

void SeccompPrelude::prepend_to(SeccompProgram& program) const {
  const sock_filter own_architecture[] = {
      load(offsetof(seccomp_data, arch)),
      // Another one is the following program's business.
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native(), 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(checks_.size()), 0, 0)};
  program.insert(program.begin(), checks_.begin(), checks_.end());
  program.insert(program.begin(), std::begin(own_architecture), std::end(own_architecture));
}

}  // namespace glovebox
