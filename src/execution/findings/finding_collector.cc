#include "execution/findings/finding_collector.h"

#include <unistd.h>

#include <cerrno>
#include <functional>
#include <utility>

#include "execution/async/blocking.h"
#include "execution/findings/findings_record.h"
#include "findings/source/fingerprint.h"

namespace glovebox {
namespace {

Result<void> read_all(FindingReader& reader, int file) {
  std::string buffer(256 << 10, '\0');
  off_t at = 0;
  for (;;) {
    ssize_t n = ::pread(file, buffer.data(), buffer.size(), at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno("pread", "a file with findings", errno);
    if (n == 0) return ok();
    reader.write(FindingStream::kFile, {buffer.data(), static_cast<std::size_t>(n)});
    at += n;
  }
}

const std::vector<Finding> kNoFindings;

}  // namespace

FindingCollector::FindingCollector(const Deps& deps, FindingsSpec spec, std::string tree)
    : deps_(deps), spec_(std::move(spec)), tree_(std::move(tree)) {}

Awaitable<Result<void>> FindingCollector::begin() {
  GB_CO_TRY(std::shared_ptr<const ProjectFiles> files, co_await deps_.lists.of(tree_));
  GB_CO_TRY(std::unique_ptr<FindingReader> reader, make_finding_reader(spec_, std::move(files)));
  reader_ = std::move(reader);
  co_return ok();
}

bool FindingCollector::write(FindingStream stream, std::string_view bytes) {
  if (!reads(stream) || on_pool_) return false;
  std::int64_t before = counts_.total;
  reader_->write(stream, bytes);
  counts_ = reader_->list().counts();
  return counts_.total > before;
}

Awaitable<Result<void>> FindingCollector::read_file(int file) {
  std::function<Result<void>()> read = [reader = reader_, file] { return read_all(*reader, file); };
  on_pool_ = true;
  Result<void> all_read = co_await run_blocking(deps_.pool, std::move(read));
  on_pool_ = false;
  counts_ = reader_->list().counts();
  co_return all_read;
}

Result<FindingCollector::Done> FindingCollector::make_record(FindingReader& reader,
                                                             const ProjectStore& store,
                                                             const std::string& tree) {
  Done done;
  reader.close();
  done.counts = reader.list().counts();
  done.problem = reader.problem();
  done.findings = reader.take();
  TreeSource source(store, tree);
  set_fingerprints(done.findings, source);
  GB_TRY(done.record, encode_findings(done.findings));
  return done;
}

Awaitable<Result<void>> FindingCollector::finish() {
  std::function<Result<Done>()> make = [reader = std::exchange(reader_, nullptr),
                                        &store = deps_.store,
                                        tree = tree_] { return make_record(*reader, store, tree); };
  GB_CO_TRY(done_, co_await run_blocking(deps_.pool, std::move(make)));
  counts_ = done_.counts;
  co_return ok();
}

const std::vector<Finding>& FindingCollector::findings() const {
  if (on_pool_) return kNoFindings;
  return reader_ ? reader_->list().findings() : done_.findings;
}

}  // namespace glovebox
