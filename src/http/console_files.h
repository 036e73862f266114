// ConsoleFile: one file of the web console, built into the program. The table of files is generated
// with the console (web/CMakeLists.txt) and passed to the server by main.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace glovebox {

struct ConsoleFile {
  enum class Lifetime {
    kUntilAsked,  // browsers revalidate it each time
    kForever,     // its name changes with its content
  };

  std::string_view path;  // "/index.html", "/assets/…"
  std::string_view content_type;
  std::string_view etag;  // without its quotes
  std::string_view plain;
  std::string_view gzip;    // empty: it would not be smaller
  std::string_view brotli;  // empty: it would not be smaller
  Lifetime lifetime = Lifetime::kUntilAsked;
};

// All files; empty if the program was built without the console.
std::span<const ConsoleFile> console_files();

}  // namespace glovebox
