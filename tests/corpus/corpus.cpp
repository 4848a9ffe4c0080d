#include "tests/corpus/corpus.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace fasti {
namespace {

std::string trim(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

std::filesystem::path corpora_folder() {
  const auto folder = std::filesystem::path(FASTI_SOURCE_DIR) / ".." / "shared" / "data" / "corpora";
  return std::filesystem::is_directory(folder) ? folder : std::filesystem::path();
}

std::vector<nlohmann::json> read_lines_of_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Exceptions::Exceptions(const std::string& name, Listed listed) : listed_(listed) {
  std::ifstream in(std::filesystem::path(FASTI_SOURCE_DIR) / "tests" / "corpus" / "exceptions" / name);
  EXPECT_TRUE(in) << name;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t bar = line.find('|');
    const std::string reason = bar == std::string::npos ? "" : trim(line.substr(bar + 1));
    EXPECT_FALSE(reason.empty()) << name << " gives no reason for " << line;
    EXPECT_TRUE(reasons_.emplace(trim(line.substr(0, bar)), reason).second) << name << " has twice: " << line;
  }
}

const std::string* Exceptions::reason(const std::string& id) const {
  const auto it = reasons_.find(id);
  return it == reasons_.end() ? nullptr : &it->second;
}

void Exceptions::judge(const std::string& id, bool right, const std::string& difference) {
  ++total_;
  if (right) ++right_;
  const std::string* why = reason(id);
  if (why) used_.insert(id);
  EXPECT_TRUE(right || why) << id << ": " << difference;
  EXPECT_FALSE(right && why && listed_ == Listed::must_differ) << id << " is right, and listed as different: " << *why;
}

void Exceptions::expect_all_used() const {
  for (const auto& [id, why] : reasons_) EXPECT_TRUE(used_.contains(id)) << "nothing is called " << id;
}

}  // namespace fasti
