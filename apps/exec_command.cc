#include "exec_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <optional>

#include "base/clock.h"
#include "base/near_miss.h"
#include "cli/conclusion.h"
#include "cli/exit_code.h"
#include "execution/jobs/output_log.h"
#include "execution/jobs/output_reader.h"
#include "interrupts.h"
#include "live_output.h"
#include "local_sandbox.h"
#include "save_artifacts.h"
#include "stdin_pump.h"

namespace glovebox {
namespace {

// The small environment that tools have, plus the variables from --env.
Result<std::vector<std::string>> environment_of(const ExecCommand& command) {
  std::map<std::string, std::string> variables{{"HOME", "/tmp"},
                                               {"LANG", "C.UTF-8"},
                                               {"PATH", std::string(kSandboxPath)},
                                               {"TMPDIR", "/tmp"}};
  for (const std::string& text : command.environment) {
    std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return validation_error(fmt::format("--env takes NAME=VALUE, not {}", in_quotes(text)));
    }
    variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

// One command, from its pipes to its end.
class ExecRun {
 public:
  ExecRun(const ExecCommand& command, Sandbox& sandbox, boost::asio::io_context& loop)
      : command_(command),
        sandbox_(sandbox),
        loop_(loop),
        log_(command.limits.output_lines, command.limits.output_bytes),
        output_([this] { kill(); }),
        reader_(std::make_shared<OutputTurns>(loop, OutputTurns::Share::kWhole),
                [this](OutputStream stream, std::string_view bytes) { take(stream, bytes); }),
        interrupts_(loop, [this] { kill(); }) {}

  // Runs the loop until the command has ended.
  Result<Conclusion> run(ValidSpec spec) {
    SandboxStreams streams;
    GB_TRY(streams.in, pump_.start(STDIN_FILENO));
    GB_TRY(OutputReader::WriteEnds ends, reader_.open());
    streams.out = std::move(ends.out);
    streams.err = std::move(ends.err);
    job_.created_at = job_.started_at.emplace(clock_.wall_now());
    started_ = clock_.steady_now();
    run_ = sandbox_.start(std::move(spec), std::move(streams),
                          [this](Result<SandboxResult> result) { end(std::move(result)); });
    run_->set_artifact_sink(
        [this](std::vector<CollectedArtifact> batch, const std::function<void()>& taken) {
          take(std::move(batch));
          taken();
        });
    loop_.run();
    if (!result_) return internal_error("the sandbox did not report how the command ended");
    if (result_->has_error()) return std::move(*result_).error();
    return conclude(std::move(*result_).value());
  }

 private:
  void take(OutputStream stream, std::string_view bytes) {
    log_.write(stream, bytes);
    if (!command_.json) output_.write(stream, bytes);
  }
  void take(std::vector<CollectedArtifact> batch) {
    for (const CollectedArtifact& artifact : batch) {
      job_.artifacts.push_back({artifact.path, artifact.size_bytes});
    }
    if (!command_.artifacts_dir.empty()) saved_ = saver_.save(std::move(batch));
  }
  void kill() {
    if (run_) run_->kill();
  }
  void end(Result<SandboxResult> result) {
    result_.emplace(std::move(result));
    reader_.finish();
    interrupts_.stop();
    loop_.stop();
  }

  Result<Conclusion> conclude(SandboxResult result) {
    log_.close();
    // The system clock may be set meanwhile.
    auto duration = std::chrono::duration_cast<WallTime::duration>(clock_.steady_now() - started_);
    job_.finished_at = *job_.started_at + duration;
    job_.id = new_job_id();
    job_.tool_id = ToolId("exec");
    apply_outcome(job_, result.outcome);
    job_.output = log_.summary();
    job_.usage = result.usage;
    job_.isolation = sandbox_.isolation().layers;
    GB_TRY_VOID(saved_);
    Conclusion conclusion{job_, log_.lines(), command_.artifacts_dir};
    conclusion.output_closed = output_.closed();
    return conclusion;
  }

  const ExecCommand& command_;
  Sandbox& sandbox_;
  boost::asio::io_context& loop_;
  SystemClock clock_;
  OutputLog log_;
  LiveOutput output_;
  OutputReader reader_;
  Interrupts interrupts_;
  StdinPump pump_;
  std::unique_ptr<SandboxRun> run_;
  std::optional<Result<SandboxResult>> result_;
  Job job_;
  SteadyTime started_;
  ArtifactSaver saver_{command_.artifacts_dir};
  Result<void> saved_;
};

Result<Conclusion> exec(const ExecCommand& command) {
  SandboxSpec spec{.argv = command.argv, .limits = command.limits};
  GB_TRY(spec.environment, environment_of(command));
  GB_TRY(LocalSandbox local, LocalSandbox::open(command.settings));
  std::optional<ProjectSource> source;
  if (!command.project.empty()) {
    GB_TRY(source, open_project(*local.store, command.project));
  }
  GB_TRY_VOID(confine_local(local.scratch, command.artifacts_dir));
  if (source) {
    GB_TRY(ProjectTree tree, store_project(*local.store, *std::move(source)));
    spec.project = tree.sha256;
  }
  GB_TRY(ValidSpec valid, ValidSpec::validate(std::move(spec)));
  boost::asio::io_context loop(1);
  std::unique_ptr<Sandbox> sandbox = local.launcher.make_sandbox(loop);
  auto run = std::make_unique<ExecRun>(command, *sandbox, loop);
  return run->run(std::move(valid));
}

}  // namespace

int exec_command(const ExecCommand& command, const Terminal& terminal) {
  Result<Conclusion> ended = exec(command);
  if (ended.has_error()) return fail(ended.error(), command.json);
  // Prints only errors for a person, because exec is for scripts and for inspection.
  return conclude(ended.value(), command.json, Terminal{false, terminal.color});
}

}  // namespace glovebox
