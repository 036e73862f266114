// What both unpackers do with the name and the mode of an entry.
#pragma once

#include <cstdint>
#include <string_view>

#include "projects/relative_path.h"

namespace glovebox {

struct EntryName {
  RelativePath path;
  bool folder;  // it ended with '/'
};

// Takes a leading "./" (tar's habit) and a trailing '/' off. kUnprocessable, naming the entry.
Result<EntryName> parse_entry_name(std::string_view name);

// "./" alone, the project's own folder.
bool is_project_folder(std::string_view name);

// What macOS adds to an archive and no tool wants: the resource forks below __MACOSX/ (zip) or
// beside each file as ._NAME (tar), and .DS_Store. Such entries count, are checked like all others
// and are then left out without a word.
bool is_macos_clutter(const RelativePath& path);

// The type bits of st_mode: links, devices, FIFOs and sockets are refused, as are the setuid,
// setgid and sticky bits of a file and the setuid bit of a folder. The other two are common on
// shared folders and mean nothing here, where every folder becomes 0755.
Result<void> check_mode(std::string_view name, std::uint32_t mode);

}  // namespace glovebox
