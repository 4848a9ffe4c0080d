// A walk asks the heap for nothing per occurrence: a series of thirty years costs no more memory calls than one of
// three.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "engine/time/occurrence_set.hpp"
#include "tests/unit/time/walls.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define FASTI_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FASTI_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef FASTI_COUNTS_ALLOCATIONS
#define FASTI_COUNTS_ALLOCATIONS 1
#endif

namespace {
thread_local std::size_t allocations = 0;
}

#if FASTI_COUNTS_ALLOCATIONS
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace fasti {
namespace {

std::size_t allocations_of(const OccurrenceSet& set, int occurrences) {
  Steps steps;
  SetWalk walk(set, steps);
  const std::size_t before = allocations;
  walk.seek(set.start());
  for (int i = 0; i < occurrences; ++i) EXPECT_TRUE(walk.next());
  return allocations - before;
}

TEST(Allocation, IsNotPerOccurrence) {
  if (!FASTI_COUNTS_ALLOCATIONS) GTEST_SKIP() << "skipped: the sanitizer has its own allocator";
  const Span start{SpanKind::zoned, wall_of("20000103T180000"), wall_of("20000103T190000"), "America/New_York"};
  for (const char* rule : {"FREQ=DAILY", "FREQ=DAILY;BYHOUR=9,18;COUNT=9000", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
                           "FREQ=HOURLY;BYHOUR=9,10;BYDAY=MO,TU", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
                           "FREQ=YEARLY;BYWEEKNO=1,20,-1;BYDAY=MO,TU,WE,TH,FR,SA,SU"}) {
    const OccurrenceSet set = *OccurrenceSet::make({{rule}, {}, {}, {"2000-01-04"}}, start);
    allocations_of(set, 30);
    EXPECT_EQ(allocations_of(set, 60), allocations_of(set, 600)) << rule;
  }
}

}  // namespace
}  // namespace fasti
