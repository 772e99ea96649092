// SPDX-License-Identifier: Apache-2.0
// Enums, domains and sequences in PostgreSQL's SQL, and the fingerprint questions about them. The
// rules of postgres_questions.h hold.
#pragma once

#include <string>
#include <vector>

#include "compiler/diff/change.h"
#include "compiler/recipes/recipe.h"

namespace zdm::postgres {

const QualifiedName& NameOf(const UserType& type);
/// "enum" or "domain"
std::string KindOf(const UserType& type);

/// object: "type public.mood": labels of an enum; of a domain its type, default and rules.
Question AskType(const QualifiedName& type);
std::string AnswerType(const UserType& type);

/// object: "sequence public.s": type, options, owner; never its position.
Question AskSequence(const QualifiedName& sequence);
std::string AnswerSequence(const Sequence& sequence);

/// CREATE TYPE or CREATE DOMAIN, then comment and grants.
std::vector<std::string> CreateTypeStatements(const UserType& type);
/// CREATE SEQUENCE with all but its owner, then comment and grants.
std::vector<std::string> CreateSequenceStatements(const Sequence& sequence);
/// `ALTER SEQUENCE s OWNED BY public.t.c`
std::string OwnedBy(const Sequence& sequence);

/// The sequences that the columns of a new table own: they are made with it.
std::vector<Sequence> SequencesOf(const RecipeContext& context, const QualifiedName& table);

/// Resources of a type and a sequence.
/// A sequence that goes with the column that owns it: under another name until purge.
struct ParkedSequence {
  Sequence sequence;
  QualifiedName parked;  ///< in the same schema, as a sequence stays beside its table
};
std::vector<ParkedSequence> SequencesThatGo(const RecipeContext& context,
                                            const QualifiedName& table, const std::string& column);
/// ALTER SEQUENCE .. RENAME TO its parked name, or back.
std::string RenameParked(const ParkedSequence& sequence, bool there);

std::string TypeResource(const QualifiedName& type);
std::string SequenceResource(const QualifiedName& sequence);

/// What depends on a type, or on the sequence, other than columns, defaults, checks and indexes of
/// the tables that the plan knows.
std::string DependentsOfType(const RecipeContext& context, const QualifiedName& type);
std::string DependentsOfSequence(const RecipeContext& context, const QualifiedName& sequence);

}  // namespace zdm::postgres
