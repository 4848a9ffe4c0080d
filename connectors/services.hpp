#pragma once
// The old place of connectors/http/services.hpp, which connectors may include.
#include "connectors/http/services.hpp"
