// FindingCollector: the findings of one run, from the first byte of its output to the record.
//
// begin(), then write() as output arrives and read_file() as files arrive, then finish(). Text is
// read on the event loop, in the turns of the output. A SARIF file is read on the pool, as are the
// project's sources; the record is created there too. Threads: the event loop.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/findings/tree_files.h"
#include "findings/finding_reader.h"
#include "model/findings_spec.h"
#include "projects/project_store.h"

namespace glovebox {

class FindingCollector {
 public:
  struct Deps {
    boost::asio::thread_pool& pool;
    const ProjectStore& store;
    TreeFileLists& lists;
  };
  FindingCollector(const Deps& deps, FindingsSpec spec, std::string tree);
  FindingCollector(const FindingCollector&) = delete;
  FindingCollector& operator=(const FindingCollector&) = delete;

  // kInternal if the project's files cannot be listed. Call once, before all other functions.
  Awaitable<Result<void>> begin();
  // Constant after begin().
  bool reads(FindingStream stream) const { return reader_ && reader_->reads(stream); }
  // Processes bytes that were just read. Returns true if there are more findings than before.
  bool write(FindingStream stream, std::string_view bytes);
  // Whether the artifact with this path contains the findings.
  bool is_file(std::string_view path) const { return !spec_.file.empty() && path == spec_.file; }
  // Reads it to its end. The descriptor must stay open until this returns.
  Awaitable<Result<void>> read_file(int file);
  // Call at the end of the output: computes fingerprints and the record. Call once, after begin().
  Awaitable<Result<void>> finish();

  // Number of findings so far, including those that are not stored.
  const FindingCounts& counts() const { return counts_; }
  // The stored ones, in the order of the output. Valid until the next call of another function.
  const std::vector<Finding>& findings() const;
  // For the store; empty before finish().
  const std::string& record() const { return done_.record; }
  // Why the output could not be read to its end, for users; empty: it was read. Call after
  // finish().
  const std::string& problem() const { return done_.problem; }

 private:
  struct Done {
    std::vector<Finding> findings;
    FindingCounts counts;
    std::string record;
    std::string problem;
  };
  static Result<Done> make_record(FindingReader& reader, const ProjectStore& store,
                                  const std::string& tree);

  Deps deps_;
  FindingsSpec spec_;
  std::string tree_;
  std::shared_ptr<FindingReader> reader_;  // null: before begin() and from finish() on
  bool on_pool_ = false;                   // the pool uses the reader
  FindingCounts counts_;
  Done done_;
};

}  // namespace glovebox
