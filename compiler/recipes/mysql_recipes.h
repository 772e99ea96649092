// SPDX-License-Identifier: Apache-2.0
// The page of contents of MariaDB and MySQL: how each kind of change becomes steps. One overload a
// change, each in a file <kind>_mysql.cc, whose first lines show the statements and their forms.
// There is no fallback: a kind without a recipe does not compile.
//
// A statement that changes the catalog commits by itself here. So each operation holds one such
// statement, with a check that tells from the catalog whether it is done; what is right between two
// statements is said where it is not plain. A change that the server only makes by copying the
// table while writes wait is an error that says so.
#pragma once

#include "compiler/diff/change.h"
#include "compiler/recipes/recipe.h"

namespace zdm {

struct MysqlRecipes {
  const RecipeContext& context;
  SourceSpan origin;  ///< of the change

  Recipe operator()(const AddCheck& change) const;
  Recipe operator()(const AddColumn& change) const;
  Recipe operator()(const AddForeignKey& change) const;
  Recipe operator()(const AddIndex& change) const;
  Recipe operator()(const ChangeAutoIncrement& change) const;
  Recipe operator()(const ChangeColumnComment& change) const;
  Recipe operator()(const ChangeColumnType& change) const;
  Recipe operator()(const ChangeComment& change) const;
  Recipe operator()(const ChangeDefault& change) const;
  Recipe operator()(const ChangeGenerated& change) const;
  Recipe operator()(const ChangeIndexVisibility& change) const;
  Recipe operator()(const ChangeInvisible& change) const;
  Recipe operator()(const ChangeOnUpdate& change) const;
  Recipe operator()(const ChangeTableCharset& change) const;
  Recipe operator()(const ChangeTableOptions& change) const;
  Recipe operator()(const CreateSchema& change) const;
  Recipe operator()(const CreateTable& change) const;
  Recipe operator()(const DropCheck& change) const;
  Recipe operator()(const DropColumn& change) const;
  Recipe operator()(const DropForeignKey& change) const;
  Recipe operator()(const DropIndex& change) const;
  Recipe operator()(const DropNotNull& change) const;
  Recipe operator()(const DropTable& change) const;
  Recipe operator()(const MoveColumn& change) const;
  Recipe operator()(const RenameIndex& change) const;
  Recipe operator()(const ReplaceCheck& change) const;
  Recipe operator()(const ReplaceForeignKey& change) const;
  Recipe operator()(const ReplaceIndex& change) const;
  Recipe operator()(const SetNotNull& change) const;
  Recipe operator()(const TransformTable& change) const;

  // What these servers have not: unique constraints are unique indexes there, extensions are none,
  // and constraints are never half valid. The diff never asks for it.
  Recipe operator()(const AddUnique& change) const;
  Recipe operator()(const CreateExtension& change) const;
  Recipe operator()(const ChangeEnum& change) const;
  Recipe operator()(const ChangeSequence& change) const;
  Recipe operator()(const CreateSequence& change) const;
  Recipe operator()(const CreateType& change) const;
  Recipe operator()(const DropSequence& change) const;
  Recipe operator()(const DropType& change) const;
  Recipe operator()(const DropExtension& change) const;
  Recipe operator()(const DropUnique& change) const;
  Recipe operator()(const ValidateConstraint& change) const;
};

/// `std::visit(MysqlRecipes{context, change.origin}, change.kind)`
Recipe MakeMysqlRecipe(const Change& change, const RecipeContext& context);

}  // namespace zdm
