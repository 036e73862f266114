// ZipStream: a zip that is created while it is read, with memory for one piece. Users may unpack it
// on any system, so names are made harmless first.
//
// Threads: any, one at a time; blocks on the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// A path that stays below its folder on any system: what no RelativePath may contain (backslashes,
// drives, control characters, "..") is replaced by "_", invalid UTF-8 by U+FFFD.
std::string harmless_path(std::string_view path);

// Assigns each path a harmless, unique name. No name is a folder of another one.
class ZipNames {
 public:
  std::string name_for(std::string_view path);

 private:
  bool is_free(const std::string& name) const;

  std::set<std::string> files_;
  std::set<std::string> folders_;
};

struct ZipItem {
  std::string path;
  std::int64_t size_bytes = 0;
};

class ZipStream {
 public:
  // Opens the file of that item when its turn comes. Its mode says whether it is executable.
  using Open = std::function<Result<UniqueFd>(std::size_t number)>;

  ZipStream(std::vector<ZipItem> items, WallTime changed_at, Open open);
  ~ZipStream();
  ZipStream(const ZipStream&) = delete;
  ZipStream& operator=(const ZipStream&) = delete;

  // The next bytes, about 64 KiB; empty at the end. After an Error, discard the zip.
  Result<std::string> next();

 private:
  struct Writer;

  Result<void> step();
  Result<void> begin_entry();
  Result<void> copy_piece();

  std::vector<ZipItem> items_;
  WallTime changed_at_;
  Open open_;
  ZipNames names_;
  std::unique_ptr<Writer> writer_;
  std::size_t begun_ = 0;  // current item
  UniqueFd current_;
  std::int64_t left_ = 0;  // bytes of it
  std::string piece_;
  bool ended_ = false;
};

}  // namespace glovebox
