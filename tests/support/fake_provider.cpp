#include "tests/support/fake_provider.hpp"

#include <algorithm>

#include "tests/support/value_text.hpp"

namespace fasti {
inline namespace v1 {
namespace support {
namespace {

const std::map<std::string, FakeObject> kNoObjects;

std::string fingerprint(const Properties& properties) {
  Fingerprint print;
  print.add(text_of(properties));
  return print.hex();
}

std::string without_trailing_blanks(const std::string& text) {
  std::string out = text;
  while (!out.empty() && (out.back() == ' ' || out.back() == '\n' || out.back() == '\r')) out.pop_back();
  return out;
}

std::string with_crlf(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

}  // namespace

Nature alpha() {
  Nature nature;
  nature.provider = "alpha";
  auto& can = nature.abilities;
  can.cursor = can.versions = can.client_ids = can.verbatim = true;
  can.visibility_lag = std::chrono::seconds(5);
  can.batch = 4;
  return nature;
}

Nature beta() {
  Nature nature;
  nature.provider = "beta";
  auto& can = nature.abilities;
  can.granularity = std::chrono::minutes(1);
  can.visibility_lag = std::chrono::seconds(40);
  can.remove_parts = false;
  nature.versions = Nature::Versions::clock;
  nature.rewriting = Nature::Rewriting::trailing_blanks;
  nature.echo = Nature::Echo::full;
  nature.span_step = std::chrono::minutes(1);
  nature.uids = false;
  nature.stamps = false;
  nature.page_items = 4;
  return nature;
}

Nature feed() {
  Nature nature;
  nature.provider = "feed";
  auto& can = nature.abilities;
  can.fetch = can.trusted_absence = can.markers = false;
  nature.versions = Nature::Versions::content;
  nature.read_only = true;
  return nature;
}

FakeProvider::FakeProvider(Nature nature, Clock& clock, Chaos& chaos)
    : nature_(std::move(nature)), clock_(clock), chaos_(chaos) {}

Error FakeProvider::error(ErrorKind kind, const std::string& message, const std::string& collection) const {
  Error out{kind, message, nature_.provider + ": " + collection, {}, {}};
  if (kind == ErrorKind::rate_limited) out.retry_after = std::chrono::seconds(7);
  return out;
}

Result<FakeProvider::Collection*> FakeProvider::reach(const std::string& collection) {
  ++requests_;
  if (down_ || chaos_.strikes(Fault::outage)) return error(ErrorKind::transient, "no answer", collection);
  if (chaos_.strikes(Fault::unauthenticated)) {
    return error(ErrorKind::unauthenticated, "the credentials are refused", collection);
  }
  if (chaos_.strikes(Fault::rate_limited)) return error(ErrorKind::rate_limited, "too many requests", collection);
  auto found = collections_.find(collection);
  if (found == collections_.end()) return error(ErrorKind::not_found, "there is no such collection", collection);
  return &found->second;
}

Result<std::vector<CollectionInfo>> FakeProvider::collections() {
  ++requests_;
  if (down_) return error(ErrorKind::transient, "no answer", {});
  std::vector<CollectionInfo> out;
  for (const auto& entry : collections_) out.push_back({entry.first, entry.first, nature_.read_only, false});
  return out;
}

Result<CollectionInfo> FakeProvider::open_collection(const std::string& wanted, bool create_if_missing) {
  if (create_if_missing && !nature_.read_only && collections_.count(wanted) == 0) {
    collections_[wanted];
    ++requests_;
    return CollectionInfo{wanted, wanted, false, true};
  }
  auto reached = reach(wanted);
  if (!reached) return std::move(reached).error();
  return CollectionInfo{wanted, wanted, nature_.read_only, false};
}

Result<std::vector<PropertyInfo>> FakeProvider::properties(const std::string& collection) {
  auto reached = reach(collection);
  if (!reached) return std::move(reached).error();
  return std::vector<PropertyInfo>{};
}

Value FakeProvider::form(const Value& value) const {
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (nature_.rewriting == Nature::Rewriting::trailing_blanks) return without_trailing_blanks(*text);
    if (nature_.rewriting == Nature::Rewriting::line_ends) return with_crlf(*text);
  }
  if (const auto* span = std::get_if<Span>(&value); span && span->kind != SpanKind::all_day) {
    Span out = *span;
    out.start -= out.start.time_since_epoch() % nature_.span_step;
    out.end -= out.end.time_since_epoch() % nature_.span_step;
    return out;
  }
  return value;
}

bool FakeProvider::rewrite(Properties& properties) const {
  bool changed = false;
  for (auto& entry : properties) {
    Value stored = form(entry.second);
    changed = changed || !(stored == entry.second);
    entry.second = std::move(stored);
  }
  return changed;
}

const std::map<std::string, FakeObject>& FakeProvider::objects(const std::string& collection) const {
  auto found = collections_.find(collection);
  return found == collections_.end() ? kNoObjects : found->second;
}

const FakeObject* FakeProvider::replaced(const std::string& collection, const std::string& id) const {
  auto found = before_ours_.find(collection + "/" + id);
  return found == before_ours_.end() ? nullptr : &found->second.object;
}

std::vector<const FakeObject*> FakeProvider::living(const std::string& collection) const {
  std::vector<const FakeObject*> out;
  for (const auto& entry : objects(collection)) {
    if (!entry.second.gone) out.push_back(&entry.second);
  }
  return out;
}

std::string FakeProvider::new_version(const FakeObject& object) const {
  switch (nature_.versions) {
    case Nature::Versions::content:
      return "h" + fingerprint(object.properties);
    case Nature::Versions::clock:
      return "t" + std::to_string(object.modified.time_since_epoch().count());
    case Nature::Versions::counted:
      break;
  }
  return "v" + std::to_string(sequence_);
}

void FakeProvider::touch(const std::string& collection, FakeObject& object, WriteOp op, const std::string& key) {
  const Instant now = clock_.now();
  if (object.changed == 0) {
    object.created = now;
    object.indexed = now;
    if (chaos_.strikes(Fault::index_lag)) object.indexed += nature_.abilities.visibility_lag;
  }
  object.changed = ++sequence_;
  object.modified = now - now.time_since_epoch() % nature_.abilities.granularity;
  object.gone = op == WriteOp::remove;
  object.version = new_version(object);
  history_.push_back({collection, object.id, op, !key.empty(), key, object.properties, now});
}

RemoteObject FakeProvider::show(const FakeObject& object) const {
  RemoteObject out{object.id,     object.version,  object.uid, object.properties,
                   object.marker, object.modified, {},         object.unfinished};
  if (nature_.abilities.verbatim) {
    out.shadow = "original " + fingerprint(object.properties);
    originals_[out.shadow] = object.properties;
  }
  if (out.marker && !out.unfinished.empty()) out.marker->stamp.clear();
  return out;
}

Written FakeProvider::reply(const FakeObject& object, bool rewritten) const {
  Written out{object.id, {}, {}};
  if (nature_.echo == Nature::Echo::none) return out;
  // A server that stores something else than it was given must not hand out the version for it (RFC 4791 5.3.4).
  if (nature_.echo == Nature::Echo::full || !rewritten) out.version = object.version;
  if (nature_.echo == Nature::Echo::full) out.echo = show(object);
  return out;
}

Result<Written> FakeProvider::write_alone(const WriteRequest& request) {
  auto reached = reach(request.collection);
  if (!reached) return std::move(reached).error();
  return write(request);
}

std::vector<Result<Written>> FakeProvider::send(std::span<const WriteRequest> requests, std::stop_token stop) {
  std::vector<Result<Written>> out;
  const std::size_t batch = std::max<std::size_t>(1, nature_.abilities.batch);
  for (std::size_t first = 0; first < requests.size(); first += batch) {
    const auto part = requests.subspan(first, std::min(batch, requests.size() - first));
    auto reached = stop.stop_requested() ? Result<Collection*>(error(ErrorKind::cancelled, "stopped", {}))
                                         : reach(part.front().collection);
    for (const auto& request : part) {
      if (!reached) {
        out.emplace_back(reached.error());
        continue;
      }
      auto written = write(request);
      const bool missing = written.ok() && part.size() > 1 && chaos_.strikes(Fault::missing_part);
      out.push_back(missing ? Result<Written>(error(ErrorKind::bad_reply, "a part of the reply is missing", request.id))
                            : std::move(written));
    }
  }
  return out;
}

Result<Written> FakeProvider::write(const WriteRequest& request) {
  if (before_write) before_write(request);
  if (nature_.read_only) return error(ErrorKind::forbidden, "this is only for reading", request.collection);
  if (chaos_.strikes(Fault::error_before_write)) return error(ErrorKind::transient, "no answer", request.collection);
  if (request.op != WriteOp::create && nature_.abilities.versions && meddle && chaos_.strikes(Fault::concurrent_edit)) {
    meddle(request.collection, request.id);
  }
  Collection& objects = collections_[request.collection];
  auto written = store(objects, request);
  if (written.ok()) ++engine_writes_;
  if (after_write) after_write(request, written.ok());
  if (written.ok() && chaos_.strikes(Fault::lost_reply)) {
    return error(ErrorKind::transient, "the connection broke before the reply", request.collection);
  }
  return written;
}

Result<Written> FakeProvider::store(Collection& objects, const WriteRequest& request) {
  const auto found = objects.find(request.id);
  WriteRequest sent = request;
  if (found != objects.end() && !request.key.empty() && found->second.unfinished == request.key) {
    // What was stored of it stays as it is by now; only the occurrences are missing.
    std::erase_if(sent.set, [](const auto& entry) { return path_part(entry.first).empty(); });
    sent.op = WriteOp::update;
    sent.version = found->second.version;
  }
  const bool parts =
      std::any_of(sent.set.begin(), sent.set.end(), [](const auto& entry) { return !path_part(entry.first).empty(); });
  const bool breaks = parts && break_off_ > 0 && --break_off_ >= 0;
  if (breaks) std::erase_if(sent.set, [](const auto& entry) { return !path_part(entry.first).empty(); });
  auto written = sent.op == WriteOp::create ? store_create(objects, sent) : store_change(objects, sent);
  if (!written) return written;
  objects[written->id].unfinished = breaks ? request.key : "";
  if (breaks) return error(ErrorKind::transient, "the connection broke between two requests", request.collection);
  return written;
}

Marker FakeProvider::marker_of(const WriteRequest& request) const {
  Marker marker = request.marker;
  if (!nature_.stamps) marker.stamp.clear();
  return marker;
}

Result<Written> FakeProvider::store_create(Collection& objects, const WriteRequest& request) {
  FakeObject object;
  object.properties = request.set;
  if (!request.verbatim.empty() && nature_.abilities.verbatim) object.properties = originals_[request.verbatim];
  for (const auto& entry : object.properties) {
    const auto* text = std::get_if<std::string>(&entry.second);
    if (!refused_.empty() && text && text->find(refused_) != std::string::npos) {
      return error(ErrorKind::rejected, entry.first + " is refused", request.collection);
    }
  }
  const bool chosen = nature_.abilities.client_ids && !request.id.empty();
  object.id = chosen ? request.id : nature_.provider + "-" + std::to_string(++made_);
  auto found = objects.find(object.id);
  if (found != objects.end() && (!found->second.gone || nature_.burned_ids)) {
    return error(ErrorKind::precondition_failed, "there is such an object already", object.id);
  }
  if (nature_.uids) {
    object.uid = request.uid.empty() ? object.id + "@" + nature_.provider : request.uid;
    for (const auto& entry : objects) {
      if (!entry.second.gone && entry.second.uid == object.uid) {
        return error(ErrorKind::rejected, "the UID is taken by " + entry.first, object.id);
      }
    }
  }
  if (request.write_marker && nature_.abilities.markers) object.marker = marker_of(request);
  const bool rewritten = rewrite(object.properties);
  touch(request.collection, object, WriteOp::create, request.key.empty() ? "no key" : request.key);
  before_ours_.erase(request.collection + "/" + object.id);
  return reply(objects[object.id] = object, rewritten);
}

Result<Written> FakeProvider::store_change(Collection& objects, const WriteRequest& request) {
  auto found = objects.find(request.id);
  if (found == objects.end() || found->second.gone) {
    return error(ErrorKind::not_found, "there is no such object", request.id);
  }
  FakeObject& object = found->second;
  if (nature_.abilities.versions) {
    if (request.version.empty()) unconditional_.push_back(request.collection + "/" + request.id);
    if (request.version != object.version) {
      return error(ErrorKind::precondition_failed, "somebody else was faster", request.id);
    }
  }
  FakeObject next = object;
  for (const auto& [path, value] : request.set) next.properties[path] = value;
  for (const auto& path : request.clear) next.properties.erase(path);
  for (const auto& part : request.remove_parts) {
    std::erase_if(next.properties, [&](const auto& entry) { return path_part(entry.first) == part; });
  }
  if (!request.verbatim.empty() && nature_.abilities.verbatim) next.properties = originals_[request.verbatim];
  for (const auto& entry : request.set) {
    const auto* text = std::get_if<std::string>(&entry.second);
    if (!refused_.empty() && text && text->find(refused_) != std::string::npos) {
      return error(ErrorKind::rejected, entry.first + " is refused", request.id);
    }
  }
  if (request.op == WriteOp::update && request.write_marker && nature_.abilities.markers) {
    next.marker = marker_of(request);
  }
  const bool rewritten = rewrite(next.properties);
  before_ours_[request.collection + "/" + request.id] = {object, clock_.now()};
  touch(request.collection, next, request.op, request.key.empty() ? "no key" : request.key);
  object = next;
  return reply(object, rewritten);
}

FakeObject* Person::find(const std::string& collection, const std::string& id, bool gone) {
  auto found = provider_.collections_.find(collection);
  if (found == provider_.collections_.end()) return nullptr;
  auto object = found->second.find(id);
  return object == found->second.end() || object->second.gone != gone ? nullptr : &object->second;
}

std::string Person::create(const std::string& collection, Properties properties, const std::string& uid) {
  FakeObject object;
  object.id = provider_.nature_.provider + "-" + std::to_string(++provider_.made_);
  if (provider_.nature_.uids) object.uid = uid.empty() ? object.id + "@people" : uid;
  object.properties = std::move(properties);
  provider_.rewrite(object.properties);
  provider_.touch(collection, object, WriteOp::create, {});
  provider_.collections_[collection][object.id] = object;
  return object.id;
}

bool Person::set(const std::string& collection, const std::string& id, const std::string& property,
                 const std::optional<Value>& value) {
  FakeObject* object = find(collection, id);
  if (!object) return false;
  if (value) {
    object->properties[property] = provider_.form(*value);
  } else {
    object->properties.erase(property);
  }
  provider_.touch(collection, *object, WriteOp::update, {});
  return true;
}

bool Person::remove(const std::string& collection, const std::string& id) {
  FakeObject* object = find(collection, id);
  if (!object) return false;
  provider_.touch(collection, *object, WriteOp::remove, {});
  return true;
}

std::string Person::move(const std::string& from, const std::string& to, const std::string& id) {
  FakeObject* object = find(from, id);
  if (!object) return {};
  FakeObject moved = *object;
  remove(from, id);
  if (!provider_.nature_.abilities.client_ids) {
    moved.id = provider_.nature_.provider + "-" + std::to_string(++provider_.made_);
  }
  provider_.touch(to, moved, WriteOp::create, {});
  provider_.collections_[to][moved.id] = moved;
  return moved.id;
}

std::string Person::copy(const std::string& collection, const std::string& id, const Properties& changes) {
  FakeObject* object = find(collection, id);
  if (!object) return {};
  Properties properties = object->properties;
  for (const auto& [path, value] : changes) properties[path] = value;
  const auto marker = object->marker;
  const std::string made = create(collection, std::move(properties));
  find(collection, made)->marker = marker;
  return made;
}

bool Person::restore(const std::string& collection, const std::string& id) {
  FakeObject* object = find(collection, id, true);
  if (!object) return false;
  provider_.touch(collection, *object, WriteOp::update, {});
  return true;
}

bool Person::break_object(const std::string& collection, const std::string& id, bool unreadable) {
  FakeObject* object = find(collection, id);
  if (!object) return false;
  object->unreadable = unreadable;
  provider_.touch(collection, *object, WriteOp::update, {});
  if (provider_.nature_.versions == Nature::Versions::content) object->version += unreadable ? "?" : "";
  return true;
}

}  // namespace support
}  // namespace v1
}  // namespace fasti
