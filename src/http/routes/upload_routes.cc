#include <optional>

#include "execution/projects.h"
#include "http/http_options.h"
#include "http/routes/display_name.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/wire/audit.h"
#include "http/wire/file_pool.h"
#include "http/wire/multipart_reader.h"
#include "model/json.h"

namespace glovebox {
namespace {

constexpr std::size_t kUploadPiece = 64 * 1024;
// Bytes collected before they are written to the disk.
constexpr std::size_t kWriteBytes = 256 * 1024;
// Both, plus the factor by which strings grow.
constexpr std::uint64_t kUploadMemory = 2 * (kUploadPiece + kWriteBytes);
// What multipart may add to the archive: delimiters, part headers, surrounding text.
constexpr std::uint64_t kMultipartOverhead = 64 * 1024;

// Extracts the archive from a body and counts it. Holds at most kWriteBytes and one read.
class UploadSink final : public MultipartSink {
 public:
  explicit UploadSink(std::uint64_t limit) : limit_(limit) {}

  Result<void> on_part(const PartHead& head) override {
    if (head.name != "file") {
      return validation_error("The upload has a part \"" + head.name.substr(0, 100) +
                              "\"; send the archive alone, as a part named \"file\".")
          .with("field", head.name.substr(0, 100));
    }
    if (seen_) {
      return validation_error("The upload has two parts named \"file\"; send one archive.")
          .with("field", "file");
    }
    seen_ = true;
    if (!head.file_name) return ok();
    if (head.file_name->starts_with('/') || head.file_name->find("..") != std::string::npos) {
      return validation_error("The file name of part \"file\" must be a plain name.")
          .with("field", "filename");
    }
    name_ = display_name(*head.file_name);
    return ok();
  }

  Result<void> on_data(std::string_view data) override {
    total_ += data.size();
    if (total_ > limit_) return body_too_large(limit_);
    pending_ += data;
    return ok();
  }

  Result<void> on_part_end() override { return ok(); }

  std::string& pending() { return pending_; }
  std::uint64_t total() const { return total_; }
  // The result of display_name(); empty if the client sent none.
  const std::string& name() const { return name_; }

  Result<void> check_complete() const {
    if (total_ > 0) return ok();
    return validation_error(
               "The upload has no archive: send it as the body, or as a multipart "
               "part named \"file\".")
        .with("field", "file");
  }

 private:
  std::uint64_t limit_;
  std::uint64_t total_ = 0;
  bool seen_ = false;
  std::string name_;
  std::string pending_;
};

struct UploadForm {
  std::optional<std::string> boundary;  // of a multipart body
  TopFolder top = TopFolder::kTakenOff;
  std::string name;  // of a body that is not multipart; empty: not given
};

Result<UploadForm> upload_form(const RequestTarget& target, const RequestHead& head) {
  UploadForm form;
  if (const std::string* keep = target.find("keepRoot")) {
    if (*keep != "true" && *keep != "false") {
      return validation_error("keepRoot must be \"true\" or \"false\".").with("field", "keepRoot");
    }
    if (*keep == "true") form.top = TopFolder::kKept;
  }
  if (const std::string* name = target.find("name"); name != nullptr && !name->empty()) {
    form.name = display_name(*name);
  }
  const std::string* type = head.find("Content-Type");
  if (type == nullptr || media_type(*type) != "multipart/form-data") return form;
  GB_TRY(form.boundary, multipart_boundary(*type));
  return form;
}

Awaitable<Result<void>> flush(FilePool& files, int fd, std::string& pending) {
  const char* data = pending.data();
  std::size_t size = pending.size();
  Result<void> written = co_await files.write_all(fd, data, size);
  pending.clear();
  if (written.has_error()) co_return no_room_if_full(written.error());
  co_return ok();
}

Awaitable<Result<void>> receive(Exchange& exchange, const UploadForm& form, int fd,
                                UploadSink& sink, StorageLedger::Room& room) {
  std::optional<MultipartReader> reader;
  if (form.boundary) reader.emplace(*form.boundary, sink);
  std::string piece(kUploadPiece, '\0');
  while (true) {
    char* data = piece.data();
    GB_CO_TRY(std::size_t got, co_await exchange.body.read(data, kUploadPiece));
    if (got == 0) break;
    std::string_view bytes(data, got);
    GB_CO_TRY_VOID(reader ? reader->push(bytes) : sink.on_data(bytes));
    if (sink.pending().size() < kWriteBytes) continue;
    GB_CO_TRY_VOID(room.grow_to(ByteCount(sink.total())));
    GB_CO_TRY_VOID(co_await flush(exchange.files, fd, sink.pending()));
  }
  if (reader) GB_CO_TRY_VOID(reader->finish());
  GB_CO_TRY_VOID(sink.check_complete());
  GB_CO_TRY_VOID(room.grow_to(ByteCount(sink.total())));
  co_return co_await flush(exchange.files, fd, sink.pending());
}

Awaitable<Result<HttpResponse>> post_upload(Exchange& exchange, Projects& projects) {
  GB_CO_TRY(UploadForm form, upload_form(exchange.request.target, exchange.request.head));
  std::uint64_t limit = exchange.options.upload.bytes();
  std::uint64_t body_limit = limit + (form.boundary ? kMultipartOverhead : 0);
  GB_CO_TRY_VOID(check_content_length(exchange.body, body_limit));
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kBodies);
  if (!memory.grow_to(kUploadMemory)) {
    co_return exchange.options.memory->refusal(MemoryUse::kBodies, ByteCount(kUploadMemory),
                                               "the upload");
  }
  ClientId client = exchange.request.client;
  ByteCount announced(exchange.body.content_length().value_or(kWriteBytes));
  auto making_room = projects.make_room(client, announced);
  GB_CO_TRY(StorageLedger::Room room, co_await std::move(making_room));
  GB_CO_TRY(UniqueFd archive, co_await projects.create_upload());
  UploadSink sink(limit);
  GB_CO_TRY_VOID(co_await receive(exchange, form, archive.get(), sink, room));
  ArchiveOptions options;
  options.top = form.top;
  options.file_name = sink.name().empty() ? form.name : sink.name();
  std::string name = options.file_name.empty() ? "project" : options.file_name;
  room.leave_share();
  auto adding =
      projects.add(std::move(client), std::move(name), std::move(archive), std::move(options));
  GB_CO_TRY(Project project, co_await std::move(adding));
  audit(exchange.options, audit_event(exchange.request, "audit-upload")
                              .with("project", project.id.str())
                              .with("name", project.name)
                              .with("sha256", project.sha256));
  HttpResponse response = json_response(201, to_json(project));
  response.fields.push_back({"Location", "/api/projects/" + project.id.str()});
  co_return response;
}

}  // namespace

void add_upload_routes(Router& router, Projects& projects) {
  router.add("POST", "/api/upload", with(post_upload, projects));
}

}  // namespace glovebox
