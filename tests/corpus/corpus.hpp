#pragma once
// The corpora of other projects beside the repository, and the lists of their lines that are known to differ. Without
// them a test says "skipped".
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace fasti {

/// Empty when there are none here.
std::filesystem::path corpora_folder();
std::vector<nlohmann::json> read_lines_of_json(const std::filesystem::path& file);
std::string read_bytes(const std::filesystem::path& file);

/// What is known to differ, by id, with the reason: a file "id | reason" per line, '#' begins a remark.
/// A listed line must differ; or, where it depends on the machine's data, it may.
enum class Listed { must_differ, may_differ };

class Exceptions {
 public:
  explicit Exceptions(const std::string& name, Listed listed = Listed::must_differ);
  const std::string* reason(const std::string& id) const;
  std::size_t size() const { return reasons_.size(); }
  /// Counts one result; a difference that no line explains, and a line that explains none, are failures of the test.
  void judge(const std::string& id, bool right, const std::string& difference);
  void expect_all_used() const;
  std::size_t right() const { return right_; }
  std::size_t total() const { return total_; }

 private:
  Listed listed_;
  std::map<std::string, std::string> reasons_;
  std::set<std::string> used_;
  std::size_t right_ = 0;
  std::size_t total_ = 0;
};

}  // namespace fasti

#define FASTI_NEED_CORPORA() \
  if (fasti::corpora_folder().empty()) GTEST_SKIP() << "skipped: no ../shared"
