#include "client/api_client.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/near_miss.h"
#include "base/random.h"

namespace glovebox {
namespace {

namespace json = boost::json;

// A quoted file name that every server accepts: no quotes, control characters, slashes or "..".
std::string quotable(std::string name) {
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '"' || c == '\\' || c == '/')
      c = '_';
  }
  for (std::size_t at; (at = name.find("..")) != std::string::npos;) name.replace(at, 2, "__");
  return name;
}

json::value typed(std::string_view type, const std::string& text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "integer") {
    std::int64_t number = 0;
    auto [stop, code] = std::from_chars(begin, end, number);
    if (code == std::errc() && stop == end) return number;
  }
  if (type == "number") {
    double number = 0;
    auto [stop, code] = std::from_chars(begin, end, number);
    if (code == std::errc() && stop == end) return number;
  }
  return json::value(text);
}

std::string_view type_of_parameter(const json::object& tool, std::string_view name) {
  const json::value* parameters = tool.if_contains("parameters");
  if (parameters == nullptr || !parameters->is_array()) return "string";
  for (const json::value& parameter : parameters->get_array()) {
    const json::object* object = parameter.if_object();
    const json::value* its_name = object == nullptr ? nullptr : object->if_contains("name");
    const json::value* its_type = object == nullptr ? nullptr : object->if_contains("type");
    if (its_name && its_type && its_type->is_string() && *its_name == json::string(name)) {
      return {its_type->get_string().data(), its_type->get_string().size()};
    }
  }
  return "string";
}

// The tools that suit, and how many files each has.
std::vector<ToolSuit> suits_from_json(const json::object& project) {
  std::vector<ToolSuit> suits;
  const json::value* listed = project.if_contains("suits");
  if (listed == nullptr || !listed->is_array()) return suits;
  for (const json::value& value : listed->get_array()) {
    const json::object* suit = value.if_object();
    const json::value* id = suit == nullptr ? nullptr : suit->if_contains("toolId");
    const json::value* files = suit == nullptr ? nullptr : suit->if_contains("files");
    if (id == nullptr || !id->is_string()) continue;
    std::int64_t count = files != nullptr && files->is_int64() ? files->get_int64() : 0;
    suits.push_back({ToolId(std::string(id->get_string())), count});
  }
  return suits;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += static_cast<char>(c);
    } else {
      encoded += fmt::format("%{:02X}", c);
    }
  }
  return encoded;
}

std::string percent_encoded_path(std::string_view path) {
  std::string encoded = percent_encoded(path);
  for (std::size_t at; (at = encoded.find("%2F")) != std::string::npos;)
    encoded.replace(at, 3, "/");
  return encoded;
}

Result<HttpAnswer> ApiClient::answer_to(HttpCall call) {
  if (!api_key_.empty()) call.headers.emplace_back("Authorization", "Bearer " + api_key_);
  GB_TRY(HttpAnswer answer, http_call(server_, call));
  if (answer.status < 200 || answer.status > 299) return error_from_answer(answer);
  return answer;
}

Result<json::object> ApiClient::object_of(HttpCall call) {
  GB_TRY(HttpAnswer answer, answer_to(std::move(call)));
  boost::system::error_code code;
  json::value value = json::parse(answer.body, code);
  if (code || !value.is_object()) {
    return Error(
        ErrorKind::kUser,
        fmt::format("{}: not a Glovebox server: the response is not a JSON object", server_.text));
  }
  return std::move(value.get_object());
}

// A field that an older server does not send is empty.
ImportNotes notes_from_json(const json::object& project) {
  ImportNotes notes;
  auto text = [](const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  notes.root = text(project, "root");
  const json::value* warnings = project.if_contains("warnings");
  if (warnings != nullptr && warnings->is_array()) {
    for (const json::value& warning : warnings->get_array()) {
      if (!warning.is_object() || notes.warnings.size() >= kMaxProjectWarnings) continue;
      const json::object& object = warning.get_object();
      notes.warnings.push_back({text(object, "path"), text(object, "message")});
    }
  }
  const json::value* count = project.if_contains("warningCount");
  if (count != nullptr && count->is_int64()) notes.warning_count = count->get_int64();
  return notes;
}

Result<Project> ApiClient::upload(int archive_fd, const std::string& name, TopFolder top) {
  HttpCall call{.method = "POST", .target = "/api/upload"};
  if (top == TopFolder::kKept) call.target += "?keepRoot=true";
  // Part of a delimiter. It is as unlikely in an archive as guessing an id.
  std::string boundary = random_id("glovebox-");
  call.headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + boundary);
  call.body =
      fmt::format("--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n",
                  boundary, quotable(name));
  call.body_fd = archive_fd;
  call.body_end = fmt::format("\r\n--{}--\r\n", boundary);
  call.patience = std::chrono::minutes(10);
  GB_TRY(json::object object, object_of(std::move(call)));
  const json::value* id = object.if_contains("projectId");
  if (id == nullptr || !id->is_string())
    return internal_error("the server's response has no project");
  Project project;
  project.id = ProjectId(std::string(id->get_string()));
  if (auto* count = object.if_contains("fileCount"); count && count->is_int64()) {
    project.file_count = count->get_int64();
  }
  if (auto* bytes = object.if_contains("totalBytes"); bytes && bytes->is_int64()) {
    project.total_bytes = bytes->get_int64();
  }
  project.notes = notes_from_json(object);
  project.suits = suits_from_json(object);
  return project;
}

Result<json::object> ApiClient::tool(const std::string& tool_id) {
  return object_of(HttpCall{.target = "/api/tools/" + percent_encoded(tool_id)});
}

Result<ExecutionAnswer> ApiClient::execute(const ExecuteCall& call) {
  json::object body{{"toolId", call.tool_id}, {"projectId", call.project_id.str()}};
  if (!call.parameters.empty()) body["parameters"] = call.parameters;
  if (call.stdin_text) body["stdin"] = *call.stdin_text;
  if (call.timeout) body["timeoutMs"] = call.timeout->count();
  HttpCall request{.method = "POST", .target = "/api/execute"};
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = json::serialize(body);
  request.patience = std::chrono::milliseconds(0);
  GB_TRY(json::object object, object_of(std::move(request)));
  GB_TRY(Job job, job_from_json(object));
  return ExecutionAnswer{std::move(job), std::move(object)};
}

Result<void> ApiClient::fetch_artifact(const JobId& job, const Artifact& artifact, int to_fd) {
  HttpCall call{.target = "/api/jobs/" + percent_encoded(job.str()) + "/artifacts/" +
                          percent_encoded_path(artifact.path)};
  call.answer_fd = to_fd;
  call.most_bytes = static_cast<std::uint64_t>(artifact.size_bytes);
  GB_TRY_VOID(answer_to(std::move(call)));
  if (::lseek(to_fd, 0, SEEK_END) != artifact.size_bytes) {
    return Error(ErrorKind::kUser, "the server sent fewer bytes of a file than announced");
  }
  return ok();
}

Result<json::object> parameters_from_texts(const json::object& tool,
                                           const std::vector<std::string>& texts) {
  json::object parameters;
  for (const std::string& text : texts) {
    std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return validation_error(fmt::format("--param takes NAME=VALUE, not {}", in_quotes(text)));
    }
    std::string name = text.substr(0, equals);
    if (parameters.contains(name)) {
      return validation_error(fmt::format("--param {} is given twice", in_quotes(name)));
    }
    parameters[name] = typed(type_of_parameter(tool, name), text.substr(equals + 1));
  }
  return parameters;
}

}  // namespace glovebox
