#include "execution/findings/finding_pages.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "findings/source/fingerprint.h"

namespace glovebox {
namespace {

// Reports are written in small pieces.
class FileSink {
 public:
  explicit FileSink(int fd) : fd_(fd) {}

  void write(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= kBufferBytes) flush();
  }
  void flush() {
    std::string_view rest = buffer_;
    while (!rest.empty() && errno_ == 0) {
      ssize_t n = ::write(fd_, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) errno_ = errno;
      if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
    }
    buffer_.clear();
  }
  int failed_with() const { return errno_; }

 private:
  static constexpr std::size_t kBufferBytes = 64 << 10;
  int fd_;
  int errno_ = 0;
  std::string buffer_;
};

// Pointers and changes only: of 25,000 findings at most one page is copied.
struct Candidate {
  const Finding* finding = nullptr;
  std::string_view change;
};

FindingsPage cut_page(const std::vector<Candidate>& all, std::size_t first, std::size_t limit) {
  FindingsPage page;
  std::size_t end = first < all.size() ? std::min(all.size(), first + limit) : first;
  for (std::size_t i = first; i < end; ++i) {
    page.findings.push_back({*all[i].finding, all[i].change});
  }
  if (end < all.size()) page.next_cursor = "f" + std::to_string(end);
  return page;
}

}  // namespace

bool passes(const FindingFilter& filter, const Finding& finding) {
  if (filter.severity && finding.severity != *filter.severity) return false;
  if (!filter.rule.empty() && finding.rule != filter.rule) return false;
  if (filter.path.empty()) return true;
  std::string_view path = finding.place.path;
  std::string_view wanted = filter.path;
  if (!path.starts_with(wanted)) return false;
  return path.size() == wanted.size() || wanted.ends_with('/') || path[wanted.size()] == '/';
}

Result<std::size_t> parse_findings_cursor(const std::string& cursor) {
  if (cursor.empty()) return std::size_t{0};
  std::size_t first = 0;
  const char* end = cursor.data() + cursor.size();
  auto [stop, error] = std::from_chars(cursor.data() + 1, end, first);
  if (cursor[0] == 'f' && error == std::errc() && stop == end) return first;
  return validation_error("\"cursor\" must be the nextCursor of an earlier response")
      .with("field", "cursor");
}

Result<FindingsPage> findings_page(const std::vector<Finding>& now,
                                   const std::vector<Finding>* before, const FindingsQuery& query) {
  GB_TRY(std::size_t first, parse_findings_cursor(query.cursor));
  auto limit = static_cast<std::size_t>(query.limit);
  std::vector<Candidate> passed;
  if (before == nullptr) {
    for (const Finding& finding : now) {
      if (passes(query.filter, finding)) passed.push_back({&finding, {}});
    }
    return cut_page(passed, first, limit);
  }
  std::vector<ComparedFinding> compared = compare_findings(*before, now);
  for (const ComparedFinding& each : compared) {
    if (passes(query.filter, each.finding)) {
      passed.push_back({&each.finding, finding_change_name(each.change)});
    }
  }
  return cut_page(passed, first, limit);
}

Result<ReportFormat> parse_report_format(const std::string& format) {
  std::optional<ReportFormat> found = find_report_format(format);
  if (found && *found != ReportFormat::kText) return *found;
  return validation_error("\"format\" must be one of sarif, checkstyle, junit, gitlab, github")
      .with("field", "format");
}

Result<FindingsReport> write_report_file(ReportFormat format, std::span<const ReportRun> runs,
                                         ProjectStore& store) {
  FindingsReport report;
  GB_TRY(report.file, store.create_upload());
  FileSink sink(report.file.get());
  write_report(format, runs, [&sink](std::string_view text) { sink.write(text); });
  sink.flush();
  if (sink.failed_with() != 0) {
    return Error::from_errno("write", "the report", sink.failed_with());
  }
  report.media_type = report_media_type(format);
  report.suffix = report_suffix(format);
  return report;
}

}  // namespace glovebox
