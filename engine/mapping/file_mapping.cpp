// A mapping file at work: the series and each occurrence go through the same entries; what an occurrence does not own
// it inherits, in both directions.
#include "engine/mapping/file_mapping.hpp"

#include <algorithm>
#include <set>

#include "engine/model/time_text.hpp"

namespace fasti {
inline namespace v1 {
namespace {

struct ViewOptions {
  const Fields& fields;
  const std::vector<std::string>& spans;  ///< names of the mapped span fields
};

// Fields of one occurrence with what it inherits, by name; recurrence belongs to the series alone.
Fields occurrence_view(const ViewOptions& options, const std::string& part) {
  Fields view;
  for (const auto& [path, value] : options.fields) {
    if (path_part(path).empty() && !(value && std::holds_alternative<Recurrence>(*value))) view[path] = value;
  }
  for (const auto& name : options.spans) {
    const auto it = view.find(name);
    if (it == view.end() || !it->second) continue;
    auto span = std::get<Span>(*it->second);
    const auto length = span.end - span.start;
    const auto day = parse_date(part);
    const auto start = day ? std::optional<LocalSeconds>(*day) : parse_time(part);
    if (!start) continue;
    span.start = *start;
    span.end = *start + length;
    it->second = span;
  }
  for (const auto& [path, value] : options.fields) {
    if (path_part(path) == part) view[path_name(path)] = value;
  }
  return view;
}

Fields series_view(const Fields& fields) {
  Fields view;
  for (const auto& [path, value] : fields) {
    if (path_part(path).empty()) view.insert_or_assign(view.end(), path, value);
  }
  return view;
}

template <class Map>
std::set<std::string> parts_of(const Map& map) {
  std::set<std::string> parts;
  for (const auto& [path, value] : map) {
    auto part = path_part(path);
    if (!part.empty()) parts.insert(std::move(part));
  }
  return parts;
}

Properties part_of(const Properties& properties, const std::string& part) {
  Properties out;
  for (const auto& [path, value] : properties) {
    if (path_part(path) == part) out.emplace(path_name(path), value);
  }
  return out;
}

class FileMapping final : public Mapping {
 public:
  explicit FileMapping(MappingFile file);

  const std::string& name() const override { return file_.name; }
  const std::string& kind() const override { return file_.kind; }
  const std::string& provider() const override { return file_.provider; }
  const std::vector<Lens>& lenses() const override { return lenses_; }
  const std::vector<std::string>& match() const override { return file_.match; }
  const std::string& hash() const override { return file_.hash; }
  std::vector<PropertyUse> uses() const override;
  const std::map<std::string, std::string>& options() const override { return file_.options; }

  Encoded encode(const Record& record, const ReferenceView& references) const override;
  Decoded decode(const Properties& properties, const Record* current, const ReferenceView& references,
                 bool every_direction) const override;

 private:
  // One part being read.
  struct Part {
    std::string part;
    Properties properties;
    std::optional<Fields> current;  ///< the same part of the current record, with what it inherits
    bool recurring = false;
  };
  // What reading a part gave: values by field name, and which of them are just what `current` has.
  struct Read {
    Fields fields;
    std::set<std::string> unchanged;
    std::set<std::string> unread;
  };

  bool reads(const Entry& entry, const std::string& part, bool every_direction) const;
  void encode_part(const Fields& view, const std::string& part, const ReferenceView& references, Encoded& out) const;
  Read read_part(const Part& part, const ReferenceView& references, bool every_direction, Decoded& out) const;
  void read_entry(const Entry& entry, const Part& part, const ReferenceView& references, Read& read,
                  Decoded& out) const;
  void add_occurrence(const Part& part, const Read& read, const Fields& inherited, const Record* current,
                      Decoded& out) const;

  MappingFile file_;
  std::vector<Lens> lenses_;
  std::vector<std::string> spans_;
  std::set<std::string> written_;  ///< fields whose own value makes an occurrence an object of its own over there
};

FileMapping::FileMapping(MappingFile file) : file_(std::move(file)) {
  // Spans come last: their zone may hang on a reference that another entry reads.
  std::stable_partition(file_.entries.begin(), file_.entries.end(),
                        [](const Entry& entry) { return entry.field.type != FieldType::span; });
  for (const auto& entry : file_.entries) {
    lenses_.push_back(entry.lens);
    if (entry.direction != Direction::from_remote) written_.insert(entry.lens.fields.begin(), entry.lens.fields.end());
    if (entry.field.type == FieldType::span) spans_.push_back(entry.field.name);
  }
}

void FileMapping::encode_part(const Fields& view, const std::string& part, const ReferenceView& references,
                              Encoded& out) const {
  for (const auto& entry : file_.entries) {
    if (entry.direction == Direction::from_remote) continue;
    if (!part.empty() && entry.field.type == FieldType::recurrence) continue;
    auto encoded = encode_entry(entry, view, references);
    for (auto& [property, value] : encoded.properties) out.properties[make_path(property, part)] = std::move(value);
    if (encoded.owed) out.owed.push_back(make_path(entry.property, part));
    for (auto& problem : encoded.problems) {
      out.problems.push_back({make_path(entry.field.name, part), std::move(problem), false});
    }
  }
}

Mapping::Encoded FileMapping::encode(const Record& record, const ReferenceView& references) const {
  Encoded out;
  encode_part(series_view(record.fields), "", references, out);
  std::set<std::string> parts;
  for (const auto& [path, value] : record.fields) {
    auto part = path_part(path);
    if (!part.empty() && written_.contains(path_name(path))) parts.insert(std::move(part));
  }
  for (const auto& part : parts) {
    encode_part(occurrence_view({record.fields, spans_}, part), part, references, out);
  }
  return out;
}

std::vector<PropertyUse> FileMapping::uses() const {
  std::vector<PropertyUse> out;
  for (const auto& entry : file_.entries) {
    const bool written = entry.direction != Direction::from_remote;
    for (const auto& property : entry.lens.properties) {
      // What is made of texts, or turned into one, is a text over there.
      const bool text = entry.in_pieces() || entry.one_way() || entry.property_type == FieldType::text;
      out.push_back({property, text ? FieldType::text : entry.property_type, entry.field.to, written, entry.options});
    }
  }
  return out;
}

bool FileMapping::reads(const Entry& entry, const std::string& part, bool every_direction) const {
  if (entry.one_way()) return false;
  if (!part.empty() && entry.field.type == FieldType::recurrence) return false;
  return every_direction || entry.direction != Direction::to_remote;
}

void FileMapping::read_entry(const Entry& entry, const Part& part, const ReferenceView& references, Read& read,
                             Decoded& out) const {
  const auto keep_current = [&](const std::string& field) {
    const auto it = part.current ? part.current->find(field) : Fields::const_iterator{};
    if (!part.current || it == part.current->end()) return false;
    read.fields[field] = it->second;
    return true;
  };
  if (part.current && !(entry.constant && entry.property.empty())) {
    // What would be written for the current values is what is there: nothing was edited, whatever the form loses.
    const auto before = encode_entry(entry, *part.current, references);
    const bool same = std::all_of(entry.lens.properties.begin(), entry.lens.properties.end(), [&](const auto& name) {
      const auto ours = before.properties.find(name);
      const auto theirs = part.properties.find(name);
      if (theirs == part.properties.end()) return ours == before.properties.end();
      return ours != before.properties.end() && ours->second == theirs->second;
    });
    if (same) {
      for (const auto& field : entry.lens.fields) {
        if (!keep_current(field)) read.fields[field] = std::nullopt;
        read.unchanged.insert(field);
      }
      return;
    }
  }
  auto decoded = decode_entry(entry, part.properties,
                              {references, part.current ? &*part.current : nullptr, read.fields, part.recurring});
  for (auto& problem : decoded.problems) {
    out.problems.push_back({make_path(entry.field.name, part.part), std::move(problem), false});
  }
  if (decoded.readable) {
    for (auto& [field, value] : decoded.fields) read.fields[field] = std::move(value);
    return;
  }
  // What cannot be read never clears anything.
  for (const auto& field : entry.lens.fields) {
    if (!keep_current(field)) read.fields.erase(field);
    read.unread.insert(field);
  }
}

FileMapping::Read FileMapping::read_part(const Part& part, const ReferenceView& references, bool every_direction,
                                         Decoded& out) const {
  Read read;
  for (const auto& entry : file_.entries) {
    if (reads(entry, part.part, every_direction)) read_entry(entry, part, references, read, out);
  }
  return read;
}

void FileMapping::add_occurrence(const Part& part, const Read& read, const Fields& inherited, const Record* current,
                                 Decoded& out) const {
  for (const auto& [field, value] : read.fields) {
    const auto path = make_path(field, part.part);
    const auto own = current ? current->fields.find(path) : Fields::const_iterator{};
    const bool owned = current && own != current->fields.end();
    // Unchanged or unreadable: it stays what it was, the occurrence's own or inherited (rule 10).
    if (read.unchanged.contains(field) || read.unread.contains(field)) {
      if (owned) out.fields[path] = own->second;
      continue;
    }
    const auto series = inherited.find(field);
    const auto& plain = series == inherited.end() ? std::optional<Value>() : series->second;
    if (value != plain) out.fields[path] = value;
  }
}

Mapping::Decoded FileMapping::decode(const Properties& properties, const Record* current,
                                     const ReferenceView& references, bool every_direction) const {
  Decoded out;
  Part series;
  series.properties = part_of(properties, "");
  if (current) series.current = series_view(current->fields);
  const auto repeats = [](const auto& value) { return std::holds_alternative<Recurrence>(value); };
  series.recurring = std::any_of(series.properties.begin(), series.properties.end(),
                                 [&](const auto& property) { return repeats(property.second); });
  out.fields = read_part(series, references, every_direction, out).fields;
  const Fields master = out.fields;
  for (const auto& key : parts_of(properties)) {
    Part part;
    part.part = key;
    part.properties = part_of(properties, key);
    part.recurring = true;
    if (current) part.current = occurrence_view({current->fields, spans_}, key);
    const auto read = read_part(part, references, every_direction, out);
    add_occurrence(part, read, occurrence_view({master, spans_}, key), current, out);
  }
  return out;
}

class NoReferences final : public ReferenceView {
 public:
  std::vector<std::string> find(const std::string&, const std::string&, const std::string&) const override {
    return {};
  }
  std::optional<Value> field(const std::string&, const std::string&, const std::string&) const override {
    return std::nullopt;
  }
  std::optional<std::string> remote_id(const std::string&, const std::string&) const override { return std::nullopt; }
  std::optional<std::string> record_of(const std::string&, const std::string&) const override { return std::nullopt; }
};

}  // namespace

const std::map<std::string, std::string>& Mapping::options() const {
  static const std::map<std::string, std::string> none;
  return none;
}

const ReferenceView& no_references() {
  static const NoReferences none;
  return none;
}

std::shared_ptr<const Mapping> make_file_mapping(MappingFile file) {
  return std::make_shared<FileMapping>(std::move(file));
}

}  // namespace v1
}  // namespace fasti
