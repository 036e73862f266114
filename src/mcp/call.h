// McpCall: a call of a tool that is under way. The transport takes its messages one by one, as it
// can send them.
//
// Threads: the event loop. It must not outlive the service.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/awaitable.h"
#include "base/error.h"
#include "mcp/message.h"
#include "model/ids.h"

namespace glovebox {

// What a request did, for the transport's records. Called on the event loop; must not throw.
class McpWitness {
 public:
  virtual ~McpWitness() = default;
  virtual void uploaded(const ProjectId& project) = 0;
  virtual void ran(const JobId& job, const ToolId& tool, const ProjectId& project) = 0;
  virtual void ran(const CheckupId& checkup, const ProjectId& project) = 0;
  // Also if the client only closed the stream.
  virtual void cancelled(const JobId& job) = 0;
  virtual void cancelled(const CheckupId& checkup) = 0;
  // An error that is sent as the result of a call.
  virtual void refused(const Error& error) = 0;
};

// Who calls: what a client owns is the client's; its requests have numbers of their own for each
// peer.
struct McpCaller {
  ClientId client;
  std::string peer;                       // the address, as far as it is known
  std::shared_ptr<McpWitness> witness{};  // null: nothing is recorded
};

// Of one request.
struct McpContext {
  McpCaller caller;
  boost::json::value id;
  McpRevision revision = McpRevision::k20260728;
  boost::json::value progress_token;  // null: no progress is wanted
  bool takes_tasks = false;           // the client declared the tasks extension
};

struct McpStep {
  // Nothing: the call goes on, and there was no news for a while.
  std::optional<boost::json::object> message;
  bool last = false;  // the message is the answer
};

class McpCall {
 public:
  virtual ~McpCall() = default;
  // Nothing: it was cancelled, and no answer is sent.
  virtual Awaitable<std::optional<McpStep>> next() = 0;
  // The client wants no answer any more: what was started for it is stopped.
  virtual void cancel() = 0;
  // The client closed the stream: that cancels under 2026-07-28 only.
  virtual void peer_gone() = 0;
};

// The calls under way that `notifications/cancelled` may name.
class McpPending {
  struct Slot {
    McpCall* call = nullptr;  // null: it is being made
    bool cancelled = false;
  };
  using Calls = std::multimap<std::string, Slot>;

 public:
  // Keeps a call listed as long as it lives. `call` null: one that is being made.
  class Entry {
   public:
    Entry(McpPending& pending, const McpContext& context, McpCall* call);
    ~Entry();
    // While it was being made.
    bool cancelled() const { return at_->second.cancelled; }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    std::shared_ptr<Calls> calls_;  // an entry may outlive the list's owner
    Calls::iterator at_;
  };

  // Nothing happens where no call, or more than one, has that id: there are no sessions, so that
  // two programs behind one address and one key may use the same ids.
  void cancel(const McpCaller& caller, const boost::json::value& request_id);
  std::size_t size() const { return calls_->size(); }

 private:
  static std::string key_of(const McpCaller& caller, const boost::json::value& request_id);

  std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();
};

}  // namespace glovebox
