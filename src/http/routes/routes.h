// The routes of http-api.md that are built. A route's handler reads its parameters, asks the
// service and forms the answer; nothing else.
#pragma once

namespace glovebox {

class Router;

void add_console_routes(Router& router);
void add_tool_routes(Router& router);
void add_upload_routes(Router& router);
void add_project_routes(Router& router);
void add_execute_routes(Router& router);
void add_job_routes(Router& router);
void add_artifact_routes(Router& router);
void add_stream_routes(Router& router);
void add_health_routes(Router& router);
void add_openapi_routes(Router& router);

}  // namespace glovebox
