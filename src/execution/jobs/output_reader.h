// OutputReader: the two pipes of one run, read as its turns come (output_turns.h); what to keep is
// the sink's business. Once the sink wants no more bytes, what follows is only counted, on another
// thread (output_counter.h).
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
  // What was written since the last such call, and not given to the sink.
  using CountSink = std::function<void(OutputStream, const OutputCount&)>;

  struct WriteEnds {
    UniqueFd out;
    UniqueFd err;
  };

  OutputReader(std::shared_ptr<OutputTurns> turns, Sink sink);
  ~OutputReader();
  OutputReader(const OutputReader&) = delete;
  OutputReader& operator=(const OutputReader&) = delete;

  // Makes the pipes and begins to read. Call once.
  Result<WriteEnds> open();

  // The sink needs no more: it gets what lies in the pipes at the end, if anything. May be called
  // from the sink; once.
  void only_count(CountSink counts);
  // Tells the count sink what is new: after only_count(), else nothing happens.
  void tell_counts();

  // Every process that wrote is dead: takes what still lies in the pipes and closes them, tells all
  // counts, then calls `done`: at once, or from the loop where another thread reads. It waits for
  // no writer, so a write end that someone forgot to close holds nothing up. Not called where the
  // reader is destroyed before.
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
