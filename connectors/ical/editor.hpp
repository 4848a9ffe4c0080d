#pragma once
// Changes to a text, collected and made in one pass: only the bytes of what is replaced or removed differ.
#include <string>
#include <string_view>
#include <vector>

#include "connectors/ical/text.hpp"

namespace fasti {
inline namespace v1 {
namespace ical {

class Editor {
 public:
  explicit Editor(const Document& document) : document_(document) {}
  const Document& document() const { return document_; }

  /// Nothing happens when the line says that already.
  void replace(std::size_t line, std::string_view content);
  void remove(std::size_t line);
  /// After the component's own properties, before its first subcomponent.
  void add(const Component& component, std::string_view content);
  /// Whole lines, before the component's END.
  void add_block(const Component& component, std::string_view bytes);
  void remove(const Component& component);
  void replace(const Component& component, std::string_view bytes);
  void insert(std::size_t at, std::string_view bytes);

  bool changed() const { return !edits_.empty(); }
  std::string apply();

 private:
  struct Edit {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;
  };
  const Document& document_;
  std::vector<Edit> edits_;
};

}  // namespace ical
}  // namespace v1
}  // namespace fasti
