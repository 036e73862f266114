// Arguments of fuzz_calls: a random generator that can be restarted from a seed, and arguments of
// each kind. Everything is the same for the same seed, including descriptors and process numbers,
// because they are chosen from a range and not from what is open.
#pragma once

#include <linux/filter.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// splitmix64: one word of state.
static inline uint64_t next_random(uint64_t* state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static inline uint64_t below(uint64_t* state, uint64_t bound) {
  return next_random(state) % bound;
}

static inline int one_in(uint64_t* state, uint64_t chances) {
  return below(state, chances) == 0;
}

// Without libc: a call of the fuzzer may have removed the thread-local storage, including errno.
static inline long raw_call(long number, const uint64_t a[6]) {
  long rc;
  register uint64_t r10 __asm__("r10") = a[3];
  register uint64_t r8 __asm__("r8") = a[4];
  register uint64_t r9 __asm__("r9") = a[5];
  __asm__ volatile("syscall"
                   : "=a"(rc)
                   : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return rc;
}

// The memory that most pointers refer to, at the same address in every run: writable pages, a
// read-only page, an inaccessible page.
#define POOL 0x200000000ul
#define POOL_PAGES 16ul
#define PAGE 4096ul
#define PATHS_AT (POOL + 12 * PAGE)
#define PATH_BYTES 64

static const char* const kPaths[] = {
    "/work",
    "/work/a",
    "/work/b/c",
    "/tmp",
    "/tmp/x",
    "/dev/shm/y",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/dev/full",
    "/usr/bin/true",
    "/usr/lib",
    "/etc/passwd",
    "/proc/self/exe",
    "/proc/self/mem",
    "/proc/self/maps",
    "/proc/self/fd",
    "/proc/1/stat",
    "/proc/sys",
    "/sys",
    ".",
    "..",
    "/",
    "",
    "a",
    "tmpfs",
    "overlay",
    "user.name",
    "/dev/ptmx",
    "/proc/self/oom_score_adj",
};
#define PATHS (sizeof kPaths / sizeof *kPaths)

static inline int make_pool(uint64_t* state) {
  void* pool = mmap((void*)POOL, POOL_PAGES * PAGE, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (pool != (void*)POOL) return -1;
  uint64_t* words = pool;
  for (size_t i = 0; i < 12 * PAGE / sizeof *words; ++i) {
    // Small numbers and pointers into the pool look like the fields of structures.
    words[i] = one_in(state, 3)   ? POOL + below(state, 12 * PAGE)
               : one_in(state, 2) ? below(state, 64)
                                  : next_random(state);
  }
  // A filter that allows everything, for seccomp(2) and SO_ATTACH_FILTER.
  struct sock_filter* filter = (void*)(POOL + PAGE);
  filter[0] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0x7FFF0000);
  *(struct sock_fprog*)POOL = (struct sock_fprog){.len = 1, .filter = filter};
  for (size_t i = 0; i < PATHS; ++i) {
    strncpy((char*)PATHS_AT + i * PATH_BYTES, kPaths[i], PATH_BYTES - 1);
  }
  mprotect((void*)(POOL + 14 * PAGE), PAGE, PROT_READ);
  return mprotect((void*)(POOL + 15 * PAGE), PAGE, PROT_NONE);
}

static inline uint64_t pointer(uint64_t* state) {
  switch (below(state, 16)) {
    case 0:
      return 0;
    case 1:
      return next_random(state);
    case 2:
      return 0xFFFF800000000000u + next_random(state) % (1ull << 46);  // the kernel's
    case 3:
      return POOL;  // the filter
    case 4:
      return POOL + 14 * PAGE + below(state, 2 * PAGE);
    case 5:
      return POOL + 12 * PAGE - below(state, 16);  // runs over into another page
    default:
      return POOL + (below(state, 12 * PAGE) & ~7ul);
  }
}

static inline uint64_t path(uint64_t* state) {
  if (one_in(state, 16)) return pointer(state);
  return PATHS_AT + below(state, PATHS) * PATH_BYTES;
}

static inline uint64_t size(uint64_t* state) {
  static const uint64_t kSizes[] = {0, 1, 4, 8, 16, 64, 128, 4095, 4096, 4097, 65536, 1 << 20};
  if (one_in(state, 8)) return next_random(state) >> below(state, 64);
  return kSizes[below(state, sizeof kSizes / sizeof *kSizes)];
}

static inline uint64_t small(uint64_t* state) {
  if (one_in(state, 8)) return -(uint64_t)below(state, 8);
  return below(state, one_in(state, 4) ? 4096 : 40);
}

static inline uint64_t flags(uint64_t* state) {
  if (one_in(state, 4)) return 0;
  uint64_t value = 0;
  do {
    value |= 1ull << below(state, one_in(state, 8) ? 64 : 32);
  } while (!one_in(state, 2));
  return value;
}

static inline uint64_t descriptor(uint64_t* state) {
  if (one_in(state, 16)) return below(state, 2) ? (uint64_t)-100 : (uint64_t)-1;  // AT_FDCWD
  return one_in(state, 8) ? small(state) : below(state, 24);
}

// Mostly its own number: killing the fuzzer's parent would end the job early.
static inline uint64_t process(uint64_t* state) {
  static const uint64_t none[6];
  if (one_in(state, 64)) return one_in(state, 2) ? (uint64_t)-1 : below(state, 70);
  return one_in(state, 2) ? 0 : (uint64_t)raw_call(SYS_getpid, none);
}

static inline uint64_t any_value(uint64_t* state) {
  switch (below(state, 8)) {
    case 0:
      return pointer(state);
    case 1:
      return path(state);
    case 2:
      return size(state);
    case 3:
      return small(state);
    case 4:
      return flags(state);
    case 5:
      return descriptor(state);
    case 6:
      return process(state);
    default:
      return next_random(state);
  }
}
