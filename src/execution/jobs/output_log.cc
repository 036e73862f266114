#include "execution/jobs/output_log.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/utf8_text.h"

namespace glovebox {
namespace {

std::size_t index_of(OutputStream stream) {
  return static_cast<std::size_t>(stream);
}

std::string_view without_line_end(std::string_view line) {
  if (!line.ends_with('\n')) return line;
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The number of bytes, without an incomplete character at the end.
std::size_t whole_characters(std::string_view bytes) {
  constexpr std::size_t kLongest = 4;
  for (std::size_t back = 1; back < kLongest && back <= bytes.size(); ++back) {
    auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xc0) == 0x80) continue;  // not the first byte of a character
    std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.size() - back : bytes.size();
  }
  return bytes.size();
}

// Seven bits per byte, low ones first; the top bit is set on all bytes except the last.
void put_number(std::string& to, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) to += static_cast<char>(number | 0x80);
  to += static_cast<char>(number);
}

bool get_number(std::string_view& from, std::uint64_t& number) {
  number = 0;
  for (int shift = 0; shift < 64 && !from.empty(); shift += 7) {
    auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

}  // namespace

OutputLog::OutputLog(std::int64_t line_cap, ByteCount byte_cap, MemoryBudget::Share memory)
    : line_cap_(line_cap),
      byte_cap_(std::min<std::uint64_t>(byte_cap.bytes(), UINT32_MAX)),
      memory_(std::move(memory)) {}

// Reserves twice the stored size, since strings and vectors double as they grow. In steps, so that
// the shared counters are rarely changed. Returns false if nothing more fits.
bool OutputLog::grow_memory(std::size_t more) {
  constexpr std::uint64_t kStep = 64 << 10;
  std::uint64_t wanted = 2 * (kept_bytes_ + more + (entries_.size() + 1) * sizeof(Place));
  if (wanted <= memory_.bytes()) return true;
  std::uint64_t step = wanted < kStep ? kStep / 16 : kStep;
  if (memory_.grow_to((wanted + step - 1) / step * step)) return true;
  cut_for_memory_ = true;
  byte_cap_ = kept_bytes_;
  return false;
}

bool OutputLog::is_full() const {
  bool lines_under_way = unfinished_[0].line == Line::kKept || unfinished_[1].line == Line::kKept;
  return kept_bytes_ == byte_cap_ || (begun_lines_ == line_cap_ && !lines_under_way);
}

void OutputLog::write(OutputStream stream, std::string_view bytes) {
  if (bytes.empty()) return;
  count(stream, bytes);
  while (!bytes.empty()) {
    if (is_full() || !grow_memory(std::min(bytes.size(), kLongestPiece))) {
      truncated_ = true;
      return;
    }
    const std::string& before = unfinished_[index_of(stream)].bytes;
    std::string_view piece = bytes.substr(0, kLongestPiece - before.size());
    piece = piece.substr(0, std::min(piece.find('\n'), piece.size() - 1) + 1);
    write_piece(stream, piece);
    if (before.size() == kLongestPiece) let_go(stream);
    bytes.remove_prefix(piece.size());
  }
}

void OutputLog::count(OutputStream stream, std::string_view bytes) {
  total_bytes_ += static_cast<std::int64_t>(bytes.size());
  ended_lines_ += count_line_ends(bytes);
  mid_line_[index_of(stream)] = !bytes.ends_with('\n');
}

void OutputLog::count_dropped(OutputStream stream, const OutputCount& dropped) {
  if (dropped.bytes == 0) return;
  truncated_ = true;
  total_bytes_ += dropped.bytes;
  ended_lines_ += dropped.line_ends;
  mid_line_[index_of(stream)] = dropped.mid_line;
}

void OutputLog::write_piece(OutputStream stream, std::string_view piece) {
  Unfinished& unfinished = unfinished_[index_of(stream)];
  if (unfinished.line == Line::kNone) {
    unfinished.line = begun_lines_ < line_cap_ ? Line::kKept : Line::kDropped;
    if (unfinished.line == Line::kKept) ++begun_lines_;
  }
  bool ends = piece.ends_with('\n');
  if (unfinished.line == Line::kKept) {
    std::string_view fits = piece.substr(0, byte_cap_ - kept_bytes_);
    truncated_ |= fits.size() < piece.size();
    kept_bytes_ += fits.size();
    if (ends && unfinished.bytes.empty()) {
      add_entry(stream, fits);
    } else {
      unfinished.bytes += fits;
      if (ends) add_entry(stream, unfinished.bytes);
    }
  } else {
    truncated_ = true;
  }
  if (ends) {
    unfinished.line = Line::kNone;
    unfinished.bytes.clear();
  }
}

bool OutputLog::holds_back() const {
  for (const Unfinished& unfinished : unfinished_) {
    if (whole_characters(unfinished.bytes) > 0) return true;
  }
  return false;
}

void OutputLog::let_go() {
  let_go(OutputStream::kStdout);
  let_go(OutputStream::kStderr);
}

void OutputLog::let_go(OutputStream stream) {
  std::string& bytes = unfinished_[index_of(stream)].bytes;
  std::size_t whole = whole_characters(bytes);
  if (whole == 0) return;
  add_entry(stream, std::string_view(bytes).substr(0, whole));
  bytes.erase(0, whole);
}

void OutputLog::close() {
  for (OutputStream stream : {OutputStream::kStdout, OutputStream::kStderr}) {
    Unfinished& unfinished = unfinished_[index_of(stream)];
    if (!unfinished.bytes.empty()) add_entry(stream, unfinished.bytes);
    unfinished = {};
  }
}

void OutputLog::add_entry(OutputStream stream, std::string_view bytes) {
  entries_.push_back({kept_.size(), static_cast<std::uint32_t>(bytes.size()), stream});
  kept_ += bytes;
}

OutputLog::Entry OutputLog::entry(std::size_t number) const {
  const Place& place = entries_[number];
  return {place.stream, std::string_view(kept_).substr(place.offset, place.length)};
}

OutputSummary OutputLog::summary() const {
  OutputSummary summary;
  summary.truncated = truncated_;
  summary.lines = ended_lines_ + mid_line_[0] + mid_line_[1];
  summary.bytes = total_bytes_;
  return summary;
}

std::vector<std::string> OutputLog::lines() const {
  std::vector<std::string> lines;
  lines.reserve(size());
  std::array<std::optional<std::size_t>, 2> open;  // the line that the stream's next piece
                                                   // continues
  for (std::size_t i = 0; i < size(); ++i) {
    Entry piece = entry(i);
    std::optional<std::size_t>& line = open[index_of(piece.stream)];
    if (!line) {
      line = lines.size();
      lines.emplace_back();
    }
    lines[*line] += piece.bytes;
    if (piece.bytes.ends_with('\n')) line.reset();
  }
  for (std::string& line : lines) line = to_valid_utf8(without_line_end(line));
  return lines;
}

std::string OutputLog::encode(std::size_t first) const {
  std::string encoded;
  if (first < size()) encoded.reserve(kept_.size() - entries_[first].offset + 3 * (size() - first));
  for (std::size_t i = first; i < size(); ++i) {
    Entry next = entry(i);
    put_number(encoded, next.bytes.size() << 1 | index_of(next.stream));
    encoded += next.bytes;
  }
  return encoded;
}

// Returns false and adds nothing if the entry is incomplete.
bool OutputLog::decode_entry(std::string_view& encoded) {
  std::uint64_t number = 0;
  if (!get_number(encoded, number) || number >> 1 > encoded.size()) return false;
  auto stream = static_cast<OutputStream>(number & 1);
  std::string_view bytes = encoded.substr(0, number >> 1);
  count(stream, bytes);
  add_entry(stream, bytes);
  encoded.remove_prefix(bytes.size());
  return true;
}

Result<OutputLog> OutputLog::decode(std::string_view encoded) {
  OutputLog log(INT64_MAX, ByteCount(UINT32_MAX));
  while (!encoded.empty()) {
    if (!log.decode_entry(encoded)) return internal_error("the stored output is damaged");
  }
  return log;
}

OutputLog OutputLog::decode_torn(std::string_view encoded) {
  OutputLog log(INT64_MAX, ByteCount(UINT32_MAX));
  while (!encoded.empty() && log.decode_entry(encoded)) continue;
  return log;
}

}  // namespace glovebox
