#include "http/server.h"

#include <boost/asio/ip/address.hpp>
#include <csignal>

#include "base/log.h"
#include "execution/execution_service.h"
#include "http/connection.h"
#include "http/listener.h"
#include "http/routes/routes.h"
#include "http/server_context.h"
#include "http/wire/session_cookie.h"

namespace glovebox {
namespace {

namespace asio = boost::asio;

class HttpServerOnAsio final : public HttpServer {
 public:
  HttpServerOnAsio(std::shared_ptr<ServerContext> context, std::shared_ptr<Listener> listener)
      : context_(std::move(context)), listener_(std::move(listener)) {}

  ~HttpServerOnAsio() override {
    stop();
    context_->files.join();
    if (context_->mcp) context_->mcp->join();
  }

  std::uint16_t port() const override { return listener_->endpoint().port(); }

  std::string url() const override {
    asio::ip::address address = listener_->endpoint().address();
    std::string host = address.to_string();
    if (address.is_v6()) host = "[" + host + "]";
    return "http://" + host + ":" + std::to_string(port());
  }

  std::size_t connections() const override { return context_->connections.size(); }
  std::size_t streams() const override { return context_->streams.all(); }

  void stop_accepting() override {
    context_->stopping = true;
    listener_->close();
    for (const auto& connection : context_->connections.all()) connection->close_if_idle();
  }

  asio::awaitable<void> finish(std::chrono::milliseconds grace) override {
    stop_accepting();
    co_await context_->connections.wait_until_empty(grace);
    stop();
  }

  void stop() override {
    stop_accepting();
    if (context_->mcp) context_->mcp->stop();
    for (const auto& connection : context_->connections.all()) connection->close();
  }

 private:
  std::shared_ptr<ServerContext> context_;
  std::shared_ptr<Listener> listener_;
};

constexpr std::string_view kExposed =
    "listening beyond this machine without API keys: anyone who can reach the server can use "
    "it, and all users behind one address (a NAT, a proxy that is not in trusted_proxies) share "
    "one list of jobs and one quota; set [auth] keys_file or trusted_user_header to separate them";

Router make_router(const Services& services, McpService& mcp, SignIn* sign_in) {
  Router router;
  add_console_routes(router);
  add_docs_routes(router);
  add_tool_routes(router, services.tools);
  add_example_routes(router, services.tools, services.projects);
  add_upload_routes(router, services.projects);
  add_project_routes(router, services.projects);
  add_execute_routes(router, services.jobs, services.webhooks);
  add_job_routes(router, services.jobs);
  add_artifact_routes(router, services.artifacts);
  add_checkup_routes(router, services.checkups, services.jobs, services.webhooks);
  if (services.webhooks != nullptr) add_webhook_routes(router, *services.webhooks);
  if (services.shares != nullptr) add_share_routes(router, *services.shares);
  if (services.presets != nullptr) add_preset_routes(router, *services.presets, services.jobs);
  add_stream_routes(router, services.jobs, services.checkups);
  add_finding_routes(router, services.findings, services.checkups);
  add_queue_routes(router, services.jobs);
  add_health_routes(router, services.status, services.deep_health);
  add_metrics_routes(router, Access::kWithKey);
  add_mcp_routes(router, mcp);
  add_session_routes(router, sign_in);
  add_openapi_routes(router);
  return router;
}

Result<std::unique_ptr<HttpServer>> open_server(asio::io_context& context, Router router,
                                                std::unique_ptr<McpService> mcp, Shares* shares,
                                                HttpOptions options) {
  std::signal(SIGPIPE, SIG_IGN);
  auto server = std::make_shared<ServerContext>(context.get_executor(), std::move(options));
  GB_TRY(asio::ip::address address, parse_listen_address(server->options.address));
  GB_TRY(server->addresses, ClientAddresses::make(server->options.trusted_proxies));
  HostOptions hosts;
  hosts.bound_to_loopback = address.is_loopback();
  hosts.allowed_hosts = server->options.allowed_hosts;
  hosts.public_url = server->options.public_url;
  GB_TRY(server->hosts, HostPolicy::make(hosts));
  GB_TRY(ProxyUsers users, ProxyUsers::make(server->options.trusted_user_header));
  if (users.asks() && server->options.trusted_proxies.empty()) {
    return validation_error(
        "trusted_user_header counts only from trusted_proxies, and there are none: set "
        "trusted_proxies to the address of the proxy");
  }
  server->callers.set_proxy_users(std::move(users));
  if (SignIn* sign_in = server->options.sign_in) {
    server->callers.set_sign_in(sign_in, std::string(session_cookie(server->options)));
  }
  server->mcp = std::move(mcp);
  server->shares.set_shares(shares);
  server->router = std::move(router);
  GB_TRY(auto listener, Listener::open(context.get_executor(), server));
  listener->start();
  return std::unique_ptr<HttpServer>(
      std::make_unique<HttpServerOnAsio>(std::move(server), std::move(listener)));
}

}  // namespace

Result<std::unique_ptr<HttpServer>> make_http_server(asio::io_context& context,
                                                     const Services& services,
                                                     HttpOptions options) {
  GB_TRY(asio::ip::address address, parse_listen_address(options.address));
  bool asks =
      options.keys != nullptr || !options.trusted_user_header.empty() || options.sign_in != nullptr;
  if (!address.is_loopback() && !asks) spdlog::warn("{}", kExposed);
  McpOptions mcp_options;
  mcp_options.job_ttl = options.told.job_ttl;
  auto mcp = std::make_unique<McpService>(context, services, std::move(mcp_options));
  Router router = make_router(services, *mcp, options.sign_in);
  return open_server(context, std::move(router), std::move(mcp), services.shares,
                     std::move(options));
}

Result<std::unique_ptr<HttpServer>> make_metrics_server(asio::io_context& context,
                                                        HttpOptions options) {
  Router router;
  add_metrics_routes(router, Access::kOpen);
  return open_server(context, std::move(router), nullptr, nullptr, std::move(options));
}

}  // namespace glovebox
