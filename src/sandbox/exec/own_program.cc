#include "sandbox/exec/own_program.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "sandbox/exec/raw_calls.h"

namespace glovebox {
namespace {

// BINPRM_BUF_SIZE in the kernel: how much of a script's first line it reads.
constexpr std::size_t kHead = 256;
// The kernel follows this many interpreters (execve(2)) and fails at the next one.
constexpr int kMostInterpreters = 5;
constexpr int kMostSegments = 128;

struct Head {
  char bytes[kHead + 1];
  long size = 0;
};

// The interpreter of a script: from "#!" to white space. False if there is none.
bool read_script(const Head& head, char* interpreter) {
  if (head.size < 3 || head.bytes[0] != '#' || head.bytes[1] != '!') return false;
  const char* at = head.bytes + 2;
  while (*at == ' ' || *at == '\t') ++at;
  std::size_t length = std::strcspn(at, " \t\n");
  std::memcpy(interpreter, at, length);
  interpreter[length] = '\0';
  return length > 0;
}

bool read_elf(int file, const Head& head, char* interpreter) {
  Elf64_Ehdr header;
  if (head.size < static_cast<long>(sizeof header)) return false;
  std::memcpy(&header, head.bytes, sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return false;
  // Static: there is only one thread, and the stack is too small for it.
  static Elf64_Phdr segments[kMostSegments];
  long bytes = std::min<long>(header.e_phnum, kMostSegments) * static_cast<long>(sizeof *segments);
  long n = raw::call(SYS_pread64, file, raw::pointer(segments), bytes,
                     static_cast<long>(header.e_phoff));
  for (long i = 0; i < n / static_cast<long>(sizeof *segments); ++i) {
    const Elf64_Phdr& segment = segments[i];
    if (segment.p_type != PT_INTERP || segment.p_filesz >= PATH_MAX) continue;
    n = raw::call(SYS_pread64, file, raw::pointer(interpreter), static_cast<long>(segment.p_filesz),
                  static_cast<long>(segment.p_offset));
    if (n <= 0) return false;
    interpreter[n] = '\0';
    return true;
  }
  return false;
}

}  // namespace

OwnProgram OwnProgram::find() {
  struct stat found;
  if (::stat("/proc/self/exe", &found) != 0) return {};
  return {found.st_dev, found.st_ino};
}

bool leads_to_own_program(const char* path, const OwnProgram& own) {
  static char interpreter[PATH_MAX];
  for (int i = 0; i <= kMostInterpreters; ++i) {
    constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int file = static_cast<int>(raw::call(SYS_openat, AT_FDCWD, raw::pointer(path), kFlags));
    if (file < 0) return false;
    struct stat found;
    Head head;
    bool is_own = raw::call(SYS_fstat, file, raw::pointer(&found)) == 0 &&
                  found.st_dev == own.device && found.st_ino == own.inode;
    head.size = is_own ? 0 : raw::call(SYS_pread64, file, raw::pointer(head.bytes), kHead, 0);
    head.bytes[head.size > 0 ? head.size : 0] = '\0';
    bool goes_on = !is_own && (read_script(head, interpreter) || read_elf(file, head, interpreter));
    raw::call(SYS_close, file);
    if (!goes_on) return is_own;
    path = interpreter;
  }
  return false;
}

}  // namespace glovebox
