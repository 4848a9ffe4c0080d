#pragma once
// The table behind resolve_zone and windows_zone. Facts only; the looking up is in zone.cpp.
#include <span>
#include <string_view>

namespace fasti {
inline namespace v1 {

struct WindowsZone {
  std::string_view name;
  std::string_view zone;         ///< the default (territory 001)
  std::string_view territories;  ///< "AD=Europe/Andorra AT=Europe/Vienna …"; several zones joined by commas, first best
};

std::span<const WindowsZone> windows_zones();

}  // namespace v1
}  // namespace fasti
