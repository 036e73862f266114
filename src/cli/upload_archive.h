// What `run --server` and `check --server` upload.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/project.h"

namespace glovebox {

struct UploadArchive {
  UniqueFd fd;
  std::string name;  // of the directory or file
  TopFolder top = TopFolder::kTakenOff;
  ImportNotes notes;  // what was left out while packing
};

// Packs a directory; opens a file as it is. kUser if it cannot be read.
Result<UploadArchive> open_upload(const std::string& path);

}  // namespace glovebox
