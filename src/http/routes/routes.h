// The routes of docs/http-api.md. A route reads its parameters, calls its part of the service, and
// builds the response; nothing else.
#pragma once

#include <optional>

#include "http/routes/router.h"

namespace glovebox {

class Artifacts;
class Checkups;
class DeepHealth;
class Findings;
class Jobs;
class McpService;
class Presets;
class Projects;
class ServiceStatus;
class Shares;
class SignIn;
class Tools;
class Webhooks;

void add_console_routes(Router& router);
// The page of the console for an address that is none, with status 404: for browsers, which accept
// text/html, outside /api. Nothing: answer with the error.
std::optional<HttpResponse> missing_page(const HttpOptions& options, const HttpRequest& request);
void add_docs_routes(Router& router);
void add_tool_routes(Router& router, Tools& tools);
void add_example_routes(Router& router, Tools& tools, Projects& projects);
void add_upload_routes(Router& router, Projects& projects);
void add_project_routes(Router& router, Projects& projects);
void add_execute_routes(Router& router, Jobs& jobs, const Webhooks* webhooks);
void add_job_routes(Router& router, Jobs& jobs);
void add_artifact_routes(Router& router, Artifacts& artifacts);
void add_checkup_routes(Router& router, Checkups& checkups, Jobs& jobs, const Webhooks* webhooks);
void add_stream_routes(Router& router, Jobs& jobs, Checkups& checkups);
void add_finding_routes(Router& router, Findings& findings, Checkups& checkups);
void add_queue_routes(Router& router, const Jobs& jobs);
void add_preset_routes(Router& router, Presets& presets, Jobs& jobs);
void add_share_routes(Router& router, Shares& shares);
void add_health_routes(Router& router, const ServiceStatus& status, DeepHealth& deep);
void add_webhook_routes(Router& router, Webhooks& webhooks);
void add_mcp_routes(Router& router, McpService& mcp);
// Null: there is no sign-in, and /api/session says so.
void add_session_routes(Router& router, SignIn* sign_in);
void add_openapi_routes(Router& router);
void add_metrics_routes(Router& router, Access access);

}  // namespace glovebox
