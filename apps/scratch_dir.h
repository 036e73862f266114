// A private folder for one run, 0700, removed with its content at the end.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace glovebox {

class ScratchDir {
 public:
  // Below TMPDIR, else /tmp.
  static Result<ScratchDir> make();

  ScratchDir(ScratchDir&& other) noexcept;
  ScratchDir& operator=(ScratchDir&&) = delete;
  ~ScratchDir();

  const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchDir(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace glovebox
