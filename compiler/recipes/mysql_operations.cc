// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/mysql_operations.h"

#include <algorithm>

namespace zdm::mysql {
namespace {

// Sources. M: asked of MySQL 9.7 and MariaDB 10.11 with every ALGORITHM and LOCK, rebuilds seen by
// the InnoDB table id (tests/unit/mysql_operations_test.cc asks again). D: "Online DDL Operations"
// of the MySQL 9 manual, and "InnoDB Online DDL Operations with the .. Alter Algorithm" of the
// MariaDB Knowledge Base.
constexpr std::string_view kAsked = "M, D";
constexpr std::string_view kAskedOnly = "M";

constexpr OperationRow kTable[] = {
    {Alter::kAddColumn, "add a column", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kAddColumnInside, "add a column between others", Form::kInstant, Form::kInstant,
     kAsked},
    {Alter::kAddColumnWithExpression, "add a column whose default is an expression",
     Form::kBlocking, Form::kBlocking, kAskedOnly},
    {Alter::kAddAutoIncrement, "add an AUTO_INCREMENT column", Form::kBlocking, Form::kBlocking,
     kAsked},
    {Alter::kAddVirtualColumn, "add a virtual column", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kAddStoredColumn, "add a stored generated column", Form::kBlocking, Form::kBlocking,
     kAsked},
    {Alter::kDropColumn, "drop a column", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kDropVirtualColumn, "drop a virtual column", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kRenameColumn, "rename a column", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kMoveColumn, "move a column", Form::kRebuild, Form::kInstant, kAsked},
    {Alter::kChangeDefault, "change a default", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kChangeOnUpdate, "change ON UPDATE", Form::kInstant, Form::kInstant, kAskedOnly},
    {Alter::kChangeColumnComment, "change a column's comment", Form::kInstant, Form::kInstant,
     kAsked},
    {Alter::kChangeVisibility, "hide or show a column", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kSetNotNull, "set NOT NULL", Form::kRebuild, Form::kRebuild, kAsked},
    {Alter::kDropNotNull, "drop NOT NULL", Form::kRebuild, Form::kRebuild, kAsked},
    {Alter::kExtendVarchar, "lengthen a VARCHAR", Form::kInPlace, Form::kInstant, kAsked},
    {Alter::kExtendVarcharPast255, "lengthen a VARCHAR past 255 bytes", Form::kBlocking,
     Form::kInstant, kAsked},
    {Alter::kAppendMember, "append a member to an ENUM or SET", Form::kInstant, Form::kInstant,
     kAsked},
    {Alter::kWidenCharset, "turn utf8mb3 into utf8mb4", Form::kInPlace, Form::kInstant, kAskedOnly},
    {Alter::kWidenIndexedCharset, "turn utf8mb3 into utf8mb4 in an indexed column", Form::kBlocking,
     Form::kInstant, kAskedOnly},
    {Alter::kChangeCollation, "change a collation", Form::kInPlace, Form::kInstant, kAskedOnly},
    {Alter::kChangeIndexedCollation, "change the collation of an indexed column", Form::kBlocking,
     Form::kInPlace, kAskedOnly},
    {Alter::kChangeVirtualExpression, "change the expression of a virtual column", Form::kBlocking,
     Form::kInstant, kAskedOnly},
    {Alter::kChangeStoredExpression, "change the expression of a stored column", Form::kBlocking,
     Form::kBlocking, kAsked},
    {Alter::kChangeTypeElse, "change a type in another way", Form::kBlocking, Form::kBlocking,
     kAsked},
    {Alter::kAddIndex, "add an index", Form::kInPlace, Form::kInPlace, kAsked},
    {Alter::kAddFunctionalIndex, "add an index on an expression", Form::kBlocking, Form::kBlocking,
     kAskedOnly},
    {Alter::kAddFulltextIndex, "add a FULLTEXT index", Form::kBlocking, Form::kBlocking, kAsked},
    {Alter::kAddSpatialIndex, "add a SPATIAL index", Form::kBlocking, Form::kBlocking, kAsked},
    {Alter::kDropIndex, "drop an index", Form::kInPlace, Form::kInPlace, kAsked},
    {Alter::kRenameIndex, "rename an index", Form::kInPlace, Form::kInstant, kAsked},
    {Alter::kIndexVisibility, "hide or show an index", Form::kInPlace, Form::kInstant, kAsked},
    {Alter::kAddPrimaryKey, "add a primary key", Form::kRebuild, Form::kRebuild, kAsked},
    {Alter::kDropPrimaryKey, "drop a primary key", Form::kBlocking, Form::kBlocking, kAsked},
    {Alter::kAddForeignKey, "add a foreign key that is not checked", Form::kInPlace, Form::kInstant,
     kAsked},
    {Alter::kDropForeignKey, "drop a foreign key", Form::kInPlace, Form::kInstant, kAsked},
    // MariaDB: only in parentheses beside another clause, `ADD (CONSTRAINT ..), COMMENT = ..`;
    // ADD CONSTRAINT by itself copies the table there too.
    {Alter::kAddCheck, "add a check", Form::kBlocking, Form::kInstant, kAskedOnly},
    {Alter::kAddCheckNotEnforced, "add a check that is not enforced", Form::kInstant,
     Form::kBlocking, kAskedOnly},
    {Alter::kEnforceCheck, "enforce a check", Form::kBlocking, Form::kBlocking, kAskedOnly},
    {Alter::kDropCheck, "drop a check", Form::kInstant, Form::kInstant, kAsked},
    {Alter::kTableComment, "change a table's comment", Form::kInPlace, Form::kInstant, kAsked},
    {Alter::kTableDefaultCharset, "change a table's default charset", Form::kInPlace,
     Form::kInstant, kAsked},
    {Alter::kTableStatistics, "change a table's statistics options", Form::kInPlace, Form::kInstant,
     kAsked},
    {Alter::kRowFormat, "change a table's row format", Form::kRebuild, Form::kRebuild, kAsked},
};

const OperationRow& RowOf(Alter alter) {
  const auto* row = std::find_if(std::begin(kTable), std::end(kTable),
                                 [&](const OperationRow& each) { return each.alter == alter; });
  return row == std::end(kTable) ? kTable[0] : *row;
}

bool ChangesColumns(Alter alter) {
  return alter == Alter::kAddColumn || alter == Alter::kAddColumnInside ||
         alter == Alter::kDropColumn || alter == Alter::kMoveColumn;
}

bool Rebuilds(Form form) {
  return form == Form::kRebuild;
}

}  // namespace

std::span<const OperationRow> OperationTable() {
  return kTable;
}

TableTraits TraitsOf(const Table& table) {
  TableTraits traits;
  traits.fulltext = std::any_of(table.indexes.begin(), table.indexes.end(),
                                [](const Index& index) { return index.method == "fulltext"; });
  for (const std::string& option : table.options) {
    traits.compressed = traits.compressed || option == "row_format=COMPRESSED" ||
                        option.starts_with("key_block_size=") ||
                        option.starts_with("page_compressed=");
    traits.engine_innodb = traits.engine_innodb && !option.starts_with("engine=");
  }
  for (const Column& column : table.columns) {
    if (!column.generated) continue;
    (column.generated_virtual ? traits.virtual_column : traits.stored_column) = true;
  }
  return traits;
}

Form FormOf(Alter alter, Dialect dialect, const TableTraits& traits) {
  if (!traits.engine_innodb) return Form::kBlocking;
  const OperationRow& row = RowOf(alter);
  Form form = dialect == Dialect::kMariadb ? row.mariadb : row.mysql;
  if (ChangesColumns(alter)) {
    if (traits.compressed) form = std::max(form, Form::kRebuild);
    if (traits.fulltext) form = Form::kBlocking;
  }
  if (Rebuilds(form) && traits.fulltext) form = Form::kBlocking;
  if (dialect == Dialect::kMariadb) {
    if (Rebuilds(form) && traits.stored_column) form = Form::kBlocking;
    const bool moves = alter == Alter::kAddColumnInside || alter == Alter::kMoveColumn;
    if (moves && traits.virtual_column) form = Form::kBlocking;
  }
  return form;
}

Form Weakest(const std::vector<Alter>& alters, Dialect dialect, const TableTraits& traits) {
  Form weakest = Form::kInstant;
  for (const Alter alter : alters) weakest = std::max(weakest, FormOf(alter, dialect, traits));
  return weakest;
}

std::string_view WordsOf(Alter alter) {
  return RowOf(alter).words;
}

std::string Assertion(Form form, Dialect dialect) {
  const bool mariadb = dialect == Dialect::kMariadb;
  switch (form) {
    case Form::kInstant:
      // MySQL takes no LOCK= beside INSTANT.
      return mariadb ? ", ALGORITHM=INSTANT, LOCK=NONE" : ", ALGORITHM=INSTANT";
    case Form::kInPlace:
      return mariadb ? ", ALGORITHM=NOCOPY, LOCK=NONE" : ", ALGORITHM=INPLACE, LOCK=NONE";
    case Form::kRebuild:
      return ", ALGORITHM=INPLACE, LOCK=NONE";
    case Form::kBlocking:
      break;
  }
  return "";
}

}  // namespace zdm::mysql
