// SPDX-License-Identifier: Apache-2.0
// Makes the texts of the files the server's own, so that the diff may compare bytes. Three judges
// are asked in this order, and nobody guesses:
//   1. the parser: a text with the parse tree of its counterpart in the catalog is the counterpart;
//   2. the memory: what a server said before, kept in the snapshot;
//   3. a scratch server, on which shells of the needed tables are made and read back.
// A text that none of them knows is an error that names it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/schema/language_rules.h"
#include "compiler/schema/schema.h"
#include "compiler/source/diagnostic.h"
#include "runtime/database/database.h"

namespace zdm {

/// What a server said once: kept in snapshots, so that a build without a server gives the same
/// plan.
struct Judgement {
  std::string question;              ///< the text with all that its meaning hangs on
  std::vector<std::string> answers;  ///< the server's texts
  Volatility volatility = Volatility::kUnknown;
  friend bool operator==(const Judgement&, const Judgement&) = default;
};

enum class JudgeKind {
  kType,
  kCollation,
  kDefault,
  kGenerated,
  kCheck,
  kDomainCheck,  ///< over VALUE, of the type `type`
  kIndex,
  kTransition
};

/// One question to a scratch server, and its answer.
struct JudgeTask {
  JudgeKind kind = JudgeKind::kType;
  std::string schema;           ///< the search path: this schema, then the default one
  std::vector<Column> columns;  ///< those that the text names: name, type, collation
  std::string type;             ///< of what the text gives a value to
  std::string text;             ///< as written
  /// Where tables have a charset: the words that give it to the shell, for columns without one.
  std::string alphabet;
  Index index;          ///< of kIndex, as written
  bool pinned = false;  ///< of kTransition: a stable expression will do
  std::string what;     ///< for messages: "default of public.t.c"
  SourceSpan origin;

  // The answer. kIndex: for each element its expression (or "") and the qualified opclass and
  // collation where they are not the defaults; then the predicate, or "".
  std::vector<std::string> answers;
  Volatility volatility = Volatility::kUnknown;
  enum class Outcome { kOpen, kJudged, kRefused, kNotImmutable, kLacking, kUnnamed };
  Outcome outcome = Outcome::kOpen;
  std::string reason;  ///< the server's words when it refused
};

/// The text with all that its meaning hangs on: equal questions have equal answers.
std::string QuestionOf(const JudgeTask& task);

/// What the files declare that texts may name: a scratch server makes it where it lacks it.
struct JudgeWorld {
  std::vector<Extension> extensions = {};
  std::vector<EnumType> enums = {};
  std::vector<Sequence> sequences = {};
  std::vector<Domain> domains = {};
};

/// Where the tasks are asked.
enum class JudgePlace {
  kPrivate,  ///< a server of its own: it may lack extensions and types
  kInside,   ///< the database that the plan is for
};

/// Answers all tasks on a scratch server; leaves nothing on it. Empty: there is none, and
/// `no_scratch` says why.
struct ScratchJudge {
  std::function<void(std::vector<JudgeTask>&)> ask;
  std::string no_scratch;
};

/// Judges everything in `desired` that the plan from `current` can touch. Returns what a server was
/// asked, or had been asked and still matters: the next snapshot's memory, sorted by question.
std::vector<Judgement> JudgeSchema(const Schema& current, DesiredSchema& desired,
                                   const LanguageRules& rules, const std::vector<Judgement>& memory,
                                   const ScratchJudge& scratch, Diagnostics& diagnostics);

}  // namespace zdm
