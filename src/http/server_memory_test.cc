// How much of the server's memory a request may use, and the response if there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/memory_budget.h"
#include "http/test_server.h"

namespace glovebox {
namespace {

HttpOptions with_budget(const std::shared_ptr<const MemoryBudget>& memory) {
  HttpOptions options;
  options.port = 0;
  options.memory = memory;
  return options;
}

std::string execute_with_stdin(std::size_t bytes) {
  return R"({"toolId": "shell", "projectId": "prj_1", "stdin": ")" + std::string(bytes, 'x') +
         "\"}";
}

void expect_refused(const RawResponse& response) {
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.error_type(), "QueueFullError");
  EXPECT_FALSE(response.field("Retry-After").empty());
}

TEST(ServerMemoryTest, ABodyIsChargedWhileItIsReadAndThenReleased) {
  auto memory = std::make_shared<const MemoryBudget>(ByteCount(1 << 20));
  TestServer server(with_budget(memory));
  EXPECT_NE(server.execute(execute_with_stdin(100'000)).status, 503);
  expect_refused(server.execute(execute_with_stdin(600'000)));
  EXPECT_EQ(memory->used(), ByteCount(0));
  EXPECT_NE(server.execute(execute_with_stdin(100'000)).status, 503);
}

TEST(ServerMemoryTest, ConcurrentBodiesBeyondTheBudgetAreRefused) {
  auto memory = std::make_shared<const MemoryBudget>(ByteCount(1 << 20));
  TestServer server(with_budget(memory));
  std::string request =
      post_request("/api/execute", "application/json", execute_with_stdin(300'000));
  RawClient slow = server.connect();
  slow.send(std::string_view(request).substr(0, request.size() - 1));
  while (memory->used_by(MemoryUse::kBodies) < ByteCount(600'000)) std::this_thread::yield();
  expect_refused(server.ask(request));
  slow.send("}");
  EXPECT_NE(slow.read_response().status, 503);
  EXPECT_NE(server.ask(request).status, 503);
}

TEST(ServerMemoryTest, AnUploadWithoutRoomForItsPiecesIsRefused) {
  auto memory = std::make_shared<const MemoryBudget>(ByteCount(256 << 10));
  TestServer server(with_budget(memory));
  expect_refused(server.ask(post_request("/api/upload", "application/octet-stream", "archive")));
}

}  // namespace
}  // namespace glovebox
