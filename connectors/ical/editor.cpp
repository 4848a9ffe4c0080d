#include "connectors/ical/editor.hpp"

#include <algorithm>

namespace fasti {
inline namespace v1 {
namespace ical {

void Editor::replace(std::size_t line, std::string_view content) {
  const Line& old = document_.lines()[line];
  if (old.content == content) return;
  edits_.push_back({old.begin, old.end, document_.in_form_of_text(fold(content, document_.line_end(old)))});
}

void Editor::remove(std::size_t line) {
  const Line& old = document_.lines()[line];
  edits_.push_back({old.begin, old.end, ""});
}

void Editor::add(const Component& component, std::string_view content) {
  std::size_t before =
      component.children.empty() ? component.last : document_.components()[component.children.front()].first;
  // A quoted-printable value that never ends would swallow the line behind it.
  while (before > component.first + 1 && is_soft_broken(document_.lines()[before - 1].content)) --before;
  const Line& next = document_.lines()[before];
  insert(next.begin, document_.in_form_of_text(fold(content, document_.line_end(next))));
}

void Editor::add_block(const Component& component, std::string_view bytes) {
  insert(document_.lines()[component.last].begin, bytes);
}

void Editor::remove(const Component& component) { replace(component, ""); }

void Editor::replace(const Component& component, std::string_view bytes) {
  const std::string_view old = document_.bytes(component);
  if (old == bytes) return;
  const auto begin = static_cast<std::size_t>(old.data() - document_.text().data());
  edits_.push_back({begin, begin + old.size(), std::string(bytes)});
}

void Editor::insert(std::size_t at, std::string_view bytes) { edits_.push_back({at, at, std::string(bytes)}); }

std::string Editor::apply() {
  std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  const std::string_view text = document_.text();
  std::string out;
  out.reserve(text.size() + 256);
  std::size_t at = 0;
  for (const Edit& edit : edits_) {
    if (edit.begin > at) out.append(text.substr(at, edit.begin - at));
    out.append(edit.text);
    at = std::max(at, edit.end);
  }
  return document_.encoded(out.append(text.substr(at)));
}

}  // namespace ical
}  // namespace v1
}  // namespace fasti
