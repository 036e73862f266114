#include "execution/jobs/version_probe.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"
#include "execution/jobs/output_log.h"

namespace glovebox {
namespace {

// Some tools start a whole virtual machine to print one line.
constexpr std::chrono::seconds kTime{20};
constexpr std::int64_t kLines = 50;
constexpr ByteCount kBytes{16 << 10};

// As a job of the tool would run, but without a project and with the version command.
SandboxSpec version_spec(const Tool& tool) {
  Tool asked = tool;
  asked.command = {"version"};
  asked.parameters.clear();
  SandboxSpec spec;
  Result<Invocation> invocation = make_invocation(asked, {}, "");
  if (invocation) spec.environment = std::move(invocation->environment);
  spec.argv = tool.version_command;
  if (tool.image_root) {
    spec.root = tool.image_root->root;
    spec.argv.front() = tool.image_root->version_program;
  }
  spec.limits = tool.limits;
  spec.limits.wall_time = kTime;
  spec.limits.cpu_time = kTime;
  spec.limits.grace = std::chrono::milliseconds(0);  // it must release the slot at once
  spec.collect_artifacts = false;
  return spec;
}

// A tool whose image has moved is asked again.
std::string key_of(const Tool& tool) {
  return tool.id.str() + " " + (tool.image_root ? tool.image_root->root : std::string());
}

// The output of the command: most tools use standard output, some standard error.
std::string printed(const OutputLog& log, OutputStream stream) {
  std::string text;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (log.entry(i).stream == stream) text += log.entry(i).bytes;
  }
  return text;
}

}  // namespace

VersionProbe::VersionProbe(boost::asio::io_context& loop, ToolRegistry& registry, Sandbox& sandbox,
                           Dispatcher& dispatcher, std::shared_ptr<OutputTurns> output_turns)
    : loop_(loop),
      registry_(registry),
      sandbox_(sandbox),
      dispatcher_(dispatcher),
      output_turns_(std::move(output_turns)),
      changed_(loop) {}

void VersionProbe::stop() {
  stopped_ = true;
  interrupt();
  changed_.notify();
  dispatcher_.slot_freed().notify();
}

void VersionProbe::interrupt() {
  interrupted_ = true;
  if (run_) run_->kill();
}

const Tool* VersionProbe::next_tool() const {
  for (const Tool& tool : registry_.tools()) {
    bool wanted = tool.status == ToolStatus::kAvailable && !tool.version_command.empty();
    if (wanted && !asked_.contains(key_of(tool))) return &tool;
  }
  return nullptr;
}

Awaitable<void> VersionProbe::work() {
  while (!stopped_) {
    const Tool* tool = next_tool();
    if (!tool) {
      co_await changed_.wait();
    } else if (!dispatcher_.borrow_slot([this] { interrupt(); })) {
      co_await dispatcher_.slot_freed().wait();
    } else {
      ToolId id = tool->id;
      std::string key = key_of(*tool);
      SandboxSpec spec = version_spec(*tool);
      Result<void> probed = co_await caught(probe(id, key, std::move(spec)));
      if (probed.has_error()) {
        run_.reset();
        asked_.insert(key);
        spdlog::warn("tool {}: version unknown: {}", id.str(), probed.error().message());
      }
      dispatcher_.return_slot();
    }
  }
}

// A probe that had to release its slot is repeated.
Awaitable<void> VersionProbe::probe(ToolId id, std::string key, SandboxSpec spec) {
  interrupted_ = false;
  ImageLeasePtr lease;
  if (!spec.root.empty()) {
    Result<ImageLeasePtr> leased = registry_.images()->lease(spec.root);
    if (leased.has_error()) {
      asked_.insert(key);
      co_return;
    }
    lease = std::move(*leased);
  }
  Result<ValidSpec> valid = ValidSpec::validate(std::move(spec));
  if (valid.has_error()) {
    spdlog::warn("tool {}: bad version command: {}", id.str(), valid.error().message());
    asked_.insert(key);
    co_return;
  }
  OutputLog log(kLines, kBytes);
  auto keep = [&log](OutputStream stream, std::string_view bytes) { log.write(stream, bytes); };
  run_ = std::make_unique<SandboxedRun>(loop_, sandbox_, output_turns_, keep);
  Result<SandboxResult> result = co_await run_->run(std::move(*valid), std::string());
  run_.reset();
  if (interrupted_) co_return;
  asked_.insert(key);
  log.close();
  if (result.has_error()) {
    spdlog::warn("tool {}: version unknown: {}", id.str(),
                 escape_for_log(result.error().message()));
    co_return;
  }
  std::string text = printed(log, OutputStream::kStdout);
  if (text.empty()) text = printed(log, OutputStream::kStderr);
  if (std::holds_alternative<Exited>(result->outcome)) registry_.set_version(id, text);
}

}  // namespace glovebox
