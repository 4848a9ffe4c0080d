// fasti put, get, list, delete: the local records.
#include <algorithm>

#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/render/report_text.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/id.hpp"
#include "engine/base/try.hpp"
#include "engine/model/value_json.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

struct PutSource {
  std::string id;
  std::string file = "-";
};

/// [ID] [FILE|-]: one word alone is a file when it is "-" or names one, else an id.
PutSource put_source(const PutArguments& arguments) {
  if (!arguments.file.empty()) return {arguments.id_or_file, arguments.file};
  const auto& word = arguments.id_or_file;
  bool is_file = word == "-" || (!word.empty() && system_files().stat(word).ok());
  return is_file ? PutSource{{}, word} : PutSource{word};
}

std::string shown(const Session& session, const std::string& json) { return session.json ? json : pretty(json); }

}  // namespace

Result<int> put(Session& session, const PutArguments& arguments) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_TRY(auto kind, find_kind(config, arguments.kind));
  auto source = put_source(arguments);
  if (source.file == "-" && session.in_terminal) session.err << "reading a record from the terminal, end with Ctrl-D\n";
  FASTI_TRY(auto text, read_input(session, source.file));
  auto place = source.file == "-" ? "stdin" : source.file;
  FASTI_TRY(auto parts, split_records(place, text));
  if (parts.size() != 1) return usage("put takes one record", "for many: fasti import " + source.file);
  auto record = read_record(kind, parts.front().text);
  if (!record) {
    auto error = record.error();
    error.place = place + (error.place.empty() ? "" : ": " + error.place);
    return error;
  }
  if (!source.id.empty() && !record->id.empty() && record->id != source.id) {
    return usage("the record says it is \"" + record->id + "\", the command line says \"" + source.id + "\"");
  }
  if (!source.id.empty()) record->id = source.id;
  if (record->id.empty()) record->id = make_uuid7(system_clock(), system_random());
  if (!is_record_id(record->id))
    return usage("\"" + record->id + "\" is no record id: 1-128 printable ASCII characters");
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto stored, hub.put(*record, arguments.replace ? PutMode::replace : PutMode::merge));
  session.out << shown(session, record_json(stored)) << "\n";
  return kDone;
}

Result<int> get(Session& session, const RecordArguments& arguments) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_CHECK(find_kind(config, arguments.kind));
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto record, hub.get(arguments.kind, arguments.id));
  session.out << shown(session, record_json(record)) << "\n";
  return kDone;
}

Result<int> list(Session& session, const std::string& kind_name) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_TRY(auto kind, find_kind(config, kind_name));
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto records, hub.list(kind_name));
  if (session.json) {
    session.out << records_json(records) << "\n";
    return kDone;
  }
  bool dated = kind.find("when") != nullptr;
  auto start = [](const Record& record) {
    const auto* when = record.find("when");
    const auto* span = when ? std::get_if<Span>(when) : nullptr;
    return span ? span->start : LocalSeconds{};
  };
  if (dated) {
    std::stable_sort(records.begin(), records.end(),
                     [&](const Record& a, const Record& b) { return start(a) < start(b); });
  }
  std::vector<Table::Column> columns{{"id", Table::Align::left}};
  if (dated) columns.push_back({"when", Table::Align::left});
  columns.push_back({kind.label.empty() ? kind.name : kind.label, Table::Align::left});
  Table table(columns);
  for (const auto& record : records) {
    std::vector<std::string> cells{printable(record.id)};
    if (dated) cells.push_back(record.find("when") ? value_text(*record.find("when")) : "–");
    cells.push_back(printable(label_of(kind, record)));
    table.add(cells);
  }
  session.out << (table.empty() ? "No " + kind_name + " records.\n" : table.text(0, session.columns));
  return kDone;
}

Result<int> delete_record(Session& session, const RecordArguments& arguments) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_CHECK(find_kind(config, arguments.kind));
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_CHECK(hub.remove(arguments.kind, arguments.id));
  if (session.json) {
    session.out << object_json({{"kind", arguments.kind}, {"id", arguments.id}, {"state", "deleted"}}) << "\n";
  } else {
    session.out << "Deleted " << arguments.kind << " " << printable(arguments.id)
                << " here; the next sync deletes it elsewhere.\n";
  }
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
