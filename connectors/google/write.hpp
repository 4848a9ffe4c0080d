#pragma once
// Conditional writes in batches, and what their answers mean. A change of single occurrences takes several requests:
// the master is marked as open before the first and closed with the last, so that nobody reads half a write.
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/google/series.hpp"

namespace fasti {
inline namespace v1 {
namespace google {

struct Job;

/// The id that a create gets: base32hex, unique in its calendar.
std::string create_name(const WriteRequest& request);

class Writer {
 public:
  explicit Writer(Session& session) : session_(session) {}
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, const std::stop_token& stop);

 private:
  using Jobs = std::vector<std::unique_ptr<Job>>;

  void prepare(Job& job, const std::stop_token& stop);
  void refresh(Jobs& jobs, const std::stop_token& stop);
  void resume(Job& job, Series&& half);
  void write_masters(Jobs& jobs, const std::stop_token& stop);
  Result<http::Request> master_request(Job& job);
  void settle_master(Job& job, const http::Reply& reply);
  void look(Jobs& jobs, const std::stop_token& stop);
  void settle_look(Job& job, const http::Reply& reply);
  void settle_created(Job& job, Item&& item);

  Session& session_;
};

}  // namespace google
}  // namespace v1
}  // namespace fasti
