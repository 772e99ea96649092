// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's page of contents: how each kind of change becomes steps. One overload a change, each
// in its own file <kind>_postgres.cc, whose first lines show the statements and their locks. There
// is no fallback: a kind without a recipe does not compile.
#pragma once

#include "compiler/diff/change.h"
#include "compiler/recipes/recipe.h"

namespace zdm {

struct PostgresRecipes {
  const RecipeContext& context;
  SourceSpan origin;  ///< of the change

  Recipe operator()(const AddCheck& change) const;
  Recipe operator()(const AddColumn& change) const;
  Recipe operator()(const AddForeignKey& change) const;
  Recipe operator()(const AddIndex& change) const;
  Recipe operator()(const AddUnique& change) const;
  Recipe operator()(const ChangeColumnType& change) const;
  Recipe operator()(const ChangeComment& change) const;
  Recipe operator()(const ChangeDefault& change) const;
  Recipe operator()(const ChangeEnum& change) const;
  Recipe operator()(const ChangeSequence& change) const;
  Recipe operator()(const CreateExtension& change) const;
  Recipe operator()(const CreateSchema& change) const;
  Recipe operator()(const CreateSequence& change) const;
  Recipe operator()(const CreateTable& change) const;
  Recipe operator()(const CreateType& change) const;
  Recipe operator()(const DropCheck& change) const;
  Recipe operator()(const DropColumn& change) const;
  Recipe operator()(const DropExtension& change) const;
  Recipe operator()(const DropForeignKey& change) const;
  Recipe operator()(const DropIndex& change) const;
  Recipe operator()(const DropNotNull& change) const;
  Recipe operator()(const DropSequence& change) const;
  Recipe operator()(const DropTable& change) const;
  Recipe operator()(const DropType& change) const;
  Recipe operator()(const DropUnique& change) const;
  Recipe operator()(const ReplaceCheck& change) const;
  Recipe operator()(const ReplaceForeignKey& change) const;
  Recipe operator()(const ReplaceIndex& change) const;
  Recipe operator()(const SetNotNull& change) const;
  Recipe operator()(const TransformTable& change) const;
  Recipe operator()(const ValidateConstraint& change) const;

  // What other servers do in place: the diff never asks it of this one.
  Recipe operator()(const ChangeAutoIncrement& change) const;
  Recipe operator()(const ChangeColumnComment& change) const;
  Recipe operator()(const ChangeGenerated& change) const;
  Recipe operator()(const ChangeIndexVisibility& change) const;
  Recipe operator()(const ChangeInvisible& change) const;
  Recipe operator()(const ChangeOnUpdate& change) const;
  Recipe operator()(const ChangeTableCharset& change) const;
  Recipe operator()(const ChangeTableOptions& change) const;
  Recipe operator()(const MoveColumn& change) const;
  Recipe operator()(const RenameIndex& change) const;
};

/// `std::visit(PostgresRecipes{context, change.origin}, change.kind)`
Recipe MakePostgresRecipe(const Change& change, const RecipeContext& context);

}  // namespace zdm
