// Fetches an image with skopeo, checks it, unpacks it with umoci, and gives it a name.
//
// In this order: the digest is found out; where its root is there already, only the name moves.
// Else skopeo copies the image into a work folder, every layer is read and checked (layer_check.h),
// umoci unpacks it there, the root is tidied (unpacked_root.h) and moved to its place. Two pulls of
// the same digest wait for each other, and the second finds the root of the first.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "images/image_store.h"
#include "images/layer_check.h"
#include "images/program.h"

namespace glovebox {

enum class ProgramAccess {
  kFetch,   // reads everything, connects to a registry
  kUnpack,  // reads everything that its user may, connects to nothing
};

struct PullRequest {
  // Tried in this order: of a file nobody knows which archive it is.
  std::vector<std::string> refs;
  std::string told_ref;  // what is recorded and shown
  std::string name;
  ImageLimits limits;
  std::filesystem::path policy;  // containers-policy.json(5); empty: every image is accepted
  std::string tls_verify;        // skopeo's --tls-verify: "true", "false" or empty
  // Gives up in the child what a program does not need; it writes below `work` alone.
  std::function<Result<void>(const std::filesystem::path& work, ProgramAccess access)> confine;
  Interrupted interrupted;
  std::function<void(std::string_view)> tell;  // what happens now, for people
};

struct PulledImage {
  ImageRef id;
  ImageInfo info;
  bool was_there = false;
};

// Nothing is left of a pull that failed. kUser and kUnprocessable say what to do.
Result<PulledImage> pull_image(const ImageStore& store, const PullRequest& request);

// The policy that applies: `given`, else policy.json of the images' folder or of /etc/glovebox;
// empty: none, every image is accepted.
std::filesystem::path signature_policy(const std::filesystem::path& given,
                                       const ImageFolders& folders);

}  // namespace glovebox
