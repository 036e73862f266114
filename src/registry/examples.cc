#include "registry/examples.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/clean_text.h"
#include "registry/small_file.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxReadmeBytes = 64 << 10;
constexpr std::size_t kMaxTitleBytes = 200;
constexpr std::size_t kMaxDescriptionBytes = 1000;
constexpr int kMaxDepth = 32;

bool is_example_name(std::string_view name) {
  return name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

std::int64_t count_files(const fs::path& folder) {
  std::size_t files = 0;
  std::size_t entries = 0;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (++entries > 2 * kMaxExampleFiles || files >= kMaxExampleFiles) break;
    if (it.depth() >= kMaxDepth) it.disable_recursion_pending();
    std::error_code ignored;
    if (fs::is_regular_file(it->symlink_status(ignored))) ++files;
  }
  return static_cast<std::int64_t>(files);
}

// The first heading and the first paragraph; the paragraph usually follows the heading.
void read_readme(std::string_view text, ExampleInfo& info) {
  std::string paragraph;
  bool has_title = false;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = clean_line(text.substr(0, end), kMaxDescriptionBytes);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('#')) {
      if (!paragraph.empty()) break;
      if (has_title) continue;
      info.title = clean_line(line.substr(line.find_first_not_of('#') == std::string::npos
                                              ? line.size()
                                              : line.find_first_not_of('#')),
                              kMaxTitleBytes);
      has_title = true;
    } else if (!line.empty()) {
      paragraph += line + " ";
    } else if (!paragraph.empty()) {
      break;
    }
  }
  info.description = clean_line(paragraph, kMaxDescriptionBytes);
}

Example read_example(const fs::path& folder, std::vector<ManifestProblem>& problems) {
  Example example;
  example.path = folder;
  example.info.name = folder.filename().string();
  fs::path readme = folder / "README.md";
  std::error_code error;
  if (fs::exists(fs::symlink_status(readme, error))) {
    Result<std::string> text = read_small_file(readme, kMaxReadmeBytes);
    if (text.has_value()) {
      read_readme(*text, example.info);
    } else {
      problems.push_back({readme, 0, "", text.error().message()});
    }
  }
  if (example.info.title.empty()) example.info.title = example.info.name;
  example.info.file_count = count_files(folder);
  return example;
}

}  // namespace

std::vector<Example> find_examples(const fs::path& examples_dir, const ToolId& tool,
                                   std::vector<ManifestProblem>& problems) {
  std::vector<fs::path> folders;
  fs::path parent = examples_dir / tool.str();
  std::error_code error;
  fs::directory_iterator it(parent, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::string name = it->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.') || !fs::is_directory(it->symlink_status(ignored))) continue;
    if (!is_example_name(name)) {
      problems.push_back(
          {it->path(), 0, "",
           "is not an example name; use at most 64 letters, digits, '-', '_' and '.'"});
    } else if (folders.size() == kMaxExamples) {
      problems.push_back(
          {parent, 0, "", fmt::format("contains more than {} examples", kMaxExamples)});
      break;
    } else {
      folders.push_back(it->path());
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    problems.push_back({parent, 0, "", fmt::format("cannot be read: {}", error.message())});
  }
  std::sort(folders.begin(), folders.end());
  std::vector<Example> examples;
  for (const fs::path& folder : folders) examples.push_back(read_example(folder, problems));
  return examples;
}

}  // namespace glovebox
