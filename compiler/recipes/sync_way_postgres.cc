// SPDX-License-Identifier: Apache-2.0
// Which side of a row gives the other its values.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/recipes/null_guard_postgres.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/sync_writer_postgres.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_expression.h"
#include "compiler/schema/postgres_qualify.h"

namespace zdm::postgres {

void SyncWriter::OnInsert(const ShapedTransition& transition) {
  if (!before()) {
    text_.Line("way := 2;");
    GivenAfter(transition);
    return;
  }
  const bool shadows_only = !transition.targets.empty() &&
                            std::all_of(transition.targets.begin(), transition.targets.end(),
                                        [](const auto& target) { return target.bit < 0; });
  if (shadows_only) {
    text_.Line("way := 1;");
    return;
  }
  text_.Open("IF from_new THEN");
  std::vector<std::string> given;
  for (const TargetColumn& target : transition.targets) {
    if (target.bit < 0) continue;
    const std::string bit = Op(Op("absent", "&", Bit(target.bit)), "<>", "0");
    given.push_back("NOT " + bit);
    if (target.column.default_value) {
      text_.Line(fmt::format("IF {} THEN {} := {}; END IF;", bit, New(target.physical),
                             DefaultOf(target.column)));
    }
  }
  text_.Line("way := 2;");
  NewColumnsWithoutSource(transition, given);
  const std::string old_given = OldGiven(transition);
  if (!old_given.empty()) {
    text_.Line(fmt::format("IF {} THEN way := {}; END IF;", old_given,
                           transition.targets.empty() ? 0 : 3));
  }
  if (!transition.targets.empty() && transition.targets.front().column.identity) {
    // Whoever leaves it out counts on the identity, which the old column has until the switch.
    const std::string bit = Bit(transition.targets.front().bit);
    text_.Line(fmt::format("IF {} THEN way := 1; END IF;", Op(Op("absent", "&", bit), "<>", "0")));
  }
  text_.Middle("ELSE");
  text_.Line("way := 1;");
  text_.Close("END IF;");
}

void SyncWriter::NewColumnsWithoutSource(const ShapedTransition& transition,
                                         const std::vector<std::string>& given) {
  if (!transition.sources.empty() || given.empty()) return;
  text_.Line(fmt::format("IF {} THEN marks := {}; END IF;", fmt::join(given, " OR "),
                         Op("marks", "|", Big(transition.lost_bit()))));
}

void SyncWriter::GivenAfter(const ShapedTransition& transition) {
  if (!transition.sources.empty()) return;
  std::vector<std::string> given;
  for (const TargetColumn& target : transition.targets) {
    const std::string field = New(target.column.name);
    given.push_back(IsConstantDefault(target.column)
                        ? Differs({field}, {DefaultOf(target.column) +
                                            "::" + QualifyType(target.column.type.sql)})
                        : field + " IS NOT NULL");
  }
  const std::string lost = "marks := " + Op("marks", "|", Big(transition.lost_bit())) + ";";
  text_.Open("BEGIN");
  text_.Line(fmt::format("IF {} THEN {} END IF;", fmt::join(given, " OR "), lost));
  text_.Middle("EXCEPTION WHEN OTHERS THEN");
  text_.Line(lost);
  text_.Close("END;");
}

std::string SyncWriter::OldGiven(const ShapedTransition& transition) const {
  std::vector<std::string> given;
  for (const SourceColumn& source : transition.sources) {
    // An identity gives a value to each row: it says nothing about who inserted it.
    if (source.down.empty() || source.column.identity) continue;
    const std::string field = New(source.column.name);
    if (!source.column.default_value) {
      given.push_back(field + " IS NOT NULL");
    } else if (IsConstantDefault(source.column)) {
      given.push_back(Differs(
          {field}, {DefaultOf(source.column) + "::" + QualifyType(source.column.type.sql)}));
    }
  }
  return fmt::format("{}", fmt::join(given, " OR "));
}

std::string SyncWriter::GivenNull(const std::vector<TargetColumn>& targets) const {
  std::int64_t bits = 0;
  for (const TargetColumn& target : targets) {
    if (!target.guard.empty()) bits |= GivenBit(target);
  }
  return !before() || bits == 0 ? "" : Op(Op("given", "&", Big(bits)), "<>", "0");
}

void SyncWriter::OnUpdate(const ShapedTransition& transition) {
  const bool has_sources = !transition.sources.empty();
  const bool has_targets = !transition.targets.empty();
  const std::string old_changed =
      has_sources ? Differs(Sources(transition, "OLD"), Sources(transition, "NEW")) : "false";
  std::string new_changed =
      has_targets ? Differs(Targets(transition, "OLD"), Targets(transition, "NEW")) : "false";
  const std::string given = GivenNull(transition.targets);
  if (!given.empty()) new_changed = "(" + new_changed + " OR " + given + ")";
  const std::vector<std::string> reads = Reads(transition, "NEW");
  text_.Line("way := CASE");
  if (!before()) {
    text_.Line("  WHEN " + new_changed + " THEN 2");
    if (has_sources && has_targets) text_.Line("  WHEN " + old_changed + " THEN 4");
  } else {
    text_.Line(
        fmt::format("  WHEN {} THEN CASE WHEN {} THEN 3 ELSE 1 END", old_changed, new_changed));
    text_.Line("  WHEN " + new_changed + " THEN 2");
    const bool preset = std::all_of(transition.targets.begin(), transition.targets.end(),
                                    [](const auto& target) { return target.preset; });
    if (has_sources || !preset) text_.Line("  WHEN unfilled THEN 1");
  }
  if (has_sources && has_targets) {
    text_.Line("  WHEN " + Op(New(shape_.mark), "<>", Old(shape_.mark)) + " THEN 4");
    if (!reads.empty()) {
      text_.Line("  WHEN " + Differs(Reads(transition, "OLD"), reads) + " THEN 4");
    }
  }
  text_.Line("  ELSE 0 END;");
  if (before()) Prefill(transition);
  if (before()) NewDefaults(transition);
  if (before()) OnlyFilled(transition);
  if (!has_sources) {
    text_.Line(fmt::format("IF way OPERATOR(pg_catalog.=) 2 THEN marks := {}; END IF;",
                           Op("marks", "|", Big(transition.lost_bit()))));
  }
}

void SyncWriter::Prefill(const ShapedTransition& transition) {
  const bool has_sources = !transition.sources.empty();
  if (transition.targets.empty() || (!has_sources && transition.targets.size() < 2)) return;
  text_.Line("fits := false;");
  text_.Open("IF unfilled AND way OPERATOR(pg_catalog.>=) 2 THEN");
  if (!transition.plain) text_.Open("BEGIN");
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    text_.Line(UpVariable(transition, i) + " := " + Up(transition.targets[i], "OLD") + ";");
  }
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    const TargetColumn& target = transition.targets[i];
    const std::string field = New(new_.at(target.column.name));
    const std::string given = GivenNull({target});
    text_.Line(fmt::format("IF {} IS NULL{} THEN {} := {}; END IF;", field,
                           given.empty() ? "" : " AND NOT " + given, field,
                           UpVariable(transition, i)));
  }
  if (has_sources) text_.Line("fits := true;");
  if (!transition.plain) {
    text_.Middle("EXCEPTION WHEN OTHERS THEN");
    text_.Line("NULL;");
    text_.Close("END;");
  }
  text_.Close("END IF;");
}

