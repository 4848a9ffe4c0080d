#pragma once
// The HTML that bodies are kept in, as Exchange makes it of what people write and text of it again. Internal to the
// Outlook stand-in.
#include <string>

namespace fasti {
inline namespace v1 {
namespace emulators {

/// The text that Exchange makes of an HTML body.
std::string text_of_html(const std::string& html);
std::string html_of_text(const std::string& text);
/// What is kept of HTML that somebody wrote: a whole page, without scripts and comments.
std::string stored_html(std::string html);
/// What Teams writes below a body.
std::string meeting_html(const std::string& join_url);

}  // namespace emulators
}  // namespace v1
}  // namespace fasti
