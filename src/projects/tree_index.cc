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
    json::object entry{
        {"path", file.path}, {"sizeBytes", file.size_bytes}, {"executable", file.executable}};
    if (!file.interpreter.empty()) entry["interpreter"] = file.interpreter;
    files.push_back(std::move(entry));
  }
  json::array links;
  links.reserve(tree.links.size());
  for (const ProjectLink& link : tree.links) {
    links.push_back(json::object{{"path", link.path}, {"target", link.target}});
  }
  return json::serialize(json::object{{"sha256", tree.sha256},
                                      {"totalBytes", tree.total_bytes},
                                      {"files", std::move(files)},
                                      {"links", std::move(links)}});
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
    if (const json::value* interpreter = file.as_object().if_contains("interpreter")) {
      tree.files.back().interpreter = json::value_to<std::string>(*interpreter);
    }
  }
  // An index from before links were supported has none.
  if (const json::value* links = value.as_object().if_contains("links")) {
    for (const json::value& link : links->as_array()) {
      tree.links.push_back({json::value_to<std::string>(link.at("path")),
                            json::value_to<std::string>(link.at("target"))});
    }
  }
  return tree;
} catch (const std::exception& e) {
  return internal_error(std::string("the index of a stored project is damaged: ") + e.what());
}

}  // namespace glovebox
