// Projects from the `files` of a call.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"
#include "execution/projects.h"

namespace glovebox {

struct InlineFile {
  std::string path;
  std::string text;
};

inline constexpr std::size_t kMaxInlineFiles = 1000;
inline constexpr std::size_t kMaxInlineBytes = 1 << 20;  // of all texts and paths

// kValidation where it is no list of files, kPayloadTooLarge over a bound.
Result<std::vector<InlineFile>> parse_inline_files(const boost::json::value& files);

// As a tar archive; the paths are checked when it is unpacked.
Result<std::string> tar_of_files(const std::vector<InlineFile>& files);

// Stores them as a project of that owner; they are written on `pool`.
Awaitable<Result<Project>> add_inline_project(Projects& projects, boost::asio::thread_pool& pool,
                                              ClientId owner, std::vector<InlineFile> files);

}  // namespace glovebox