void SyncWriter::OnlyFilled(const ShapedTransition& transition) {
  if (transition.sources.empty() || transition.targets.empty()) return;
  std::vector<std::string> ups;
  for (std::size_t i = 0; i < transition.targets.size(); ++i) {
    ups.push_back(UpVariable(transition, i));
  }
  text_.Line("IF fits AND way OPERATOR(pg_catalog.=) 2 AND " +
             Same(ups, Targets(transition, "NEW")) + " THEN way := 4; END IF;");
}

void SyncWriter::NewDefaults(const ShapedTransition& transition) {
  for (const TargetColumn& target : transition.targets) {
    if (target.bit < 0 || !target.column.default_value) continue;
    const std::string set = QualifyNames(fmt::format(
        "COALESCE(NULLIF(current_setting({}, true), ''), '0')::bigint", Literal(shape_.setting)));
    text_.Open(fmt::format("IF way OPERATOR(pg_catalog.>=) 2 AND {} IS NULL AND {} THEN",
                           New(target.physical), Op(Op(set, "&", Bit(target.bit)), "<>", "0")));
    text_.Line(New(target.physical) + " := " + DefaultOf(target.column) + ";");
    text_.Line(
        fmt::format("PERFORM pg_catalog.set_config({}, '', true);", Literal(shape_.setting)));
    text_.Close("END IF;");
  }
}

}  // namespace zdm::postgres
