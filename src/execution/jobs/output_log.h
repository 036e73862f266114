// OutputLog: the stored output of a job, as numbered pieces in the order in which they were read.
//
// A piece is a line, or a part of one that was flushed before its end arrived or that had reached
// the maximum length of a piece; the next piece of the stream then continues the line. A line ends
// with '\n'; a '\r' before it is removed in the text form and otherwise kept. Each stream has its
// own unfinished line, so pieces of the two streams never mix. What exceeds a cap is dropped,
// flagged and still counted. Memory is the byte cap plus 16 bytes per piece, whatever the tool
// writes.
//
// Any number of readers read by number, at any time. Threads: one at a time.
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
  // Bounds the work of sending output one entry at a time.
  static constexpr std::size_t kLongestPiece = 64 << 10;

  struct Entry {
    OutputStream stream = OutputStream::kStdout;
    std::string_view bytes;  // including the line's end, if it is in this piece
  };

  // `memory` grows as output arrives; if it cannot grow, the log stores no more, and says so.
  OutputLog(std::int64_t line_cap, ByteCount byte_cap, MemoryBudget::Share memory = {});

  void write(OutputStream stream, std::string_view bytes);
  // Nothing that is written from now on will be stored.
  bool is_full() const;
  // For a full log: these bytes were written, and are only counted.
  void count_dropped(OutputStream stream, const OutputCount& dropped);
  // Flushes unfinished lines, such as a prompt, except for the first bytes of an incomplete
  // character.
  void let_go();
  // Whether let_go() would add anything.
  bool holds_back() const;
  // No more output will arrive: adds unfinished lines as pieces. Idempotent.
  void close();

  // Entries are numbered 0 to size() - 1, and the entry of a number never changes. The bytes are
  // valid until the next write().
  std::size_t size() const { return entries_.size(); }
  std::size_t kept_bytes() const { return kept_.size(); }
  Entry entry(std::size_t number) const;
  // The memory that it uses.
  std::size_t memory_bytes() const {
    return kept_.capacity() + entries_.capacity() * sizeof(Place);
  }
  // Counted over everything that was written, stored or not. An unfinished line counts as one.
  OutputSummary summary() const;
  // Less than the caps was stored, because the total memory was used up.
  bool cut_for_memory() const { return cut_for_memory_; }

  // All lines as text: without line ends, invalid UTF-8 replaced. A line is at the position of its
  // first piece.
  std::vector<std::string> lines() const;

  // For the store: encodes from the entry `first` on, and decodes. The summary of a decoded log
  // counts only what was stored.
  std::string encode(std::size_t first = 0) const;
  static Result<OutputLog> decode(std::string_view encoded);
  // Decodes a log whose writer may have died while appending: an incomplete entry is left out.
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
  std::int64_t begun_lines_ = 0;  // stored lines
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
