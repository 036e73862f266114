// OutputReader: reads the two pipes of one run, in turns (output_turns.h); the sink decides what to
// store. When the sink needs no more bytes, the rest is only counted, on another thread
// (output_counter.h).
//
// Threads: the event loop.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "execution/jobs/output_stream.h"
#include "execution/jobs/output_turns.h"

namespace glovebox {

class OutputReader {
 public:
  using Sink = std::function<void(OutputStream, std::string_view)>;
  // What was written since the last such call, and not passed to the sink.
  using CountSink = std::function<void(OutputStream, const OutputCount&)>;

  struct WriteEnds {
    UniqueFd out;
    UniqueFd err;
  };

  OutputReader(std::shared_ptr<OutputTurns> turns, Sink sink);
  ~OutputReader();
  OutputReader(const OutputReader&) = delete;
  OutputReader& operator=(const OutputReader&) = delete;

  // Creates the pipes and begins to read. Call once.
  Result<WriteEnds> open();

  // The sink needs no more bytes: at the end it gets the rest in the pipes, if any. May be called
  // from the sink; once.
  void only_count(CountSink counts);
  // After only_count(): reports new counts to the count sink. Before, it does nothing.
  void tell_counts();

  // Call when every process that wrote has ended. Reads the rest in the pipes and closes them,
  // reports all counts, then calls `done`: immediately, or from the loop if another thread reads.
  // It waits for no writer, so a write end that is still open delays nothing. `done` is not called
  // if the reader is destroyed before.
  void finish(const std::function<void()>& done = [] {});

 private:
  struct Pipe;
  struct Ending;
  Result<UniqueFd> open_pipe(OutputStream stream);

  std::shared_ptr<OutputTurns> turns_;
  Sink sink_;
  CountSink counts_;
  std::shared_ptr<Pipe> pipes_[2];
};

}  // namespace glovebox
