#pragma once
// What a fuzz target says when a law is broken: the sanitizers and libFuzzer take an abort for a finding.
#include <cstdio>
#include <cstdlib>

#define FASTI_FUZZ_CHECK(condition)                                                \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)
