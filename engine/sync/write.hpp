#pragma once
// Hops 6 to 8: make everything durable, send it, take in what came of it; and what a crash left open.
#include <vector>

#include "engine/sync/case.hpp"
#include "engine/sync/state.hpp"

namespace fasti {
inline namespace v1 {
namespace sync {

/// An open intent with its link as both were made durable: only the taking in of its reply changes that link again.
struct Outgoing {
  store::Intent intent;
  store::Link link;
};

/// Hop 6. Local results (revision-checked), re-based links, conflicts and intents, in transactions of many records.
/// A record that the app wrote since the merge is left out and stays on the work list (rule 24).
/// Empties the cases' plans.
Status intend(Run& run, std::vector<Case>& cases, std::vector<Outgoing>& outgoing);

/// Hops 7 and 8. Every intent of every target, in the provider's batches.
Status send(Run& run, std::vector<Outgoing>&& outgoing);

/// Takes records off the work list for which nothing is left to do.
Status finish_work(Run& run, const std::vector<Case>& cases);

/// What a crash or a lost reply left open (rule 22): looks, and sends nothing but the rest of a write that was stored
/// in part. A record whose answer is not to be had yet is put into run.lagging.
Status recover(Run& run);

/// An intent as the connector gets it, the same on every try.
WriteRequest request_of(const TargetRun& target, const store::Intent& intent, bool created,
                        const std::string& store_id);

/// Hop 8 for one write that failed, in a transaction of the caller's.
Status take_in_failure(Run& run, TargetRun& target, const store::Intent& intent, const Error& error);

/// Hop 8 for one write whose outcome is known to be a success.
Status confirm(Run& run, TargetRun& target, const store::Intent& intent, const Written& written);

/// Journal entries for the fields in which two states of a record differ.
Status journal_applied(Run& run, const Record& before, const Record& after, const std::string& origin,
                       const std::string& cause, std::map<std::string, std::int64_t>* seqs);

/// Writes one record with its journal and puts it on the work list; what put, remove, resolve and import share.
Result<std::int64_t> store_record(Run& run, const store::RecordRow& before, const Record& after,
                                  const std::map<std::string, store::Stamp>& stamps, const std::string& origin,
                                  const std::string& cause);

}  // namespace sync
}  // namespace v1
}  // namespace fasti
