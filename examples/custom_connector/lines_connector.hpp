#pragma once
// A provider of one's own: a text file with a line per object, ID<tab>VERSION<tab>MARKER<tab>TITLE. Registered with a
// factory, so that fasti.toml can say `provider = "lines"` and `path = "…"` like for any shipped provider.
#include <fasti/connector.hpp>

fasti::ConnectorFactory lines_provider();
