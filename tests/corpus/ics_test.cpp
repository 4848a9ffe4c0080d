// Real and broken calendars of eleven other projects: every byte survives, a patch of one property changes that
// property and the event's stamps only, and what cannot be read is parked with its line.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "connectors/ical/editor.hpp"
#include "connectors/ical/encoding.hpp"
#include "connectors/ical/inspect.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ical/text.hpp"
#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {
namespace {

namespace fs = std::filesystem;

const Instant kNow = *parse_instant("2036-11-20T12:00:00Z");
const char* const kSummary =
    "Gr\xC3\xB6\xC3\x9F"
    "er, besser; \\schneller\nzweite Zeile";

fs::path root() { return fs::path(FASTI_SOURCE_DIR) / "../shared/data/corpora"; }

struct File {
  fs::path path;
  std::string text;
};

std::vector<File> files_of(const char* folder) {
  std::vector<File> files;
  for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back({entry.path(), {std::istreambuf_iterator<char>(in), {}}});
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

/// Lines with their folds, found without the code under test.
std::vector<std::string> logical_lines(const std::string& bytes) {
  std::string text = bytes;
  if (detect_encoding(bytes) != Encoding::utf8) text = decode_utf16(bytes, detect_encoding(bytes)).value_or(bytes);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    end = end == std::string::npos ? text.size() : end + 1;
    const bool fold = !lines.empty() && (text[at] == ' ' || text[at] == '\t');
    if (fold)
      lines.back() += text.substr(at, end - at);
    else
      lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

bool may_change(const std::string& line) {  // the name itself may be folded away from its colon
  for (const char* name : {"SUMMARY", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "X-FASTI-MARKER"})
    if (line.rfind(name, 0) == 0) return true;
  return false;
}

/// Empty, or the first line that changed without being asked to; `changed` counts the others.
std::string stray_change(const std::string& before, const std::string& after, int& changed) {
  const auto old_lines = logical_lines(before);
  const auto new_lines = logical_lines(after);
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < old_lines.size() || j < new_lines.size()) {
    const bool both = i < old_lines.size() && j < new_lines.size();
    if (both && old_lines[i] == new_lines[j]) {
      ++i;
      ++j;
      continue;
    }
    ++changed;
    if (i < old_lines.size() && may_change(old_lines[i]))
      ++i;
    else if (j < new_lines.size() && may_change(new_lines[j]))
      ++j;
    else
      return i < old_lines.size() ? old_lines[i] : new_lines[j];
  }
  return "";
}

/// Patches the first event that can be read, and puts it back into its file. False: there is none.
bool check_patch(const File& file, const std::vector<CalendarPart>& parts) {
  for (const CalendarPart& part : parts) {
    const auto object = read_part(part);
    if (!object) continue;
    WriteRequest request;
    request.shadow = part.text;
    request.set["SUMMARY"] = std::string(kSummary);
    request.marker = {"store", "record", true, "key"};
    const auto patched = patch_object(request, kNow);
    EXPECT_TRUE(patched) << file.path << patched.error().text();
    if (!patched) return true;
    const auto after = merge_into_calendar(file.text, part.uid, *patched);
    EXPECT_TRUE(after) << file.path << after.error().text();
    if (!after) return true;
    int changed = 0;
    EXPECT_EQ(stray_change(file.text, *after, changed), "") << file.path;
    EXPECT_GT(changed, 0) << file.path;
    EXPECT_LE(changed, 10) << file.path;
    const auto again = split_calendar(*after);
    EXPECT_TRUE(again) << file.path;
    const auto same = std::find_if(again->begin(), again->end(), [](const CalendarPart& other) {
      const auto read = read_part(other);
      return read && read->properties.count("SUMMARY") != 0 &&
             read->properties.at("SUMMARY") == Value(std::string(kSummary));
    });
    EXPECT_NE(same, again->end()) << file.path;
    return true;
  }
  return false;
}

/// Some projects keep what their parser should give beside the calendar.
bool is_calendar(const File& file) { return file.path.extension() != ".json" && file.path.extension() != ".xml"; }

struct Counts {
  int files = 0;
  int others = 0;
  int parked_whole = 0;
  int with_broken_event = 0;
  int patched = 0;
  int objects = 0;
  int parked = 0;
};

void check_file(const File& file, Counts& counts) {
  ++counts.files;
  const Document document(file.text);
  EXPECT_TRUE(Editor(document).apply() == file.text) << file.path;
  EXPECT_TRUE(written_back(file.text) == file.text) << file.path;
  const Inspection inspection = inspect(file.text);
  counts.objects += static_cast<int>(inspection.objects.size());
  for (const InspectProblem& problem : inspection.problems) {
    EXPECT_GT(problem.line, 0U) << file.path;
    EXPECT_NE(problem.text, "") << file.path;
    counts.parked += problem.severity == "error";
  }
  const auto parts = split_calendar(file.text);
  if (!parts && !is_calendar(file)) {
    ++counts.others;
    return;
  }
  if (!parts) {
    ++counts.parked_whole;
    std::cout << "parked whole: " << fs::relative(file.path, root()).string() << ": " << parts.error().text() << "\n";
    return;
  }
  std::map<std::string, std::string> same;
  for (const CalendarPart& part : *parts) same.emplace(part.uid, part.text);
  const bool broken = std::any_of(parts->begin(), parts->end(), [](const auto& part) { return part.problem; });
  const auto merged = merge_into_calendar(file.text, same);
  EXPECT_EQ(merged.ok(), !broken) << file.path;
  EXPECT_TRUE(!merged || *merged == file.text) << file.path;
  counts.with_broken_event += broken;
  if (!broken) counts.patched += check_patch(file, *parts);
}

Counts check_folder(const char* folder) {
  Counts counts;
  for (const File& file : files_of(folder)) check_file(file, counts);
  std::cout << folder << ": " << counts.files << " files, " << counts.others << " of them no calendars, "
            << counts.parked_whole << " parked whole, " << counts.with_broken_event
            << " with an event that is cut off, " << counts.patched << " patched; " << counts.objects
            << " events read, " << counts.parked << " problems that park\n";
  return counts;
}

TEST(IcsCorpus, EveryValidFileComesBackByteForByteAndIsPatchedInOnePlace) {
  if (!fs::exists(root())) GTEST_SKIP() << "skipped: no ../shared";
  const Counts counts = check_folder("ics-valid");
  EXPECT_EQ(counts.files, 724);
  EXPECT_EQ(counts.parked_whole, 0);
  EXPECT_EQ(counts.with_broken_event, 0);
  EXPECT_EQ(counts.others, 21);
  EXPECT_GT(counts.patched, 520);
}

TEST(IcsCorpus, NoBrokenFileIsWrittenBackDamaged) {
  if (!fs::exists(root())) GTEST_SKIP() << "skipped: no ../shared";
  const Counts counts = check_folder("ics-invalid");
  EXPECT_EQ(counts.files, 133);
  EXPECT_EQ(counts.parked_whole, 39);
  EXPECT_EQ(counts.with_broken_event, 0);
}

}  // namespace
}  // namespace ical
}  // namespace v1
}  // namespace fasti
