// SPDX-License-Identifier: Apache-2.0
#include "compiler/planner/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "compiler/diff/allow.h"
#include "compiler/planner/order.h"

namespace zdm {
namespace {

constexpr std::string_view Prefix(Phase phase) {
  switch (phase) {
    case Phase::kExpand:
      return "e";
    case Phase::kMigrate:
      return "m";
    case Phase::kContract:
      return "c";
  }
  return "";
}

/// Words of a step within its recipe -> its numbered id.
using Ids = std::map<std::string, std::string>;

class PlanBuilder {
 public:
  PlanBuilder(const std::vector<Recipe>& recipes, const RecipeContext& context)
      : recipes_(recipes), context_(context), ids_(recipes.size()) {}

  std::optional<Plan> Build() {
    plan_.compiler = ZDM_VERSION;
    plan_.dialect = context_.current.dialect;
    plan_.server_version = context_.current.server_version;
    plan_.salt = context_.salt;
    CollectSteps();
    if (!OrderAndNumber()) return std::nullopt;
    AddPurge();
    CollectQuestions();
    AnswerQuestions();
    AddTheRest();
    if (context_.diagnostics.HasErrors()) return std::nullopt;
    return std::move(plan_);
  }

 private:
  void Defect(const std::string& text) {
    context_.diagnostics.Error(codes::kRecipeDefect, SourceSpan(),
                               text + "; this is a fault of zdmc: please report it");
  }

  void CollectSteps() {
    for (std::size_t recipe = 0; recipe < recipes_.size(); ++recipe) {
      for (const DraftStep& draft : recipes_[recipe].steps) steps_.push_back({&draft, recipe});
    }
  }

  bool OrderAndNumber() {
    StepOrder order = OrderSteps(steps_);
    if (!order.cycle.empty()) {
      Diagnostic& error = context_.diagnostics.Error(codes::kPlanCycle, SourceSpan(),
                                                     "these steps wait for each other");
      for (const std::size_t step : order.cycle) {
        error.notes.push_back({SourceSpan(), steps_[step].draft->step.summary});
      }
      return false;
    }
    order_ = std::move(order.order);
    std::map<Phase, std::size_t> counts;
    for (const OrderedStep& step : steps_) ++counts[step.draft->step.phase];
    std::map<Phase, std::size_t> numbers;
    for (const std::size_t index : order_) {
      const Phase phase = steps_[index].draft->step.phase;
      Number(steps_[index], Prefix(phase), ++numbers[phase], counts[phase]);
    }
    for (const std::size_t index : order_) {
      plan_.steps.push_back(Finished(*steps_[index].draft, steps_[index].recipe));
    }
    return true;
  }

  void Number(const OrderedStep& step, std::string_view prefix, std::size_t number,
              std::size_t count) {
    const std::size_t width = std::max<std::size_t>(2, std::to_string(count).size());
    const std::string& words = step.draft->step.id;
    const auto [it, added] =
        ids_[step.recipe].emplace(words, fmt::format("{}{:0{}}-{}", prefix, number, width, words));
    if (!added) Defect("two steps of one change are named `" + words + "`");
    all_ids_.emplace(words, it->second);
    places_.emplace(it->second, places_.size());
  }

  Window Mapped(const Window& window, std::size_t recipe) {
    const auto id = [&](const std::string& words) {
      if (words.empty()) return words;
      const auto own = ids_[recipe].find(words);
      if (own != ids_[recipe].end()) return own->second;
      const auto other = all_ids_.find(words);
      if (other != all_ids_.end()) return other->second;
      Defect("a window names step `" + words + "`, which is not in the plan");
      return words;
    };
    // Several, one a line: the first of them in the plan.
    std::string until;
    for (std::size_t begin = 0; begin < window.until.size();) {
      const std::size_t end = std::min(window.until.find('\n', begin), window.until.size());
      const std::string one = id(window.until.substr(begin, end - begin));
      if (until.empty() || places_[one] < places_[until]) until = one;
      begin = end + 1;
    }
    return {id(window.since), until};
  }

  Step Finished(const DraftStep& draft, std::size_t recipe) {
    Step step = draft.step;
    step.id = ids_[recipe].at(step.id);
    for (Loss& loss : step.losses) loss.window = Mapped(loss.window, recipe);
    return step;
  }

  void AddPurge() {
    std::vector<OrderedStep> purge;
    for (std::size_t recipe = 0; recipe < recipes_.size(); ++recipe) {
      for (const DraftStep& draft : recipes_[recipe].purge) purge.push_back({&draft, recipe});
    }
    const StepOrder order = OrderSteps(purge);
    if (!order.cycle.empty()) Defect("steps of the purge wait for each other");
    std::size_t number = 0;
    for (const std::size_t index : order.order) {
      Number(purge[index], "p", ++number, purge.size());
      plan_.purge.push_back(Finished(*purge[index].draft, purge[index].recipe));
    }
  }

