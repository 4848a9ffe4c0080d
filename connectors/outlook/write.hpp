#pragma once
// Conditional writes, twenty at a time, and what their answers mean. Never writes over a version that it was not given,
// and never what would send mail unless that is allowed. A series takes several requests: series_write.hpp.
#include <span>
#include <stop_token>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/outlook/series_write.hpp"
#include "connectors/outlook/session.hpp"

namespace fasti {
inline namespace v1 {
namespace outlook {

class Writer {
 public:
  explicit Writer(Session& session) : session_(session) {}
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, const std::stop_token& stop);

 private:
  struct Job;
  void look(std::vector<Job>& jobs, const std::stop_token& stop);
  void settle_look(Job& job, Result<GraphEvent>&& found);
  void fetch_meetings(std::vector<Job>& jobs, const std::stop_token& stop);
  void prepare(Job& job);
  void settle(Job& job, const http::Reply& reply, const std::stop_token& stop);
  void settle_create(Job& job, const http::Reply& reply, const std::stop_token& stop);
  void finish_series(Job& job, const std::stop_token& stop);
  void resume(Job& job, GraphEvent&& half);
  Status close(const Job& job, bool whole, const std::stop_token& stop);
  void undo_create(Job& job, const Error& cause, const std::stop_token& stop);
  void finish_with(Job& job, GraphEvent&& event);
  Call delete_call(const Job& job, const std::string& id, const std::string& change_key) const;

  Session& session_;
};

}  // namespace outlook
}  // namespace v1
}  // namespace fasti
