#include "registry/small_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/unique_fd.h"
#include "base/units.h"

namespace glovebox {
namespace {

Error cannot_read(std::string_view call) {
  return Error::from_errno(call, "", errno)
      .with_kind(ErrorKind::kUser)
      .with_context("cannot be read");
}

}  // namespace

Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t max_bytes) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) return cannot_read("open");
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) return cannot_read("fstat");
  if (!S_ISREG(status.st_mode)) return Error(ErrorKind::kUser, "is not a regular file");
  // Room for the file's size plus one byte to detect its end; room for the maximum only if the file
  // grows while it is read.
  std::string content(std::min(static_cast<std::size_t>(status.st_size), max_bytes) + 1, '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    ssize_t count = ::read(fd.get(), content.data() + filled, content.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_read("read");
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled == content.size() && filled <= max_bytes) content.resize(max_bytes + 1);
  }
  if (filled > max_bytes) {
    return Error(ErrorKind::kUser, fmt::format("is larger than {}, which is the limit",
                                               format_bytes(ByteCount(max_bytes))));
  }
  content.resize(filled);
  return content;
}

}  // namespace glovebox
