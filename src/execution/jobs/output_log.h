// OutputLog: what is kept of a job's output, as numbered pieces in the order in which they were
// read.
//
// A piece is a line, or a part of one that was let go before its end came, or that had grown to the
// longest that a piece may be: then the next piece of its stream goes on with the line. A line ends
// with '\n'; a '\r' before it goes in the text form, elsewhere it stays. Pieces of the two streams
// never mix: each has its own unfinished line. What is over a cap is dropped and flagged, and still
// counted. Memory is the byte cap and 16 bytes a piece, whatever the tool writes.
//
// Any number of readers ask by number, at any time. Threads: one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory_budget.h"
#include "base/result.h"
#include "base/units.h"
#include "execution/jobs/output_counter.h"
#include "execution/jobs/output_stream.h"
#include "model/job.h"

namespace glovebox {

class OutputLog {
 public:
  // So that who tells of output, an entry at a time, has a bound.
  static constexpr std::size_t kLongestPiece = 64 << 10;

  struct Entry {
    OutputStream stream = OutputStream::kStdout;
    std::string_view bytes;  // with the line's end, if it is in this piece
  };

  // `memory` is grown as output comes; where it cannot grow, the log takes no more, and says so.
  OutputLog(std::int64_t line_cap, ByteCount byte_cap, MemoryBudget::Share memory = {});

  void write(OutputStream stream, std::string_view bytes);
  // Nothing of what is written from now on will be kept.
  bool is_full() const;
  // Of a full log: this was written, and is only counted.
  void count_dropped(OutputStream stream, const OutputCount& dropped);
  // Lets go what is there of unfinished lines, such as a prompt, but for a character's first bytes.
  void let_go();
  // Whether let_go() would add anything.
  bool holds_back() const;
  // No more will come: unfinished lines take their places. Idempotent.
  void close();

  // Entries are numbered 0 to size() - 1, and a number never changes its entry. The bytes are valid
  // until the next write().
  std::size_t size() const { return entries_.size(); }
  std::size_t kept_bytes() const { return kept_.size(); }
  Entry entry(std::size_t number) const;
  // What it takes.
  std::size_t memory_bytes() const {
    return kept_.capacity() + entries_.capacity() * sizeof(Place);
  }
  // Counted over all that was written, kept or not. An unfinished line counts as one.
  OutputSummary summary() const;
  // Less than the caps was kept, since the memory of all was used up.
  bool cut_for_memory() const { return cut_for_memory_; }

  // All lines as text: without ends, bad UTF-8 replaced. A line stands where its first piece does.
  std::vector<std::string> lines() const;

  // For the store and back, from the entry `first` on. The summary of one that came back counts
  // what was kept.
  std::string encode(std::size_t first = 0) const;
  static Result<OutputLog> decode(std::string_view encoded);
  // Of what was being appended when its writer died: an entry that is not whole is left out.
  static OutputLog decode_torn(std::string_view encoded);

 private:
  enum class Line { kNone, kKept, kDropped };
  struct Unfinished {
    Line line = Line::kNone;
    std::string bytes;
  };
  struct Place {
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
    OutputStream stream = OutputStream::kStdout;
  };

  void write_piece(OutputStream stream, std::string_view piece);
  void let_go(OutputStream stream);
  void add_entry(OutputStream stream, std::string_view bytes);
  bool grow_memory(std::size_t more);
  void count(OutputStream stream, std::string_view bytes);
  bool decode_entry(std::string_view& encoded);

  std::int64_t line_cap_;
  std::uint64_t byte_cap_;
  std::uint64_t kept_bytes_ = 0;
  std::int64_t begun_lines_ = 0;  // kept ones
  std::int64_t ended_lines_ = 0;  // all
  std::int64_t total_bytes_ = 0;
  bool truncated_ = false;
  bool cut_for_memory_ = false;
  MemoryBudget::Share memory_;
  std::array<bool, 2> mid_line_{};
  std::array<Unfinished, 2> unfinished_;
  std::string kept_;  // the bytes of all entries
  std::vector<Place> entries_;
};

}  // namespace glovebox
