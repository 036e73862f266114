#include "projects/tree_index.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "base/error.h"

namespace glovebox {

namespace json = boost::json;

std::string serialize_tree(const ProjectTree& tree) {
  json::array files;
  files.reserve(tree.files.size());
  for (const ProjectFile& file : tree.files) {
    files.push_back(json::object{
        {"path", file.path}, {"sizeBytes", file.size_bytes}, {"executable", file.executable}});
  }
  return json::serialize(json::object{
      {"sha256", tree.sha256}, {"totalBytes", tree.total_bytes}, {"files", std::move(files)}});
}

Result<ProjectTree> parse_tree(std::string_view text) try {
  json::value value = json::parse(json::string_view(text.data(), text.size()));
  ProjectTree tree;
  tree.sha256 = json::value_to<std::string>(value.at("sha256"));
  tree.total_bytes = value.at("totalBytes").as_int64();
  const json::array& files = value.at("files").as_array();
  tree.files.reserve(files.size());
  for (const json::value& file : files) {
    tree.files.push_back({json::value_to<std::string>(file.at("path")),
                          file.at("sizeBytes").as_int64(), file.at("executable").as_bool()});
  }
  return tree;
} catch (const std::exception& e) {
  return internal_error(std::string("the index of a stored project is damaged: ") + e.what());
}

}  // namespace glovebox
