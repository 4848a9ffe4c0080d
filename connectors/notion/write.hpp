#pragma once
// Creates, changes and removals, and what their answers mean. Notion has no precondition: the engine reads each page
// again right before. What may have been done without an answer is looked at, never simply repeated.
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include <fasti/connector.hpp>

#include "connectors/notion/series_rows.hpp"

namespace fasti {
inline namespace v1 {
namespace notion {

class Writer {
 public:
  Writer(Session& session, Tables& tables, SeriesRows& rows) : session_(session), tables_(tables), rows_(rows) {}
  std::vector<Result<Written>> send(std::span<const WriteRequest> requests, const std::stop_token& stop);

 private:
  struct Job;
  Result<Call> call_for(const WriteRequest& request, const std::stop_token& stop);
  Result<std::string> body_for(const WriteRequest& request, const std::stop_token& stop);
  Status add_series(const WriteRequest& request, const Table& table, std::optional<Page>& before,
                    std::map<std::string, std::optional<Value>>& values, const std::stop_token& stop);
  Result<std::string> cell_text(const WriteRequest& request, const Bound& bound, const std::optional<Value>& value,
                                const std::optional<Page>& before, const std::stop_token& stop);
  Result<Written> settle(const WriteRequest& request, const Call& call, http::Reply&& reply,
                         const std::stop_token& stop);
  Result<Written> settle_refusal(const WriteRequest& request, const http::Response& answer,
                                 const std::stop_token& stop);
  Result<Written> look(const WriteRequest& request, const Error& doubt, const std::stop_token& stop);
  Result<Written> landed(const WriteRequest& request, const std::string& id, const Error& doubt,
                         const std::stop_token& stop);
  Result<Written> write_rows(const WriteRequest& request, const Page& page, const std::stop_token& stop);
  Result<Written> written_series(const WriteRequest& request, const Page& page, const std::stop_token& stop);
  Result<Written> written(const WriteRequest& request, Page&& page, const std::stop_token& stop);

  Session& session_;
  Tables& tables_;
  SeriesRows& rows_;
};

}  // namespace notion
}  // namespace v1
}  // namespace fasti
