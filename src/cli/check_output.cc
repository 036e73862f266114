#include "cli/check_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <span>

#include "base/os.h"

namespace glovebox {
namespace {

Result<void> write_one_report(ReportFormat format, std::span<const ReportRun> runs, UniqueFd file) {
  if (::ftruncate(file.get(), 0) != 0 && errno != EINVAL) {  // EINVAL: a pipe or a device
    return Error::from_errno("ftruncate", "", errno);
  }
  std::FILE* out = ::fdopen(file.get(), "w");
  if (out == nullptr) return Error::from_errno("fdopen", "", errno);
  static_cast<void>(file.release());
  write_report(format, runs,
               [&](std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); });
  bool failed = std::ferror(out) != 0;
  if (std::fclose(out) != 0 || failed) return Error::from_errno("write", "", errno);
  return ok();
}

}  // namespace

Result<CheckOutput> CheckOutput::open(const CheckCommand& command) {
  CheckOutput output(command);
  for (const CheckReport& report : command.reports) {
    if (report.file == "-") {
      output.files_.emplace_back();
      continue;
    }
    auto file = os::open(report.file, O_WRONLY | O_CREAT, 0666);
    if (file.has_error()) return std::move(file).error().with_kind(ErrorKind::kUser);
    output.files_.push_back(std::move(*file));
  }
  return output;
}

Result<void> CheckOutput::write(const std::vector<CheckedTool>& tools, SourceFiles& source,
                                const Terminal& terminal) {
  std::vector<ReportRun> runs = report_runs(tools);
  ReportSink to_stdout = [](std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
  };
  bool text_wanted = !command_->json;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const CheckReport& report = command_->reports[i];
    if (report.file == "-") {
      text_wanted = false;
      write_report(report.format, runs, to_stdout);
      continue;
    }
    Result<void> written = write_one_report(report.format, runs, std::move(files_[i]));
    if (written.has_error()) {
      return std::move(written).error().with_kind(ErrorKind::kUser).with_context(report.file);
    }
  }
  if (command_->json) fmt::print("{}\n", check_json(tools));
  if (text_wanted) {
    TextReportOptions options;
    options.colours = terminal.color ? TextColours::kOn : TextColours::kOff;
    options.source = &source;
    write_text_report(runs, to_stdout, options);
  }
  std::fflush(stdout);
  return ok();
}

}  // namespace glovebox
