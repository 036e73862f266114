// FindingReader: converts a tool's output, as it arrives, to findings. Takes time proportional to
// the output; memory is bounded by a line or a result of SARIF, and by FindingList.
//
//   spec_check.h   problems of a spec        fingerprint.h   when the source is available
//
// Threads: one at a time. Nothing here blocks.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "findings/finding_list.h"
#include "findings/project_paths.h"
#include "model/findings_spec.h"

namespace glovebox {

enum class FindingStream { kStdout, kStderr, kFile };  // file: the artifact that the spec names

class FindingReader {
 public:
  virtual ~FindingReader() = default;

  // Whether the stream is read at all; data of other streams is ignored.
  virtual bool reads(FindingStream stream) const = 0;
  // Any number of bytes, split anywhere. Write both streams of a run in the order in which they
  // were read, because Finding::output_line counts the lines of both.
  virtual void write(FindingStream stream, std::string_view bytes) = 0;
  // Call at the end of the output. Idempotent.
  virtual void close() = 0;

  // The findings so far, at any time, for those who watch a run. Fingerprints are empty.
  virtual const FindingList& list() const = 0;
  virtual std::vector<Finding> take() = 0;  // after close()
  // Why the output could not be read to its end, for users; empty: it was read.
  virtual const std::string& problem() const = 0;
};

struct FindingReaderOptions {
  std::string folder;  // in the project: where the tool was started, if not at its top
};

// kValidation if spec_check.h finds a problem in the spec.
Result<std::unique_ptr<FindingReader>> make_finding_reader(
    const FindingsSpec& spec, std::shared_ptr<const ProjectFiles> files,
    FindingReaderOptions options = {});

}  // namespace glovebox
