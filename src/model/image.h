// What a tool's root is: an image that was pulled, by the name of its content.
#pragma once

#include <string>
#include <vector>

namespace glovebox {

struct ImageRef {
  std::string ref;     // where it was pulled from: "docker://registry.example/tools:3.12"
  std::string digest;  // of the manifest for this machine: "sha256:…"
  bool operator==(const ImageRef&) const = default;
};

// How a tool runs in its image; known once the image and the tool's programs in it were found.
struct ToolImage {
  ImageRef id;
  std::string root;                      // SandboxSpec::root
  std::string path;                      // the image's PATH
  std::vector<std::string> environment;  // the image's other variables, "NAME=VALUE"
  std::string program;                   // of the command: an absolute path in the image
  std::string version_program;           // of the version command; empty: it has none
};

}  // namespace glovebox
