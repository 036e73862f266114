#include "sandbox/pool/slot_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "sandbox/setup_step.h"

namespace glovebox {
namespace {

Error exec_error(const std::string& program, int errno_value) {
  std::string message =
      errno_value == ENOENT
          ? fmt::format("the program \"{}\" was not found in the sandbox (looked in {})", program,
                        program.find('/') == std::string::npos ? kSandboxPath : "/work")
          : fmt::format("the program \"{}\" could not be executed in the sandbox: {}", program,
                        errno_text(errno_value));
  return Error::from_errno("exec", program, errno_value)
      .with_kind(ErrorKind::kUser)
      .with_message(message);
}

// A slot is not believed a time outside of its run.
std::optional<std::chrono::nanoseconds> launch_time(const SlotRun& run, std::int64_t exec_ns) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point executed{std::chrono::nanoseconds(exec_ns)};
  if (executed < run.handed_at || executed > Clock::now()) return std::nullopt;
  return executed - run.handed_at;
}

}  // namespace

bool SlotRun::add_artifact(ArtifactPacket packet, std::vector<UniqueFd> fds) {
  bool further = packet.further_name;
  if (fds.size() != (further ? 0 : 1) || artifacts_seen >= kMaxArtifacts) return false;
  if (further && artifacts_seen == 0) return false;
  if (batch.size() + being_taken >= kArtifactWindow) return false;
  ++artifacts_seen;
  UniqueFd content = further ? UniqueFd() : std::move(fds.front());
  batch.push_back({std::move(packet.path), packet.size_bytes, std::move(content), further});
  return true;
}

void SlotRun::abandon() {
  on_end = nullptr;
  take = nullptr;
}

void finish_later(boost::asio::io_context& loop, const std::shared_ptr<SlotRun>& run,
                  Result<SandboxResult> result) {
  // If the run never reached a slot, readers of the other ends would wait without end.
  run->streams = SandboxStreams();
  auto held = std::make_shared<Result<SandboxResult>>(std::move(result));
  boost::asio::post(loop, [run, held] {
    run->take = nullptr;
    if (auto on_end = std::exchange(run->on_end, nullptr)) on_end(std::move(*held));
  });
}

std::optional<Error> refusal_of(const SandboxSpec& spec, Tier tier) {
  if (spec.root.empty() || tier == Tier::kNamespaces) return std::nullopt;
  return Error(ErrorKind::kUser,
               fmt::format("the job needs the root directory \"{}\", and jobs of the landlock tier "
                           "see the host's; run where user namespaces are allowed",
                           spec.root))
      .with("field", "root");
}

Result<SandboxResult> to_result(SlotRun& run) {
  EndedPacket ended = std::move(*run.ended);
  if (!ended.failed_step.empty()) {
    return step_error(ended.failed_step, ended.errno_value)
        .with_context("the sandbox could not be set up");
  }
  if (ended.errno_value != 0) return exec_error(run.spec.argv.front(), ended.errno_value);
  SandboxResult result;
  result.outcome = std::move(ended.outcome);
  result.usage = ended.usage;
  result.launch = launch_time(run, ended.exec_ns);
  result.artifacts = std::move(run.artifacts);
  result.artifacts_truncated = ended.artifacts_truncated;
  return result;
}

SandboxResult cancelled_result(const SlotRun& run) {
  SandboxResult result;
  result.outcome = Cancelled{};
  result.usage = run.used;
  return result;
}

SandboxResult out_of_memory_result(const SlotRun& run) {
  SandboxResult result;
  result.usage = run.used;
  result.usage.peak_memory = std::max(run.used.peak_memory, run.spec.limits.memory);
  result.usage.peak_processes = std::max(run.used.peak_processes, 1);
  LimitExceeded memory;
  memory.which = LimitKind::kMemory;
  memory.configured = static_cast<std::int64_t>(run.spec.limits.memory.bytes());
  memory.observed = static_cast<std::int64_t>(result.usage.peak_memory.bytes());
  result.outcome = memory;
  result.artifacts_truncated = run.spec.collect_artifacts;
  return result;
}

}  // namespace glovebox
