#include "engine/sync/engine.hpp"

#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

Engine::Engine(store::Store& store, Clock& clock, Random& random, Settings settings)
    : state_(new State{store, clock, random, std::move(settings)}) {}

Engine::~Engine() = default;

Settings& Engine::settings() { return state_->settings; }

}  // namespace sync
}  // namespace v1
}  // namespace fasti
