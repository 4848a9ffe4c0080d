// A rule of the application's own for conflicts: of two texts the longer one wins. Named in fasti.toml by
// `fields.notes = { custom = "longer" }`. The loser stays in the conflict log, whatever a strategy answers.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fasti/connectors.hpp>
#include <fasti/hub.hpp>

using namespace fasti;

// A pure function of its argument: it may be asked twice about the same conflict.
Settlement longer(const ConflictView& conflict) {
  Settlement settlement;
  std::size_t longest = 0;
  for (const auto& contender : conflict.contenders) {
    const auto* text = contender.value ? std::get_if<std::string>(&*contender.value) : nullptr;
    if (text == nullptr || text->size() <= longest) continue;
    longest = text->size();
    settlement.side = contender.side;
  }
  return settlement;  // without a side: ask a person
}

template <class T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  std::cerr << result.error().text() << "\n";
  std::exit(1);
}

// Somebody edits the event in another program.
void edit_file(const std::filesystem::path& folder, const std::string& from, const std::string& to) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".ics") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    auto at = text.find(from);
    if (at == std::string::npos) continue;
    text.replace(at, from.size(), to);
    std::ofstream(entry.path(), std::ios::binary) << text;
  }
}

int main(int count, char** arguments) {
  const std::filesystem::path folder = count > 1 ? arguments[1] : "custom_strategy.data";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "fasti.toml") << "store = \"fasti.db\"\n"
                                          "[connections.files]\nprovider = \"ics\"\npath = \"calendars\"\n"
                                          "[conflict.booking]\nfields.notes = { custom = \"longer\" }\n"
                                          "[[sync]]\nname = \"files\"\nconnection = \"files\"\n"
                                          "collection = \"bookings\"\nkind = \"booking\"\ncreate = true\n";
  HubOptions options;
  options.strategies["longer"] = longer;
  auto hub = must(Hub::open((folder / "fasti.toml").string(), builtin_connectors(), options));

  Record booking{"booking", "hall-1", {{"title", std::string("Choir")}, {"notes", std::string("bring chairs")}}};
  Span evening{SpanKind::zoned, {}, {}, "Europe/Vienna"};
  evening.start = LocalDays{std::chrono::days{20600}} + std::chrono::hours{19};
  evening.end = evening.start + std::chrono::hours{2};
  booking.fields["when"] = evening;
  must(hub.put(booking));
  must(hub.sync());

  edit_file(folder / "calendars" / "bookings", "bring chairs", "bring forty chairs and the piano");
  must(hub.put(Record{"booking", "hall-1", {{"notes", std::string("no chairs")}}}));
  must(hub.sync());

  std::cout << std::get<std::string>(*must(hub.get("booking", "hall-1")).find("notes")) << "\n";
  for (const auto& conflict : must(hub.conflicts(Hub::ConflictFilter::all))) {
    std::cout << conflict.field << ": " << conflict.winner << " won by " << conflict.strategy << "\n";
  }
}
