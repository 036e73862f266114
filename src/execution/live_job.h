// LiveJob: a job between its acceptance and the moment when its end is recorded.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "execution/execution_service.h"
#include "execution/output_log.h"
#include "execution/project_pins.h"
#include "execution/sandboxed_run.h"
#include "execution/signal.h"
#include "model/job.h"
#include "sandbox/sandbox.h"

namespace glovebox {

struct LiveJob : std::enable_shared_from_this<LiveJob> {
  enum class Phase {
    kRecording,  // accepted; the store is writing it
    kWaiting,    // in the queue
    kRunning,    // has a slot
    kEnding,     // judged; the store is writing it
    kEnded,      // told to whoever waits
  };
  enum class Stop {
    kNo,
    kCancelled,  // someone asked
    kShutdown,   // the server goes down
  };

  LiveJob(boost::asio::io_context& loop, ValidSpec what)
      : spec(std::move(what)),
        log(spec.get().limits.output_lines, spec.get().limits.output_bytes),
        let_go_timer(loop),
        ended(loop),
        changed(loop) {}

  Job job;
  ValidSpec spec;
  std::string stdin_text;  // until it runs
  ProjectPins::Pin pin;
  Phase phase = Phase::kRecording;
  Stop stop = Stop::kNo;
  Lifetime lifetime = Lifetime::kConnection;
  bool handed_over = false;     // it waits for the server's next life
  bool recorded = false;        // the store has it, or has been told
  bool start_recorded = false;  // and that it runs
  OutputLog log;
  UniqueFd journal;                        // where its output is kept, once it must be
  std::size_t in_journal = 0;              // entries of the log
  boost::asio::steady_timer let_go_timer;  // for what the log holds back
  bool let_go_waits = false;
  SteadyTime started;
  std::optional<WallTime> tool_ended;  // its files are copied after that
  std::unique_ptr<SandboxedRun> run;
  Event ended;
  Signal changed;  // its state, its output, and, while anybody follows it, its place in the queue
  int followers = 0;
};

using LiveJobPtr = std::shared_ptr<LiveJob>;

}  // namespace glovebox
