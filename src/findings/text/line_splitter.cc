#include "findings/text/line_splitter.h"

#include <algorithm>

namespace glovebox {

void LineSplitter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      keep(bytes);
      return;
    }
    end_line(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::close() {
  if (open_) end_line("");
}

void LineSplitter::keep(std::string_view bytes) {
  open_ = true;
  begun_ += bytes.substr(0, kMaxLineBytes - begun_.size());
}

void LineSplitter::end_line(std::string_view last) {
  if (!open_) {  // completely in one chunk, the usual case: no copy
    sink_(last.substr(0, kMaxLineBytes));
    return;
  }
  keep(last);
  sink_(begun_);
  begun_.clear();
  open_ = false;
}

}  // namespace glovebox
