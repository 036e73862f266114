#include "execution/health/canary.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/log.h"
#include "base/random.h"
#include "execution/async/caught.h"
#include "execution/jobs/output_log.h"

namespace glovebox {
namespace {

constexpr std::int64_t kCanaryLines = 4;
constexpr ByteCount kCanaryBytes{1024};

SandboxSpec canary_spec(const std::string& word) {
  SandboxSpec spec;
  spec.argv = {"echo", word};
  spec.environment = {fmt::format("PATH={}", kSandboxPath)};
  spec.limits.wall_time = Canary::kRunTime;
  spec.limits.cpu_time = Canary::kRunTime;
  spec.limits.grace = std::chrono::milliseconds(0);
  spec.limits.memory = ByteCount(64ULL << 20);
  spec.limits.disk = ByteCount(1ULL << 20);
  spec.limits.processes = 8;
  spec.limits.output_lines = kCanaryLines;
  spec.limits.output_bytes = kCanaryBytes;
  spec.collect_artifacts = false;
  return spec;
}

HealthCheck canary_failed(std::string_view cause) {
  spdlog::error("the canary job failed: {}", escape_for_log(cause));
  HealthCheck check;
  check.state = CheckState::kFailed;
  check.message = "a test job did not run as expected; the server's log has the cause";
  return check;
}

HealthCheck canary_busy() {
  HealthCheck check;
  check.state = CheckState::kBusy;
  check.message = fmt::format("no slot became free in {} ms, because jobs hold all of them",
                              Canary::kSlotWait.count());
  return check;
}

}  // namespace

Canary::Canary(boost::asio::io_context& loop, Sandbox& sandbox, Dispatcher& dispatcher,
               std::shared_ptr<OutputTurns> output_turns)
    : loop_(loop),
      sandbox_(sandbox),
      dispatcher_(dispatcher),
      output_turns_(std::move(output_turns)) {}

void Canary::stop() {
  stopped_ = true;
  if (run_) run_->kill();
}

Awaitable<HealthCheck> Canary::run() {
  if (stopped_) co_return canary_failed("the server shuts down");
  if (!sandbox_.outage().empty()) co_return canary_failed("the sandbox has no slot");
  bool lent = co_await dispatcher_.borrow_next_slot(kSlotWait);
  if (!lent) co_return canary_busy();
  SteadyTime start = std::chrono::steady_clock::now();
  HealthCheck check;
  std::string thrown;
  try {
    check = co_await run_in_slot();
  } catch (const std::exception& exception) {
    thrown = exception.what();
  }
  run_.reset();
  if (!thrown.empty()) check = canary_failed(thrown);
  dispatcher_.return_next_slot();
  auto took = std::chrono::steady_clock::now() - start;
  check.took = std::chrono::duration_cast<std::chrono::milliseconds>(took);
  co_return check;
}

Awaitable<HealthCheck> Canary::run_in_slot() {
  std::string word = random_id("canary_");
  Result<ValidSpec> valid = ValidSpec::validate(canary_spec(word));
  if (valid.has_error()) co_return canary_failed(valid.error().message());
  OutputLog log(kCanaryLines, kCanaryBytes);
  auto keep = [&log](OutputStream stream, std::string_view bytes) { log.write(stream, bytes); };
  run_ = std::make_unique<SandboxedRun>(loop_, sandbox_, output_turns_, keep);
  Result<SandboxResult> result = co_await run_->run(std::move(*valid), std::string());
  log.close();
  if (result.has_error()) co_return canary_failed(result.error().message());
  const auto* exited = std::get_if<Exited>(&result->outcome);
  if (exited == nullptr) co_return canary_failed("it did not exit by itself");
  if (exited->code != 0) co_return canary_failed(fmt::format("exit code {}", exited->code));
  std::string text;
  for (std::size_t i = 0; i < log.size(); ++i) text += log.entry(i).bytes;
  if (text != word + "\n") co_return canary_failed("its output is not what it wrote: " + text);
  co_return HealthCheck();
}

}  // namespace glovebox
