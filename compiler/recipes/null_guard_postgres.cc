// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/null_guard_postgres.h"

#include <fmt/format.h>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_text_postgres.h"

namespace zdm::postgres {
namespace {

std::vector<const TargetColumn*> Guarded(const TransformShape& shape) {
  std::vector<const TargetColumn*> guarded;
  for (const ShapedTransition& transition : shape.transitions) {
    for (const TargetColumn& target : transition.targets) {
      if (!target.guard.empty()) guarded.push_back(&target);
    }
  }
  return guarded;
}

std::string CreateFunction(const TransformShape& shape) {
  CodeText text;
  text.Open("BEGIN");
  const std::string mark = Field("NEW", shape.mark);
  text.Line(mark + " := " + Op(mark, "-", "TG_ARGV[0]::bigint") + ";");
  text.Line("RETURN NEW;");
  text.Close("END");
  return fmt::format("CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS {}",
                     Quote(shape.guard_function), Literal(text.text()));
}

std::string CreateTrigger(const TransformShape& shape, const TargetColumn& target) {
  return fmt::format(
      "CREATE TRIGGER {} BEFORE UPDATE OF {} ON {} FOR EACH ROW WHEN ({} AND {} AND {} IS NULL AND "
      "{} IS NULL) EXECUTE FUNCTION {}({})",
      Quote(target.guard), Quote(target.physical), Quote(shape.table),
      Op(Field("OLD", shape.mark), "<=", "0"), Op(Field("NEW", shape.mark), "<=", "0"),
      Field("OLD", target.physical), Field("NEW", target.physical), Quote(shape.guard_function),
      Literal(std::to_string(GivenBit(target))));
}

}  // namespace

std::int64_t GivenBit(const TargetColumn& target) {
  return std::int64_t{2} << target.bit;
}

std::vector<std::string> NullGuards(const TransformShape& shape) {
  std::vector<std::string> names;
  for (const TargetColumn* target : Guarded(shape)) names.push_back(target->guard);
  return names;
}

std::vector<std::string> CreateNullGuards(const TransformShape& shape) {
  std::vector<std::string> statements;
  for (const TargetColumn* target : Guarded(shape)) {
    if (statements.empty()) statements.push_back(CreateFunction(shape));
    statements.push_back(CreateTrigger(shape, *target));
  }
  return statements;
}

std::vector<std::string> DropNullGuards(const TransformShape& shape) {
  std::vector<std::string> statements;
  for (const std::string& name : NullGuards(shape)) {
    statements.push_back(fmt::format("DROP TRIGGER {} ON {}", Quote(name), Quote(shape.table)));
  }
  if (!statements.empty()) {
    statements.push_back(fmt::format("DROP FUNCTION {}()", Quote(shape.guard_function)));
  }
  return statements;
}

std::vector<std::string> EnableNullGuards(const TransformShape& shape) {
  std::vector<std::string> clauses;
  for (const std::string& name : NullGuards(shape)) {
    clauses.push_back("ENABLE ALWAYS TRIGGER " + Quote(name));
  }
  return clauses;
}

}  // namespace zdm::postgres
