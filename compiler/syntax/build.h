// SPDX-License-Identifier: Apache-2.0
// Parse tree -> syntax tree.
#pragma once

#include <optional>

#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse_input.h"
#include "compiler/syntax/parse_tree.h"

namespace zdm {

/// Items with mistakes in them are left out.
ast::Table BuildTable(const ParseInput& input, const Node& table);

/// Collects the statements of one file, and knows which schema's braces are open.
class FileBuilder {
 public:
  FileBuilder(ParseInput& input, ast::File& file) : input_(input), file_(file) {}

  /// `damaged`: a mistake in it was reported; what is not a table is then left out.
  void Add(const Node& statement, bool damaged);
  /// `}` outside of any statement.
  void CloseSchema(const SourceSpan& brace);
  /// To be called when all statements are through.
  void End();

 private:
  void AddWhole(const Node& statement);
  void OpenSchema(ast::Name name);
  void AddSchemaComment(ast::TableComment comment);

  ParseInput& input_;
  ast::File& file_;
  std::optional<ast::Name> schema_;
};

}  // namespace zdm
