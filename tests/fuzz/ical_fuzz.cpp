// iCalendar text: any bytes come back as they are; what can be read can be patched, reads as patched, and nothing else
// of it changes; the objects of a file put back into it give the same file.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "connectors/ical/editor.hpp"
#include "connectors/ical/inspect.hpp"
#include "connectors/ical/object.hpp"
#include "connectors/ical/text.hpp"
#include "tests/fuzz/check.hpp"

namespace {

using namespace fasti;
using namespace fasti::ical;

constexpr std::size_t kPartsMax = 8;

void check_text(const std::string& text) {
  const Document document(text);
  FASTI_FUZZ_CHECK(Editor(document).apply() == text);
  std::size_t at = document.lines().empty() ? 0 : document.lines().front().begin;
  for (const Line& line : document.lines()) {
    FASTI_FUZZ_CHECK(line.begin == at && line.end > line.begin && line.end <= document.text().size());
    FASTI_FUZZ_CHECK(is_clean(line.content));
    at = line.end;
  }
}

/// `*` speaks of everything that is not named.
Properties without_summary(Properties properties) {
  properties.erase("SUMMARY");
  return properties;
}

void check_patch(const std::string& text, const RemoteObject& before) {
  WriteRequest request;
  request.shadow = text;
  request.set["SUMMARY"] = std::string(
      "Gr\xC3\xB6\xC3\x9F"
      "er, besser; \\schneller\nzweite Zeile");
  request.marker = {"store", "record", true, "key"};
  const Instant now{};
  const auto patched = patch_object(request, now);
  FASTI_FUZZ_CHECK(patched);
  const auto after = read_object(*patched);
  if (!after) std::fprintf(stderr, "%s\n", after.error().text().c_str());
  FASTI_FUZZ_CHECK(after);
  FASTI_FUZZ_CHECK(after->properties.at("SUMMARY") == request.set.at("SUMMARY"));
  FASTI_FUZZ_CHECK(without_summary(after->properties) == without_summary(before.properties));
  FASTI_FUZZ_CHECK(after->uid == before.uid);
  request.shadow = *patched;
  const auto again = patch_object(request, now);
  FASTI_FUZZ_CHECK(again && read_object(*again)->properties == after->properties);
}

void check_parts(const std::string& text) {
  const auto parts = split_calendar(text);
  if (!parts) return;
  std::map<std::string, std::string> same;
  bool broken = false;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const CalendarPart& part = (*parts)[i];
    broken |= part.problem.has_value();
    same.emplace(part.uid, part.text);
    const auto object = read_part(part);
    if (!object) FASTI_FUZZ_CHECK(!object.error().message.empty() && line_of(object.error()));
    if (object && i < kPartsMax) check_patch(part.text, *object);
  }
  const auto merged = merge_into_calendar(text, same);
  FASTI_FUZZ_CHECK(broken ? !merged : merged.ok() && *merged == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_text(text);
  const Inspection inspection = inspect(text);
  FASTI_FUZZ_CHECK(inspection.objects.size() == inspection.lines.size());
  if (const auto object = read_object(text)) check_patch(text, *object);
  check_parts(text);
  return 0;
}
