#include "images/image_ref.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/near_miss.h"

namespace glovebox {
namespace {

constexpr std::size_t kMostOfARef = 1024;
constexpr std::string_view kRegistry = "docker://";
constexpr std::array<std::string_view, 5> kTransports{
    kRegistry, "oci:", "oci-archive:", "docker-archive:", "dir:"};

}  // namespace

Result<void> check_image_ref(std::string_view ref) {
  auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  if (ref.size() > kMostOfARef || std::any_of(ref.begin(), ref.end(), is_control)) {
    return validation_error(fmt::format(
        "the image's address is longer than {} bytes or has control characters", kMostOfARef));
  }
  for (std::string_view transport : kTransports) {
    if (ref.starts_with(transport) && ref.size() > transport.size()) return ok();
  }
  return validation_error(
      fmt::format("{} does not say where the image is; write docker://HOST/NAME:TAG for a "
                  "registry, oci:DIR for "
                  "an image layout, or use 'glovebox image import' for a file",
                  in_quotes(ref)));
}

bool is_registry_ref(std::string_view ref) {
  return ref.starts_with(kRegistry);
}

std::string ref_by_digest(std::string_view ref, std::string_view digest) {
  std::string_view repository = ref.substr(0, ref.find('@'));
  std::size_t slash = repository.rfind('/');
  std::size_t colon = repository.rfind(':');
  if (colon != std::string_view::npos && colon > slash) repository = repository.substr(0, colon);
  return fmt::format("{}@{}", repository, digest);
}

}  // namespace glovebox
