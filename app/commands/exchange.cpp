// fasti import, export: files <-> local records. An import is a run: it can be rolled back.
#include "app/exchange/exchange.hpp"

#include "app/commands/commands.hpp"
#include "app/contract/json.hpp"
#include "app/exit_code.hpp"
#include "app/render/report_text.hpp"
#include "app/terminal/text.hpp"
#include "engine/base/clock.hpp"
#include "engine/base/file_system.hpp"
#include "engine/base/try.hpp"

namespace fasti {
inline namespace v1 {
namespace app {

namespace {

enum class Format { csv, json, ics };

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

Result<Format> export_format(const std::string& format, const std::string& file) {
  if (format == "csv" || (format.empty() && ends_with(file, ".csv"))) return Format::csv;
  if (format == "ics" || (format.empty() && ends_with(file, ".ics"))) return Format::ics;
  if (format == "json" || format.empty()) return Format::json;
  return usage("--format: \"" + format + "\" is not known", "csv, json or ics");
}

Format import_format(const ImportArguments& arguments) {
  if (ends_with(arguments.file, ".ics")) return Format::ics;
  return ends_with(arguments.file, ".csv") || !arguments.mapping.empty() ? Format::csv : Format::json;
}

/// --mapping, or the one for that provider and kind.
Result<std::shared_ptr<const Mapping>> mapping_for(const config::Config& config, const std::string& given,
                                                   const std::string& provider, const std::string& kind) {
  if (given.empty() && kind.empty())
    return usage("a CSV file needs its mapping", "say --mapping csv-booking, or --kind booking");
  return config::load_mapping(config, given.empty() ? provider + "-" + kind : given, system_files());
}

Result<IncomingFile> read_records(const config::Config& config, const ImportArguments& arguments,
                                  const std::string& text, const ReferenceView& references) {
  const auto file = arguments.file == "-" ? std::string("stdin") : arguments.file;
  auto format = import_format(arguments);
  if (format == Format::json) return read_json_records(file, text, arguments.kind, config.kinds);
  auto kind_name = format == Format::ics && arguments.kind.empty() ? std::string("booking") : arguments.kind;
  FASTI_TRY(auto mapping, mapping_for(config, arguments.mapping, format == Format::csv ? "csv" : "ics", kind_name));
  FASTI_TRY(auto kind, find_kind(config, mapping->kind()));
  if (!arguments.kind.empty() && arguments.kind != kind.name) {
    return usage("mapping " + mapping->name() + " is for kind " + kind.name + ", not " + arguments.kind);
  }
  return format == Format::csv ? read_csv(file, text, *mapping, kind, references)
                               : read_ics(file, text, *mapping, kind, references);
}

/// An empty cell clears what there is, and is no edit where there is nothing.
void leave_out_what_is_clear_already(std::vector<Incoming>& incoming, const HubReferences& known) {
  for (auto& one : incoming) {
    auto& fields = one.record.fields;
    for (auto it = fields.begin(); it != fields.end();) {
      bool nothing = !it->second && !known.field(one.record.kind, one.record.id, it->first);
      it = nothing ? fields.erase(it) : std::next(it);
    }
  }
}

/// What import says of one record, with the row it came from.
Status validate_all(const std::vector<Incoming>& incoming, const std::map<std::string, Kind>& kinds,
                    const HubReferences& known) {
  for (const auto& one : incoming) {
    // An update may leave out what a record must have: the whole record is checked when it is stored.
    if (known.has(one.record.kind, one.record.id)) continue;
    auto status = validate(kinds.at(one.record.kind), one.record);
    if (!status) {
      auto error = status.error();
      error.place = one.place + (error.place.empty() ? "" : ": " + error.place);
      return error;
    }
  }
  return {};
}

}  // namespace

Result<int> import_file(Session& session, const ImportArguments& arguments) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_TRY(auto text, read_input(session, arguments.file));
  FASTI_TRY(auto hub, open_hub(session));
  HubReferences references(hub);
  FASTI_TRY(auto read, read_records(config, arguments, text, references));
  FASTI_CHECK(assign_ids(read.records, config.kinds, hub));
  leave_out_what_is_clear_already(read.records, references);
  FASTI_CHECK(validate_all(read.records, config.kinds, references));
  std::vector<Record> records;
  for (auto& one : read.records) records.push_back(std::move(one.record));
  FASTI_TRY(auto report, hub.import(records));
  for (const auto& note : read.notes) session.err << printable(note) << "\n";
  if (session.json) {
    session.out << run_json(report, Steps::leave_out) << "\n";
  } else {
    session.out << "Imported " << count_of(records.size(), "record") << ": " << report.local.created << " new, "
                << report.local.updated << " changed.\n"
                << "To take it back: fasti rollback " << report.run << "\n";
  }
  return kDone;
}

Result<int> export_file(Session& session, const ExportArguments& arguments) {
  FASTI_TRY(auto config, load_config(session));
  FASTI_TRY(auto format, export_format(arguments.format, arguments.file));
  FASTI_TRY(auto kind, find_kind(config, arguments.kind));
  FASTI_TRY(auto hub, open_hub(session));
  FASTI_TRY(auto records, hub.list(kind.name));
  HubReferences references(hub);
  std::string text = records_json(records) + "\n";
  if (format != Format::json) {
    const std::string provider = format == Format::csv ? "csv" : "ics";
    FASTI_TRY(auto mapping, mapping_for(config, arguments.mapping, provider, kind.name));
    FASTI_TRY(text, format == Format::csv ? write_csv(records, *mapping, references)
                                          : write_ics(records, *mapping, references, system_clock().now()));
  }
  if (arguments.file == "-") {
    session.out << text;
    return kDone;
  }
  FASTI_CHECK(system_files().write_atomically(arguments.file, text));
  if (session.json) {
    session.out << object_json({{"file", arguments.file}, {"records", std::uint64_t{records.size()}}}) << "\n";
  } else {
    session.out << "Wrote " << count_of(records.size(), "record") << " to " << arguments.file << ".\n";
  }
  return kDone;
}

}  // namespace app
}  // namespace v1
}  // namespace fasti
