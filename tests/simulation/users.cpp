#include "tests/simulation/users.hpp"

#include <algorithm>

#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace simulation {
namespace {

using support::FakeObject;
using support::Person;
using support::SeededRandom;
using support::text_of;

class Flag {
 public:
  explicit Flag(bool& flag) : flag_(flag), before_(flag) { flag_ = true; }
  ~Flag() { flag_ = before_; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

 private:
  bool& flag_;
  bool before_;
};

std::optional<Value> find(const std::map<std::string, Value>& shown, const std::string& field) {
  auto found = shown.find(field);
  return found == shown.end() ? std::nullopt : std::optional(found->second);
}

const std::string& draw_field(SeededRandom& random) { return written_fields()[random.below(written_fields().size())]; }

bool wants_to_clear(const std::string& field, const std::optional<Value>& current, SeededRandom& random) {
  return (field == "notes" || field == "status") && current && random.chance(0.08);
}

}  // namespace

std::string property_of(const std::string& field) {
  for (const auto& pair : support::booking_pairs()) {
    if (pair.field == field) return pair.property;
  }
  return field;
}

std::map<std::string, Value> shown_fields(const Fields& fields) {
  std::map<std::string, Value> out;
  for (const auto& [path, value] : fields) {
    if (value) out[path] = *value;
  }
  return out;
}

std::map<std::string, Value> shown_fields(const Properties& properties) {
  std::map<std::string, Value> out;
  for (const auto& pair : support::booking_pairs()) {
    auto found = properties.find(pair.property);
    if (found != properties.end()) out[pair.field] = found->second;
  }
  return out;
}

std::string code_in(const std::map<std::string, Value>& shown) {
  auto found = shown.find("code");
  const auto* text = found == shown.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text ? *text : "(no code)";
}

sync::Engine& Users::app() {
  if (!app_) app_ = std::make_unique<sync::Engine>(stage_.store(), stage_.clock(), app_random_, stage_.settings());
  return *app_;
}

void Users::edit_anywhere(SeededRandom& random) {
  const auto side = random.below(stage_.places().size() + 1);
  if (side == 0) return edit_local(random);
  edit_remote(stage_.places()[side - 1], random);
}

void Users::edit_local(SeededRandom& random) {
  const Flag guard(busy_);
  auto records = app().list("booking");
  if (!records || records->empty()) return;
  const Record& record = (*records)[random.below(records->size())];
  const auto shown = shown_fields(record.fields);
  const std::string code = code_in(shown);
  const std::string& field = draw_field(random);
  const auto current = find(shown, field);
  Record change{"booking", record.id, {}, 0, false};
  const WriteId write = oracle_.write(code, field, current);
  if (wants_to_clear(field, current, random)) {
    oracle_.cleared(code, field, write);
    change.fields[field] = std::nullopt;
  } else {
    const Value value = make_value(field, write, current, random);
    oracle_.typed(code, field, value);
    change.fields[field] = value;
  }
  tell_("the app sets " + code + "." + field + " from " + text_of(current) + " to " + text_of(change.fields[field]));
  auto put = app().put(change, PutMode::merge);
  if (!put) tell_("!! the put failed: " + put.error().text());
  ++deeds_;
}

void Users::create_local(SeededRandom& random) {
  const Flag guard(busy_);
  const std::string code = fresh_code();
  oracle_.create(code);
  Record record{"booking", "local-" + code, {{"code", code}}, 0, false};
  for (const auto& field : written_fields()) {
    if (field != "title" && random.chance(0.4)) continue;
    record.fields[field] = begin(code, field, nullptr, random);
  }
  tell_("the app creates " + code + " " + text_of(record.fields));
  auto put = app().put(record, PutMode::merge);
  if (!put) tell_("!! the put failed: " + put.error().text());
  ++deeds_;
}

void Users::delete_local(SeededRandom& random) {
  const Flag guard(busy_);
  auto records = app().list("booking");
  if (!records || records->empty()) return;
  const Record& record = (*records)[random.below(records->size())];
  const auto shown = shown_fields(record.fields);
  tell_("the app deletes " + code_in(shown));
  oracle_.erase(code_in(shown), shown, Oracle::Awareness::known);
  auto removed = app().remove("booking", record.id);
  if (!removed) tell_("!! the deletion failed: " + removed.error().text());
  ++deeds_;
}

Value Users::begin(const std::string& code, const std::string& field, const Place* place, SeededRandom& random) {
  Value value = make_value(field, oracle_.begin(code, field), std::nullopt, random);
  oracle_.typed(code, field, place ? place->provider->form(value) : value);
  return value;
}

std::vector<const FakeObject*> Users::editable(const Place& place) const {
  if (place.provider.get() == closed_) return {};
  auto objects = place.provider->living(place.collection);
  std::erase_if(objects, [](const FakeObject* object) { return object->unreadable; });
  return objects;
}

void Users::edit_remote(Place& place, SeededRandom& random, const std::string& id) {
  const auto objects = editable(place);
  if (objects.empty()) return;
  const FakeObject* object = objects[random.below(objects.size())];
  for (const auto* candidate : objects) {
    if (candidate->id == id) object = candidate;
  }
  if (!id.empty() && object->id != id) return;
  type_into(place, *object, random);
}

Users::Typed Users::type_into(Place& place, const FakeObject& object, SeededRandom& random) {
  const auto shown = shown_fields(object.properties);
  const std::string code = code_in(shown);
  const std::string& field = draw_field(random);
  const auto current = find(shown, field);
  const WriteId write = oracle_.write(code, field, current);
  std::optional<Value> value;
  if (wants_to_clear(field, current, random)) {
    oracle_.cleared(code, field, write);
    // Back to what it was before our write, whose reply was lost: without a stamp it looks as if we had never been
    // here.
    if (!place.provider->nature().stamps && in_doubt(place, object.id)) oracle_.overwritten(code, field, write);
  } else {
    value = make_value(field, write, current, random);
    oracle_.typed(code, field, place.provider->form(*value));
  }
  tell_("a person at " + place.target + " sets " + code + "." + field + " from " + text_of(current) + " to " +
        text_of(value));
  Person(*place.provider).set(place.collection, std::string(object.id), property_of(field), value);
  ++deeds_;
  return {code, field, write};
}

void Users::edit_before_write(Place& place, SeededRandom& random, const WriteRequest& request) {
  for (const auto* object : place.provider->living(place.collection)) {
    if (object->id != request.id || object->unreadable) continue;
    const auto typed = type_into(place, *object, random);
    const auto property = property_of(typed.field);
    const bool hit = request.op == WriteOp::remove || request.set.count(property) > 0 ||
                     std::count(request.clear.begin(), request.clear.end(), property) > 0;
    if (hit) oracle_.overwritten(typed.code, typed.field, typed.write);
    return;
  }
}

void Users::create_remote(Place& place, SeededRandom& random) {
  if (place.provider.get() == closed_) return;
  const std::string code = fresh_code();
  oracle_.create(code);
  Properties properties{{"Code", code}};
  for (const auto& field : written_fields()) {
    if (field != "title" && random.chance(0.4)) continue;
    properties[property_of(field)] = begin(code, field, &place, random);
  }
  const auto id = Person(*place.provider).create(place.collection, properties);
  tell_("a person at " + place.target + " creates " + code + " as " + id + " " + text_of(properties));
  ++deeds_;
}

void Users::erase_remote(Place& place, const FakeObject& object) {
  const auto shown = shown_fields(object.properties);
  tell_("a person at " + place.target + " deletes " + code_in(shown) + " (" + object.id + ")");
  const bool doubt = in_doubt(place, object.id);
  oracle_.erase(code_in(shown), shown, doubt ? Oracle::Awareness::in_doubt : Oracle::Awareness::known);
  Person(*place.provider).remove(place.collection, std::string(object.id));
  ++deeds_;
}

bool Users::in_doubt(const Place& place, const std::string& id) const {
  const auto open = stage_.store().open_intents();
  if (!open) return false;
  const auto& history = place.provider->history();
  return std::any_of(open->begin(), open->end(), [&](const store::Intent& intent) {
    return intent.target == place.target &&
           std::any_of(history.begin(), history.end(),
                       [&](const support::HistoryEntry& entry) { return entry.id == id && entry.key == intent.key; });
  });
}

void Users::delete_remote(Place& place, SeededRandom& random) {
  const auto objects = editable(place);
  if (!objects.empty()) erase_remote(place, *objects[random.below(objects.size())]);
}

void Users::mass_delete(Place& place, SeededRandom& random) {
  for (const auto* object : editable(place)) {
    if (random.chance(0.6)) erase_remote(place, *object);
  }
}

void Users::copy_remote(Place& place, SeededRandom& random) {
  const auto objects = editable(place);
  if (objects.empty()) return;
  const FakeObject& original = *objects[random.below(objects.size())];
  const std::string code = fresh_code();
  oracle_.create(code);
  oracle_.copy(code_in(shown_fields(original.properties)), code);
  Properties changes{{"Code", code}};
  for (const auto& [field, value] : shown_fields(original.properties)) {
    if (field == "code") continue;
    changes[property_of(field)] = begin(code, field, &place, random);
  }
  const auto id = Person(*place.provider).copy(place.collection, std::string(original.id), changes);
  tell_("a person at " + place.target + " duplicates " + original.id + " as " + id + " and makes it " + code + " " +
        text_of(changes));
  ++deeds_;
}

void Users::break_remote(Place& place, SeededRandom& random) {
  const auto objects = editable(place);
  if (objects.empty()) return;
  const FakeObject& object = *objects[random.below(objects.size())];
  tell_(object.id + " at " + place.target + " cannot be read any more");
  Person(*place.provider).break_object(place.collection, std::string(object.id), true);
}

void Users::mend_remote(Place& place, SeededRandom& random) {
  auto objects = place.provider->living(place.collection);
  std::erase_if(objects, [](const FakeObject* object) { return !object->unreadable; });
  if (objects.empty()) return;
  const FakeObject& object = *objects[random.below(objects.size())];
  tell_(object.id + " at " + place.target + " can be read again");
  Person(*place.provider).break_object(place.collection, std::string(object.id), false);
}

std::set<std::string> Users::broken() const {
  std::set<std::string> codes;
  for (const auto& place : stage_.places()) {
    for (const auto* object : place.provider->living(place.collection)) {
      if (object->unreadable) codes.insert(code_in(shown_fields(object->properties)));
    }
  }
  return codes;
}

void Users::mend_all() {
  for (const auto& place : stage_.places()) {
    for (const auto* object : place.provider->living(place.collection)) {
      if (object->unreadable) Person(*place.provider).break_object(place.collection, std::string(object->id), false);
    }
  }
}

bool Users::resolve_one(SeededRandom& random) {
  const Flag guard(busy_);
  auto open = stage_.store().conflicts(true);
  if (!open || open->empty()) return false;
  const ConflictInfo& info = (*open)[random.below(open->size())].info;
  std::vector<std::string> choices = {"local"};
  for (const auto& remote : info.remotes) choices.push_back(remote.first);
  const std::string take = choices[random.below(choices.size())];
  auto resolved = app().resolve(info.id, info.revision, take, std::nullopt);
  tell_("a person answers the conflict about " + info.record + "." + info.field + " with " + take +
        (resolved ? "" : ": " + resolved.error().text()));
  ++deeds_;
  return true;
}

}  // namespace simulation
}  // namespace v1
}  // namespace fasti
