// Venues kept the same here and in a plain text file, through the connector of lines_connector.cpp.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include <fasti/hub.hpp>

#include "lines_connector.hpp"

using namespace fasti;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  std::cerr << result.error().text() << "\n";
  std::exit(1);
}

int main(int count, char** arguments) {
  const std::filesystem::path folder = count > 1 ? arguments[1] : "custom_connector.data";
  std::filesystem::create_directories(folder / "mappings");
  std::ofstream(folder / "fasti.toml") << "store = \"fasti.db\"\n"
                                          "[connections.halls]\nprovider = \"lines\"\npath = \"halls.txt\"\n"
                                          "[[sync]]\nname = \"halls\"\nconnection = \"halls\"\n"
                                          "collection = \"lines\"\nkind = \"venue\"\n";
  std::ofstream(folder / "mappings/lines-venue.toml") << "kind = \"venue\"\nprovider = \"lines\"\n"
                                                         "[fields.name]\nproperty = \"title\"\n";
  std::ofstream(folder / "halls.txt") << "h1\t1\t\tTown hall\n";

  auto hub = must(Hub::open((folder / "fasti.toml").string(), {lines_provider()}));
  must(hub.put(Record{"venue", "gym", {{"name", std::string("School gym")}}}));
  auto run = must(hub.sync());
  std::set<std::string> names;
  for (const auto& venue : must(hub.list("venue"))) {
    names.insert("here:  " + std::get<std::string>(*venue.find("name")));
  }
  std::ifstream lines(folder / "halls.txt");
  for (std::string line; std::getline(lines, line);) names.insert("there: " + line.substr(line.rfind('\t') + 1));
  for (const auto& name : names) std::cout << name << "\n";
  return run.exit_code();
}
