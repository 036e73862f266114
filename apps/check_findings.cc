#include "check_findings.h"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace glovebox {
namespace {

// Calls `take` with pieces of the file from its start, until it returns false.
template <class Take>
void read_pieces(int fd, Take take) {
  std::array<char, 64 << 10> piece;
  off_t at = 0;
  for (;;) {
    ssize_t n = ::pread(fd, piece.data(), piece.size(), at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || !take(std::string_view(piece.data(), static_cast<std::size_t>(n)))) return;
    at += n;
  }
}

}  // namespace

void CheckFindings::set_files(const std::vector<ProjectFile>& files) {
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (const ProjectFile& file : files) paths.push_back(file.path);
  files_ = std::make_shared<const FileList>(std::move(paths));
}

// Again for a job whose slot died: what was read of its first run does not count.
void CheckFindings::job_started(const Job& job) {
  const Tool* tool = registry_.find(job.tool_id);
  jobs_.erase(job.id);
  if (tool == nullptr || !tool->findings) return;
  auto reader = make_finding_reader(*tool->findings, files_);
  // The registry refuses a manifest whose [findings] cannot be read.
  if (reader.has_error()) return;
  jobs_[job.id] = Reading{tool->findings->file, std::move(*reader)};
}

void CheckFindings::output_appended(const JobId& job, OutputStream stream, std::string_view bytes) {
  auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  bool is_stdout = stream == OutputStream::kStdout;
  found->second.reader->write(is_stdout ? FindingStream::kStdout : FindingStream::kStderr, bytes);
}

void CheckFindings::read_artifacts(const JobId& job,
                                   const std::vector<CollectedArtifact>& artifacts) {
  auto found = jobs_.find(job);
  if (found == jobs_.end() || found->second.file.empty()) return;
  FindingReader& reader = *found->second.reader;
  for (const CollectedArtifact& artifact : artifacts) {
    if (artifact.path != found->second.file || artifact.further_name) continue;
    read_pieces(artifact.content.get(), [&](std::string_view bytes) {
      reader.write(FindingStream::kFile, bytes);
      return true;
    });
  }
}

CheckFindings::Found CheckFindings::take(const JobId& job) {
  Found taken;
  auto found = jobs_.find(job);
  if (found == jobs_.end()) return taken;
  FindingReader& reader = *found->second.reader;
  reader.close();
  taken.counts = reader.list().counts();
  taken.findings = reader.take();
  jobs_.erase(found);
  return taken;
}

std::string TreeSource::read(std::string_view path, std::size_t max_bytes) {
  std::string text;
  Result<UniqueFd> file = store_.open_file(sha256_, path);
  if (file.has_error()) return text;
  read_pieces(file->get(), [&](std::string_view bytes) {
    text += bytes.substr(0, max_bytes - text.size());
    return text.size() < max_bytes;
  });
  return text;
}

}  // namespace glovebox
