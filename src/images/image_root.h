// Finds programs in the root of an image as a job in it would: links lead inside the image.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// PATH of a job whose image names none.
inline constexpr std::string_view kImagePath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// The absolute path in the image of a regular file that may be executed; empty: there is none. A
// plain name is searched in the absolute folders of `path`. A name with a '/' that is relative
// belongs to the project ("./build.sh") and is returned as it is. Uses openat2(2) (Linux 5.6).
std::string find_image_program(const UniqueFd& root, std::string_view path,
                               std::string_view program);

}  // namespace glovebox