  void CollectQuestions() {
    std::map<std::string, Question> questions;
    for (const Recipe& recipe : recipes_) {
      for (const Question& question : recipe.questions) {
        const auto [it, added] = questions.emplace(question.object, question);
        if (!added && (it->second.query != question.query || it->second.start != question.start)) {
          Defect("two changes ask about " + question.object + " and expect different answers:\n" +
                 it->second.start + "\nand\n" + question.start);
        }
      }
    }
    for (auto& [object, question] : questions) plan_.questions.push_back(std::move(question));
  }

  void TakeEffects(const DraftStep& draft, std::map<std::string, std::string>& now) {
    for (const Effect& effect : draft.effects) {
      const auto found = now.find(effect.object);
      if (found == now.end()) {
        Defect("step `" + draft.step.id + "` changes " + effect.object +
               ", about which nothing asks");
      } else {
        found->second = effect.answer;
      }
    }
  }

  void AnswerQuestions() {
    std::map<std::string, std::string> now;
    for (const Question& question : plan_.questions) now[question.object] = question.start;
    std::size_t at = 0;
    const auto run = [&](Phase phase) {
      for (; at < order_.size() && steps_[order_[at]].draft->step.phase == phase; ++at) {
        TakeEffects(*steps_[order_[at]].draft, now);
      }
    };
    run(Phase::kExpand);
    for (Question& question : plan_.questions) question.expand = now[question.object];
    run(Phase::kMigrate);
    for (Question& question : plan_.questions) question.migrate = now[question.object];
    run(Phase::kContract);
    for (Question& question : plan_.questions) question.contract = now[question.object];
    for (const Recipe& recipe : recipes_) {
      for (const Leftover& leftover : recipe.leftovers) Allow(leftover);
    }
  }

  void Allow(const Leftover& leftover) {
    for (Question& question : plan_.questions) {
      if (question.object != leftover.question.object) continue;
      question.query = leftover.question.query;
      for (std::string* answer :
           {&question.start, &question.expand, &question.migrate, &question.contract}) {
        if (*answer == leftover.left) *answer = leftover.same;
      }
    }
  }

  void AddTheRest() {
    std::set<std::string> notices;
    for (std::size_t recipe = 0; recipe < recipes_.size(); ++recipe) {
      for (Verification verification : recipes_[recipe].verifications) {
        verification.window = Mapped(verification.window, recipe);
        plan_.verifications.push_back(std::move(verification));
      }
      for (OwnedObject object : recipes_[recipe].objects) {
        object.window = Mapped(object.window, recipe);
        plan_.objects.push_back(std::move(object));
      }
      for (const std::string& notice : recipes_[recipe].notices) {
        if (notices.insert(notice).second) plan_.notices.push_back(notice);
      }
    }
  }

  const std::vector<Recipe>& recipes_;
  const RecipeContext& context_;
  std::vector<Ids> ids_;
  Ids all_ids_;
  std::map<std::string, std::size_t> places_;  ///< of step ids in the plan
  std::vector<OrderedStep> steps_;
  std::vector<std::size_t> order_;
  Plan plan_;
};

}  // namespace

std::optional<Plan> BuildPlan(const std::vector<Recipe>& recipes, const RecipeContext& context) {
  return PlanBuilder(recipes, context).Build();
}

std::vector<Hazard> ApplyAllows(Plan& plan, const std::vector<Allow>& allows,
                                Diagnostics& diagnostics) {
  std::set<const Allow*> used;
  std::vector<Hazard> open;
  for (Step& step : plan.steps) {
    for (Hazard& hazard : step.hazards) {
      const Allow* allow = FindAllow(allows, hazard.code, hazard.object);
      if (allow != nullptr) {
        used.insert(allow);
        hazard.allowed_by = allow->why;
        continue;
      }
      if (!hazard.allowed_by.empty()) continue;  // the recipe knows: a tombstone asked for it
      const bool known = std::any_of(open.begin(), open.end(), [&](const Hazard& other) {
        return other.code == hazard.code && other.object == hazard.object;
      });
      if (!known) open.push_back(hazard);
    }
  }
  for (const Allow& allow : allows) {
    if (used.contains(&allow) || !allow.origin.valid()) continue;
    const std::string text = "`allow " + allow.code + " " + allow.object +
                             "` allows nothing: the plan has no such hazard";
    if (plan.steps.empty()) {
      diagnostics.Warning(codes::kUnusedAllow, allow.origin, text + "; this line can go");
    } else {
      diagnostics.Error(codes::kUnusedAllow, allow.origin, text);
    }
  }
  return open;
}

std::string HazardText(const std::vector<Hazard>& hazards) {
  std::string text;
  for (const Hazard& hazard : hazards) {
    text += fmt::format(
        "{} {}: {}\n  write   allow {} {} \"why\";\n  or give --allow '{}:{}' for this run\n",
        hazard.code, hazard.object, hazard.text, hazard.code, hazard.object, hazard.code,
        hazard.object);
  }
  return text;
}

}  // namespace zdm
