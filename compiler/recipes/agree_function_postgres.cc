// SPDX-License-Identifier: Apache-2.0
// The function that compares both sides of one row, and the defaults that carry the absent marks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_function_postgres.h"
#include "compiler/recipes/sync_text_postgres.h"
#include "compiler/schema/postgres_expression.h"

namespace zdm::postgres {
namespace {

/// One argument of the agree function: a column of the old or of the new shape.
struct Argument {
  std::string name;
  bool of_new;
  std::string type;
};

std::string TypeIn(const Table& table, const std::string& column) {
  const Column* found = table.FindColumn(column);
  return found == nullptr ? "text" : found->type.sql;
}

std::vector<Argument> Arguments(const TransformShape& shape, const ShapedTransition& transition) {
  std::vector<Argument> arguments;
  for (const SourceColumn& source : transition.sources) {
    arguments.push_back({source.column.name, false, source.column.type.sql});
  }
  for (const std::string& name : transition.up_reads) {
    arguments.push_back({name, false, TypeIn(shape.old_table, name)});
  }
  for (const TargetColumn& target : transition.targets) {
    arguments.push_back({target.column.name, true, target.column.type.sql});
  }
  for (const std::string& name : transition.down_reads) {
    arguments.push_back({name, true, TypeIn(shape.new_table, name)});
  }
  return arguments;
}

std::string Parameter(std::size_t index) {
  return fmt::format("${}", index + 1);
}

std::map<std::string, std::string> Parameters(const std::vector<Argument>& arguments, bool of_new) {
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].of_new == of_new) parameters[arguments[i].name] = Parameter(i);
  }
  return parameters;
}

/// One direction: assigns each expression to a variable of the column's type, then compares.
void CompareBlock(CodeText& text, const std::vector<std::string>& variables,
                  const std::vector<std::string>& values, const std::vector<std::string>& stored,
                  int bit) {
  if (variables.empty()) return;
  text.Open("BEGIN");
  for (std::size_t i = 0; i < variables.size(); ++i) {
    text.Line(fmt::format("{} := ({});", variables[i], values[i]));
  }
  text.Line(fmt::format("IF {} THEN answer := {}; END IF;", Same(variables, stored),
                        Op("answer", "|", std::to_string(bit))));
  text.Middle("EXCEPTION WHEN OTHERS THEN");
  text.Line("NULL;");
  text.Close("END;");
}

/// An absent mark as the setting holds it.
std::string SettingValue(const TransformShape& shape) {
  return fmt::format("COALESCE(NULLIF(current_setting({}, true), ''), '0')::bigint",
                     Literal(shape.setting));
}

}  // namespace

std::vector<std::string> AgreeArgumentTypes(const TransformShape& shape,
                                            const ShapedTransition& transition) {
  std::vector<std::string> types;
  for (const Argument& argument : Arguments(shape, transition)) types.push_back(argument.type);
  return types;
}

std::string AgreeFunctionSource(const TransformShape& shape, const ShapedTransition& transition) {
  const std::vector<Argument> arguments = Arguments(shape, transition);
  const auto old_names = Parameters(arguments, false);
  const auto new_names = Parameters(arguments, true);
  std::vector<std::string> ups, up_values, targets, downs, down_values, sources;
  CodeText text;
  text.Open("DECLARE");
  text.Line("answer integer := 0;");
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    const TargetColumn& target = transition.targets[i];
    ups.push_back(UpVariable(transition, i));
    up_values.push_back(SubstituteColumns(target.up, old_names));
    targets.push_back(new_names.at(target.column.name));
    text.Line(ups.back() + " " + target.column.type.sql + ";");
  }
  for (std::size_t i = 0; i < transition.sources.size(); ++i) {
    const SourceColumn& source = transition.sources[i];
    if (source.down.empty()) continue;
    downs.push_back(DownVariable(transition, i));
    down_values.push_back(SubstituteColumns(source.down, new_names));
    sources.push_back(old_names.at(source.column.name));
    text.Line(downs.back() + " " + source.column.type.sql + ";");
  }
  text.Close("");
  text.Open("BEGIN");
  CompareBlock(text, ups, up_values, targets, 1);
  CompareBlock(text, downs, down_values, sources, 2);
  if (downs.empty()) text.Line("answer := " + Op("answer", "|", "2") + ";");
  text.Line("RETURN answer;");
  text.Close("END");
  return text.text();
}

std::string CreateAgreeFunction(const TransformShape& shape, const ShapedTransition& transition) {
  return fmt::format(
      "CREATE OR REPLACE FUNCTION zdm.{}({}) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS {}",
      Quote(transition.agree), fmt::join(AgreeArgumentTypes(shape, transition), ", "),
      Literal(AgreeFunctionSource(shape, transition)));
}

std::string AgreeCall(const TransformShape& shape, const ShapedTransition& transition, Side side) {
  const auto old_names = shape.OldNames(side);
  const auto new_names = shape.NewNames(side);
  if (transition.plain) {
    return fmt::format("CASE WHEN {} THEN 3 ELSE 0 END",
                       Same({Quote(new_names.at(transition.targets.at(0).column.name))},
                            {Quote(old_names.at(transition.sources.at(0).column.name))}));
  }
  std::vector<std::string> columns;
  for (const Argument& argument : Arguments(shape, transition)) {
    const auto& names = argument.of_new ? new_names : old_names;
    const auto found = names.find(argument.name);
    columns.push_back(Quote(found == names.end() ? argument.name : found->second));
  }
  return fmt::format("zdm.{}({})", Quote(transition.agree), fmt::join(columns, ", "));
}

std::string AbsentDefault(const TransformShape& shape, const TargetColumn& target) {
  return fmt::format("CASE WHEN set_config({}, ({} | {})::text, true) IS NULL THEN NULL::{} END",
                     Literal(shape.setting), SettingValue(shape), Bit(target.bit),
                     target.column.type.sql);
}

std::string MarkDefault(const TransformShape& shape) {
  return fmt::format("((-1)::bigint - {} - length(set_config({}, '', true)))::{}",
                     SettingValue(shape), Literal(shape.setting), shape.mark_type);
}

}  // namespace zdm::postgres
