#pragma once
// Hands an error up, or binds the value: FASTI_TRY(auto x, f()); FASTI_CHECK(g());
#include <utility>

#include <fasti/error.hpp>

#define FASTI_JOIN_(a, b) a##b
#define FASTI_JOIN(a, b) FASTI_JOIN_(a, b)
#define FASTI_TRY(declaration, expression)                                                     \
  auto FASTI_JOIN(result_, __LINE__) = (expression);                                           \
  if (!FASTI_JOIN(result_, __LINE__)) return std::move(FASTI_JOIN(result_, __LINE__)).error(); \
  declaration = std::move(FASTI_JOIN(result_, __LINE__)).value()
#define FASTI_CHECK(expression)                                                   \
  do {                                                                            \
    if (auto status_ = (expression); !status_) return std::move(status_).error(); \
  } while (false)
