// GET /api/jobs/{id}/findings and …/report: the findings of a job; the same for check-ups.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "execution/checkups.h"
#include "execution/findings.h"
#include "http/routes/attachment.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "model/json.h"

namespace glovebox {
namespace {

constexpr std::int64_t kMostFindingsAtOnce = 1000;

// A misspelt filter must not be ignored, because the result would look unfiltered.
Result<void> refuse_other_fields(const RequestTarget& target,
                                 std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : target.query) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return validation_error(fmt::format("The query has a field \"{}\"; the fields are {}.",
                                        name.substr(0, 64), fmt::join(known, ", ")))
        .with("field", name.substr(0, 64));
  }
  return ok();
}

Result<FindingsQuery> parse_findings_query(const RequestTarget& target) {
  FindingsQuery query;
  if (const std::string* text = target.find("severity")) {
    query.filter.severity = find_finding_severity(*text);
    if (!query.filter.severity) {
      return validation_error("\"severity\" must be one of error, warning, note.")
          .with("field", "severity");
    }
  }
  if (const std::string* text = target.find("rule")) query.filter.rule = *text;
  if (const std::string* text = target.find("path")) query.filter.path = *text;
  if (const std::string* text = target.find("cursor")) query.cursor = *text;
  if (const std::string* text = target.find("against")) query.against = JobId(*text);
  if (const std::string* text = target.find("limit")) {
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), query.limit);
    bool whole = error == std::errc() && end == text->data() + text->size();
    if (!whole || query.limit < 1 || query.limit > kMostFindingsAtOnce) {
      return validation_error(
                 fmt::format("\"limit\" must be between 1 and {}.", kMostFindingsAtOnce))
          .with("field", "limit");
    }
  }
  return query;
}

Result<HttpResponse> page_response(Exchange& exchange, boost::json::array findings,
                                   const std::string& next_cursor) {
  boost::json::object body;
  body["findings"] = std::move(findings);
  body["nextCursor"] = nullptr;
  if (!next_cursor.empty()) body["nextCursor"] = next_cursor;
  return charge_body(exchange.options, json_response(200, body), "the list");
}

Awaitable<Result<HttpResponse>> get_findings(Exchange& exchange, Findings& findings) {
  const RequestTarget& target = exchange.request.target;
  std::initializer_list<std::string_view> known = {"severity", "rule",   "path",
                                                   "limit",    "cursor", "against"};
  GB_CO_TRY_VOID(refuse_other_fields(target, known));
  GB_CO_TRY(FindingsQuery query, parse_findings_query(target));
  // A link shares one run, and the other one may not be shared.
  if (query.against && !exchange.request.share.empty()) {
    co_return validation_error("A link compares with no other run.").with("field", "against");
  }
  JobId id(exchange.parameter("id"));
  auto asking = findings.page(exchange.request.reader, std::move(id), std::move(query));
  GB_CO_TRY(FindingsPage page, co_await std::move(asking));
  boost::json::array listed;
  for (const ListedFinding& each : page.findings) {
    boost::json::object finding = to_json(each.finding);
    if (!each.change.empty()) finding["change"] = each.change;
    listed.push_back(std::move(finding));
  }
  co_return page_response(exchange, std::move(listed), page.next_cursor);
}

Awaitable<Result<HttpResponse>> get_checkup_findings(Exchange& exchange, Checkups& checkups) {
  const RequestTarget& target = exchange.request.target;
  std::initializer_list<std::string_view> known = {"severity", "rule", "path", "limit", "cursor"};
  GB_CO_TRY_VOID(refuse_other_fields(target, known));
  GB_CO_TRY(FindingsQuery query, parse_findings_query(target));
  CheckupId id(exchange.parameter("id"));
  auto asking = checkups.findings(exchange.request.reader, std::move(id), std::move(query));
  GB_CO_TRY(CheckupFindingsPage page, co_await std::move(asking));
  boost::json::array listed;
  for (const CheckupFinding& each : page.findings) {
    boost::json::object finding = to_json(each.finding);
    finding["toolId"] = each.tool_id.str();
    listed.push_back(std::move(finding));
  }
  co_return page_response(exchange, std::move(listed), page.next_cursor);
}

Result<HttpResponse> report_response(FindingsReport report, const std::string& name) {
  struct stat status {};
  if (::fstat(report.file.get(), &status) != 0) {
    return Error::from_errno("fstat", "the report", errno);
  }
  HttpResponse response;
  response.file = std::move(report.file);
  response.file_bytes = static_cast<std::uint64_t>(status.st_size);
  response.fields.push_back({"Content-Type", report.media_type});
  response.fields.push_back({"Cache-Control", "no-store"});
  response.fields.push_back({"Accept-Ranges", "none"});
  response.fields.push_back({"Content-Disposition", attachment_value(name + report.suffix)});
  return response;
}

Awaitable<Result<HttpResponse>> get_checkup_report(Exchange& exchange, Checkups& checkups) {
  std::initializer_list<std::string_view> known = {"format"};
  GB_CO_TRY_VOID(refuse_other_fields(exchange.request.target, known));
  CheckupId id(exchange.parameter("id"));
  const std::string* format = exchange.request.target.find("format");
  auto making = checkups.report(exchange.request.reader, id, format ? *format : "sarif");
  GB_CO_TRY(FindingsReport report, co_await std::move(making));
  co_return report_response(std::move(report), id.str());
}

Awaitable<Result<HttpResponse>> get_report(Exchange& exchange, Findings& findings) {
  GB_CO_TRY_VOID(refuse_other_fields(exchange.request.target, {"format"}));
  JobId id(exchange.parameter("id"));
  const std::string* format = exchange.request.target.find("format");
  auto making = findings.report(exchange.request.reader, id, format ? *format : "sarif");
  GB_CO_TRY(FindingsReport report, co_await std::move(making));
  co_return report_response(std::move(report), id.str());
}

}  // namespace

void add_finding_routes(Router& router, Findings& findings, Checkups& checkups) {
  router.add("GET", "/api/jobs/{id}/findings", with(get_findings, findings), Access::kShared);
  router.add("GET", "/api/jobs/{id}/report", with(get_report, findings), Access::kShared);
  router.add("GET", "/api/checkups/{id}/findings", with(get_checkup_findings, checkups),
             Access::kShared);
  router.add("GET", "/api/checkups/{id}/report", with(get_checkup_report, checkups),
             Access::kShared);
}

}  // namespace glovebox
