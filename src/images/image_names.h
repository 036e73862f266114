// Names of images, and what is recorded of an image that was unpacked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/image.h"

namespace glovebox {

inline constexpr std::size_t kMaxImageName = 64;
// Of an image's variables, all together. The rest of a job's 128 KiB is for the tool.
inline constexpr std::size_t kMaxImageEnvironment = 32 << 10;

// Lower-case letters, digits, '.', '_' and '-', starting with a letter or digit.
bool is_image_name(std::string_view name);
Result<void> check_image_name(std::string_view name);

// "sha256:" and 64 digits.
bool is_image_digest(std::string_view text);
// The digits: the name of the image's folder.
std::string folder_of_digest(std::string_view digest);

// Of an unpacked image, by its digest.
struct ImageInfo {
  std::string digest;
  std::string architecture;              // as Go names it: "amd64"
  std::vector<std::string> environment;  // "NAME=VALUE"
  std::int64_t size_bytes = 0;           // of all files, without holes
  std::int64_t entries = 0;
  std::int64_t layers = 0;
  WallTime unpacked_at;
};

std::string encode_image_info(const ImageInfo& info);
Result<ImageInfo> decode_image_info(std::string_view text);
// What a name stands for.
std::string encode_image_ref(const ImageRef& ref);
Result<ImageRef> decode_image_ref(std::string_view text);

// The variables of an image's configuration that a job may have: each a name, '=' and a value
// without NUL. Others are dropped. kUnprocessable where they are more than kMaxImageEnvironment.
Result<std::vector<std::string>> usable_environment(const std::vector<std::string>& variables);

}  // namespace glovebox
