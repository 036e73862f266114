// FindingReader: a tool's output, as it comes, becomes findings. What it costs: time in proportion
// to the output; memory bounded by a line or a result of SARIF, and by FindingList.
//
//   spec_check.h   what is wrong with a spec        fingerprint.h   once the source is at hand
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

  // Whether the stream is read at all; what is written of another one is ignored.
  virtual bool reads(FindingStream stream) const = 0;
  // Any number of bytes, cut anywhere. Both streams of a run should come in the order in which they
  // were read, since Finding::output_line counts the lines of both.
  virtual void write(FindingStream stream, std::string_view bytes) = 0;
  // No more will come. Idempotent.
  virtual void close() = 0;

  // At any time, so that those who watch a run may be told. Fingerprints are empty.
  virtual const FindingList& list() const = 0;
  virtual std::vector<Finding> take() = 0;  // after close()
  // Why the output could not be read to its end, for people; empty: it could.
  virtual const std::string& problem() const = 0;
};

struct FindingReaderOptions {
  std::string folder;  // in the project: where the tool was started, if not at its top
};

// kValidation where the spec is one that spec_check.h complains of.
Result<std::unique_ptr<FindingReader>> make_finding_reader(
    const FindingsSpec& spec, std::shared_ptr<const ProjectFiles> files,
    FindingReaderOptions options = {});

}  // namespace glovebox
