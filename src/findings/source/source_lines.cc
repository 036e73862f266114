#include "findings/source/source_lines.h"

namespace glovebox {

std::string_view SourceLines::line(std::string_view path, std::int64_t number) {
  if (path.empty()) return {};
  if (!loaded_ || path != path_) load(path);
  if (number < 1 || static_cast<std::size_t>(number) >= begins_.size()) return {};
  std::size_t begin = begins_[static_cast<std::size_t>(number) - 1];
  std::string_view line(text_.data() + begin, begins_[static_cast<std::size_t>(number)] - begin);
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void SourceLines::load(std::string_view path) {
  path_ = path;
  text_ = files_.read(path, kMaxSourceBytes);
  loaded_ = true;
  begins_ = {0};
  for (std::size_t end = text_.find('\n'); end != std::string::npos;
       end = text_.find('\n', end + 1)) {
    begins_.push_back(end + 1);
  }
  if (begins_.back() != text_.size()) begins_.push_back(text_.size());
}

}  // namespace glovebox
