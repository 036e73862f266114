// What a job created or changed: one file, or all as a zip.
#include <utility>

#include "execution/artifacts.h"
#include "http/routes/attachment.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"

namespace glovebox {
namespace {

class ZipBody final : public BodyStream {
 public:
  explicit ZipBody(std::unique_ptr<ArtifactZip> zip) : zip_(std::move(zip)) {}

  Awaitable<std::optional<std::string>> next() override {
    if (stopped_) co_return std::nullopt;
    Result<std::string> piece = co_await zip_->next();
    failed_ = piece.has_error();
    if (failed_ || stopped_ || piece->empty()) co_return std::nullopt;
    co_return std::move(*piece);
  }
  void stop() override { stopped_ = true; }
  bool failed() const override { return failed_; }

 private:
  std::unique_ptr<ArtifactZip> zip_;
  bool stopped_ = false;
  bool failed_ = false;
};

// The path is the name in the record; it is compared, and never opened.
Awaitable<Result<HttpResponse>> get_artifact(Exchange& exchange, Artifacts& artifacts) {
  JobId id(exchange.parameter("id"));
  std::string path = exchange.parameter("path");
  auto opening = artifacts.open(exchange.request.reader, std::move(id), path);
  GB_CO_TRY(UniqueFd file, co_await std::move(opening));
  co_return attachment_response(exchange.request.head, std::move(file), path);
}

Awaitable<Result<HttpResponse>> get_artifacts(Exchange& exchange, Artifacts& artifacts) {
  JobId id(exchange.parameter("id"));
  auto making = artifacts.zip(exchange.request.reader, id);
  HttpResponse response;
  GB_CO_TRY(std::unique_ptr<ArtifactZip> zip, co_await std::move(making));
  response.fields.push_back({"Content-Type", "application/zip"});
  response.fields.push_back({"Accept-Ranges", "none"});
  response.fields.push_back({"Content-Disposition", attachment_value(id.str() + ".zip")});
  response.stream = std::make_unique<ZipBody>(std::move(zip));
  co_return response;
}

}  // namespace

void add_artifact_routes(Router& router, Artifacts& artifacts) {
  router.add("GET", "/api/jobs/{id}/artifacts", with(get_artifacts, artifacts), Access::kShared);
  router.add("GET", "/api/jobs/{id}/artifacts/{path**}", with(get_artifact, artifacts),
             Access::kShared);
}

}  // namespace glovebox
