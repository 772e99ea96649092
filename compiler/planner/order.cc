// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/order.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <unordered_map>
#include <utility>

namespace zdm {
namespace {

using Rank = std::pair<Phase, Stage>;
using Indexes = std::vector<std::size_t>;

struct Resource {
  Indexes providers, needers, removers;
};

Rank RankOf(const OrderedStep& step) {
  return {step.draft->step.phase, step.draft->stage};
}

/// The steps of one rank and who waits for whom among them.
class RankOrder {
 public:
  RankOrder(const std::vector<OrderedStep>& steps, const Indexes& members)
      : steps_(steps), members_(members) {
    for (std::size_t i = 0; i + 1 < members_.size(); ++i) {
      if (steps_[members_[i]].recipe == steps_[members_[i + 1]].recipe) {
        Wait(members_[i], members_[i + 1]);
      }
    }
    for (const std::size_t member : members_) {
      const Step& step = steps_[member].draft->step;
      for (const auto& name : step.provides) resources_[name].providers.push_back(member);
      for (const auto& name : step.needs) resources_[name].needers.push_back(member);
      for (const auto& name : step.removes) resources_[name].removers.push_back(member);
    }
    for (const auto& [name, resource] : resources_) AddWaits(resource);
  }

  /// Appends to `order`; false when some wait for each other.
  bool Run(Indexes& order) {
    std::priority_queue<std::size_t, Indexes, std::greater<>> ready;
    for (const std::size_t member : members_) {
      if (open_[member] == 0) ready.push(member);
    }
    const std::size_t before = order.size();
    while (!ready.empty()) {
      const std::size_t step = ready.top();
      ready.pop();
      order.push_back(step);
      for (const std::size_t next : after_[step]) {
        if (--open_[next] == 0) ready.push(next);
      }
    }
    return order.size() - before == members_.size();
  }

  /// After a Run that failed: follows those that still wait until one comes again.
  Indexes Cycle() const {
    const auto waits = [&](std::size_t step) {
      const auto open = open_.find(step);
      return open != open_.end() && open->second > 0;
    };
    std::map<std::size_t, std::size_t> before;
    for (const auto& [step, nexts] : after_) {
      if (!waits(step)) continue;
      for (const std::size_t next : nexts) {
        if (waits(next)) before[next] = step;
      }
    }
    Indexes path;
    std::set<std::size_t> seen;
    std::size_t at = before.empty() ? 0 : before.begin()->first;
    while (seen.insert(at).second) {
      path.push_back(at);
      const auto next = before.find(at);
      if (next == before.end()) return path;
      at = next->second;
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), at));
    std::reverse(path.begin(), path.end());
    std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
    return path;
  }

 private:
  void Wait(std::size_t first, std::size_t second) {
    if (first == second) return;
    if (after_[first].insert(second).second) ++open_[second];
  }

  void AddWaits(const Resource& resource) {
    for (const std::size_t provider : resource.providers) {
      for (const std::size_t needer : resource.needers) Wait(provider, needer);
      for (const std::size_t remover : resource.removers) {
        if (steps_[provider].recipe != steps_[remover].recipe) Wait(remover, provider);
      }
    }
    if (!resource.providers.empty()) return;
    for (const std::size_t needer : resource.needers) {
      for (const std::size_t remover : resource.removers) Wait(needer, remover);
    }
  }

  const std::vector<OrderedStep>& steps_;
  const Indexes& members_;
  std::map<std::string, Resource> resources_;
  std::map<std::size_t, std::set<std::size_t>> after_;
  std::map<std::size_t, std::size_t> open_;
};

}  // namespace

StepOrder OrderSteps(const std::vector<OrderedStep>& steps) {
  std::map<Rank, Indexes> ranks;
  for (std::size_t i = 0; i < steps.size(); ++i) ranks[RankOf(steps[i])].push_back(i);
  StepOrder result;
  for (const auto& [rank, members] : ranks) {
    RankOrder order(steps, members);
    if (order.Run(result.order)) continue;
    return {{}, order.Cycle()};
  }
  return result;
}

}  // namespace zdm
