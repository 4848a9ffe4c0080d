// Feeds files to a fuzz target where libFuzzer is not there (g++): each file as it is and, for those of the first
// argument, cut short and with bytes changed by a fixed pseudo-random sequence. Arguments: files and folders; what does
// not exist is named and passed over.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kVariedMax = 4096;
constexpr int kVariants = 64;

void feed(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// xorshift: the same on every machine.
class Sequence {
 public:
  std::size_t below(std::size_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::size_t>(state_ % limit);
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15;
};

std::size_t feed_variants(const std::string& bytes) {
  if (bytes.empty() || bytes.size() > kVariedMax) return 0;
  Sequence random;
  for (int i = 0; i < kVariants; ++i) {
    feed(bytes.substr(0, random.below(bytes.size())));
    std::string changed = bytes;
    for (std::size_t n = 1 + random.below(4); n > 0; --n)
      changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    feed(changed);
    const std::size_t from = random.below(bytes.size());
    feed(bytes + bytes.substr(from, 1 + random.below(bytes.size() - from)));
  }
  return 3 * kVariants;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    if (!fs::exists(argv[i])) {
      std::printf("skipped: no %s\n", argv[i]);
      continue;
    }
    for (const fs::path& file : files_of(argv[i])) {
      std::ifstream in(file, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      feed(bytes);
      inputs += 1 + (i == 1 ? feed_variants(bytes) : 0);
    }
  }
  std::printf("%zu inputs\n", inputs);
  return inputs == 0 ? 1 : 0;
}
