#include "store/output_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/log.h"
#include "base/os.h"

namespace glovebox {
namespace {

// More than the stored output of any job, including its framing.
constexpr std::size_t kLongest = std::size_t{1} << 32;

}  // namespace

Result<OutputJournal> OutputJournal::open(std::filesystem::path folder) {
  GB_TRY_VOID(os::ensure_dir(folder, 0700));
  return OutputJournal(std::move(folder));
}

Result<UniqueFd> OutputJournal::begin(const JobId& job) const {
  return os::open(folder_ / job.str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0600);
}

Result<void> OutputJournal::append(int file, std::string_view bytes) {
  off_t before = ::lseek(file, 0, SEEK_END);
  Result<void> written = os::write_fd(file, bytes, "the journal of a job's output");
  if (!written.has_error()) return ok();
  if (before < 0 || ::ftruncate(file, before) != 0) {
    spdlog::error("the journal of a job's output is torn and cannot be cut");
  }
  return written;
}

Result<std::string> OutputJournal::read(const JobId& job) const {
  Result<std::string> text = os::read_file(folder_ / job.str(), kLongest);
  if (text.has_error() && text.error().errno_value() == ENOENT) return std::string();
  return text;
}

bool OutputJournal::has(const JobId& job) const {
  return ::access((folder_ / job.str()).c_str(), F_OK) == 0;
}

void OutputJournal::remove(const JobId& job) const {
  ::unlink((folder_ / job.str()).c_str());
}

void OutputJournal::clear_except(const std::unordered_set<JobId>& kept) const {
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(folder_, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    if (!kept.contains(JobId(at->path().filename().string()))) ::unlink(at->path().c_str());
  }
  if (error) spdlog::warn("cannot remove old output journals: {}", error.message());
}

}  // namespace glovebox
