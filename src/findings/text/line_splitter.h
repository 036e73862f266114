// LineSplitter: splits the chunks of one stream into lines, with bounded memory.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace glovebox {

class LineSplitter {
 public:
  // The rest of a longer line is dropped.
  static constexpr std::size_t kMaxLineBytes = 64 << 10;
  // Each line without its end. Valid during the call.
  using Sink = std::function<void(std::string_view)>;

  explicit LineSplitter(Sink sink) : sink_(std::move(sink)) {}

  void write(std::string_view bytes);
  // Call at the end of the stream: the remaining text is the last line.
  void close();

 private:
  void keep(std::string_view bytes);
  void end_line(std::string_view last);

  Sink sink_;
  std::string begun_;
  bool open_ = false;  // a line has begun, possibly with nothing stored
};

}  // namespace glovebox
