// How every import (zip, tar, directory) handles the name and the mode of an entry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "projects/relative_path.h"

namespace glovebox {

struct EntryName {
  RelativePath path;
  bool folder;  // it ended with '/'
};

// Removes a leading "./" (common in tars) and a trailing '/'. kUnprocessable, with the entry's
// name.
Result<EntryName> parse_entry_name(std::string_view name);

// Converts a name written by a Unix program: bytes that are not UTF-8, and backslashes, which are
// ordinary characters there, become %XX. A name that leads out of the project if backslashes are
// separators, as on Windows, is left unchanged, so that parse_entry_name() refuses it.
std::string unix_entry_name(std::string_view bytes);

// "./" itself, the project's folder.
bool is_project_folder(std::string_view name);

// Files that macOS and Windows add and no tool needs: resource forks below __MACOSX/ (zip) or next
// to each file as ._NAME (tar), .DS_Store and Thumbs.db.
bool is_clutter(const RelativePath& path);

// The type bits of st_mode. A mode without type bits is a regular file.
enum class EntryType { kFile, kFolder, kLink, kSpecial };
// kUnprocessable if Linux does not know the type.
Result<EntryType> entry_type(std::string_view name, std::uint32_t mode);
// "a device", "a named pipe" or "a socket".
std::string_view special_file_name(std::uint32_t mode);

// The setuid, setgid and sticky bits of a file, and the setuid bit of a folder. They are always
// removed. The other two are common on shared folders and have no effect here.
bool has_special_bits(std::uint32_t mode);
bool is_executable(std::uint32_t mode);

}  // namespace glovebox
