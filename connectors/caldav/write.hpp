#pragma once
// Conditional writes, several at a time, and what their answers mean. Never writes over a version it was not given.
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/caldav/objects.hpp"

namespace fasti {
inline namespace v1 {
namespace caldav {

/// The last path segment that a create gets.
std::string create_name(const WriteRequest& request);

class Writer {
 public:
  explicit Writer(Session& session) : session_(session) {}
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, const std::stop_token& stop);

 private:
  struct Job;
  void compare_first(std::vector<Job>& jobs, const std::stop_token& stop);
  void settle(Job& job, http::Reply&& reply);
  void settle_refusal(Job& job, const http::Response& response);
  void look(std::vector<Job>& jobs, const std::stop_token& stop);
  void settle_look(Job& job, Result<Raw>&& raw);

  Session& session_;
};

}  // namespace caldav
}  // namespace v1
}  // namespace fasti
