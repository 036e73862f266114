#include "store/output_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "base/log.h"
#include "base/os.h"

namespace glovebox {
namespace {

// More than the stored output of any job, including its framing.
constexpr std::size_t kLongest = std::size_t{1} << 32;
// Between a job's id and the number of an attempt.
constexpr char kOfAttempt = '.';

}  // namespace

JobId OutputJournal::job_of(std::string_view file_name) {
  return JobId(std::string(file_name.substr(0, file_name.find(kOfAttempt))));
}

Result<OutputJournal> OutputJournal::open(std::filesystem::path folder) {
  GB_TRY_VOID(os::ensure_dir(folder, 0700));
  return OutputJournal(std::move(folder));
}

// Of the first attempt it is the job's id, as in older versions.
std::filesystem::path OutputJournal::file_of(const JobId& job, int attempt) const {
  if (attempt == 1) return folder_ / job.str();
  return folder_ / (job.str() + kOfAttempt + std::to_string(attempt));
}

Result<UniqueFd> OutputJournal::begin(const JobId& job, int attempt) const {
  return os::open(file_of(job, attempt), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW,
                  0600);
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

Result<std::string> OutputJournal::read(const JobId& job, int attempt) const {
  Result<std::string> text = os::read_file(file_of(job, attempt), kLongest);
  if (text.has_error() && text.error().errno_value() == ENOENT) return std::string();
  return text;
}

bool OutputJournal::has(const JobId& job, int attempt) const {
  return ::access(file_of(job, attempt).c_str(), F_OK) == 0;
}

void OutputJournal::remove(const JobId& job, int attempt) const {
  ::unlink(file_of(job, attempt).c_str());
}

void OutputJournal::clear_except(const std::unordered_set<JobId>& kept) const {
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(folder_, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    if (!kept.contains(job_of(at->path().filename().native()))) ::unlink(at->path().c_str());
  }
  if (error) spdlog::warn("cannot remove old output journals: {}", error.message());
}

}  // namespace glovebox
