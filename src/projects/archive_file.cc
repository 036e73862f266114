#include "projects/archive_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "projects/unpack_budget.h"

namespace glovebox {

Result<ArchiveFile> ArchiveFile::open(int fd, ByteCount limit) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return Error::from_errno("fstat", "archive", errno);
  if (!S_ISREG(status.st_mode)) return internal_error("the archive is not in a regular file");
  auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limit.bytes()) {
    return Error(ErrorKind::kPayloadTooLarge,
                 "the archive is larger than " + format_bytes(limit) + "; upload less")
        .with("limit", "uploadBytes")
        .with("configured", limit.bytes())
        .with("observed", size);
  }
  if (size == 0) return refuse_archive("the archive is empty");
  return ArchiveFile(fd, size);
}

Result<std::size_t> ArchiveFile::read_some_at(std::uint64_t offset,
                                              std::span<std::uint8_t> buffer) const {
  if (offset >= size_) return std::size_t{0};
  std::size_t wanted = std::min<std::uint64_t>(buffer.size(), size_ - offset);
  while (true) {
    ssize_t n = ::pread(fd_, buffer.data(), wanted, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno("pread", "archive", errno);
    return static_cast<std::size_t>(n);
  }
}

Result<void> ArchiveFile::read_at(std::uint64_t offset, std::span<std::uint8_t> buffer) const {
  while (!buffer.empty()) {
    GB_TRY(std::size_t n, read_some_at(offset, buffer));
    if (n == 0) return refuse_archive("the archive is truncated");
    offset += n;
    buffer = buffer.subspan(n);
  }
  return ok();
}

}  // namespace glovebox
