// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/postgres_objects.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/steps.h"
#include "compiler/schema/postgres_replay.h"
#include "compiler/schema/postgres_sequence.h"

namespace zdm::postgres {
namespace {

std::string Named(const QualifiedName& name, const char* schema, const char* object) {
  return fmt::format("{} = {} AND {} = {}", schema, Literal(name.schema), object,
                     Literal(name.name));
}

std::string Quoted(const std::string& sql) {
  return fmt::format("'\"' || replace({}, '\"', '\"\"') || '\"'", sql);
}

std::string Folded(const std::string& sql) {
  return fmt::format("replace({}, chr(10), chr(10) || '  ')", sql);
}

std::string QuotedText(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

std::string FoldedText(const std::string& text) {
  std::string folded;
  for (const char c : text) folded += c == '\n' ? "\n  " : std::string(1, c);
  return folded;
}

struct Lines {
  std::string text;

  void Add(const std::string& name, const std::string& value) {
    text += (text.empty() ? "" : "\n") + name + ": " + value;
  }
};

std::string OptionsLine(const SequenceOptions& options, const std::string& type) {
  const SequenceOptions full = ResolveSequence(options, type);
  return fmt::format("start {} increment {} minvalue {} maxvalue {} cache {}{}", *full.start,
                     *full.increment, *full.min_value, *full.max_value, *full.cache,
                     full.cycle ? " cycle" : "");
}

struct Answerer {
  std::string operator()(const EnumType& type) const {
    Lines lines;
    lines.Add("kind", "enum");
    for (const EnumLabel& label : type.labels) {
      lines.Add("label", FoldedText(QuotedText(label.text)));
    }
    return lines.text;
  }
  std::string operator()(const Domain& domain) const {
    Lines lines;
    lines.Add("kind", "domain");
    lines.Add("type", domain.type.sql);
    if (domain.collation) {
      lines.Add("collation",
                QuotedText(domain.collation->schema) + "." + QuotedText(domain.collation->name));
    }
    if (domain.not_null) lines.Add("not null", "yes");
    if (domain.default_value) lines.Add("default", FoldedText(domain.default_value->sql));
    for (const Domain::Rule& rule : domain.checks) {
      lines.Add("check", QuotedText(rule.name) + " " + FoldedText(rule.expression.sql) +
                             (rule.validated ? "" : " not validated"));
    }
    return lines.text;
  }
};

struct Creator {
  std::string operator()(const EnumType& type) const {
    std::vector<std::string> labels;
    for (const EnumLabel& label : type.labels) labels.push_back(Literal(label.text));
    return fmt::format("CREATE TYPE {} AS ENUM ({})", Quote(type.name), fmt::join(labels, ", "));
  }
  std::string operator()(const Domain& domain) const {
    std::string sql = "CREATE DOMAIN " + Quote(domain.name) + " AS " + domain.type.sql;
    if (domain.collation) sql += " COLLATE " + QuoteVisible(*domain.collation);
    if (domain.default_value) sql += " DEFAULT " + Replayable(domain.default_value->sql);
    if (domain.not_null) sql += " NOT NULL";
    for (const Domain::Rule& rule : domain.checks) {
      sql += fmt::format(" CONSTRAINT {} CHECK {}", Quote(rule.name),
                         Parenthesized(Replayable(rule.expression.sql)));
    }
    return sql;
  }
};

/// The tables of `context` as a list for IN (..); one that is not there is NULL.
std::string KnownTables(const RecipeContext& context) {
  std::vector<std::string> tables{"NULL"};
  for (const Table& table : context.current.tables) {
    tables.push_back("to_regclass(" + Literal(Quote(table.name)) + ")");
  }
  return fmt::format("{}", fmt::join(tables, ", "));
}

std::string NotOfKnownTables(const RecipeContext& context) {
  return fmt::format(
      " AND NOT (d.classid = 'pg_class'::regclass AND (d.objid IN ({0}) OR d.objid IN (SELECT "
      "indexrelid FROM pg_index WHERE indrelid IN ({0})))) AND NOT (d.classid = "
      "'pg_attrdef'::regclass AND d.objid IN (SELECT oid FROM pg_attrdef WHERE adrelid IN ({0}))) "
      "AND NOT (d.classid = 'pg_constraint'::regclass AND d.objid IN (SELECT oid FROM "
      "pg_constraint WHERE conrelid IN ({0}))) AND NOT (d.classid = 'pg_trigger'::regclass AND "
      "d.objid IN (SELECT oid FROM pg_trigger WHERE tgrelid IN ({0})))",
      KnownTables(context));
}

}  // namespace

const QualifiedName& NameOf(const UserType& type) {
  return std::visit([](const auto& one) -> const QualifiedName& { return one.name; }, type);
}

std::string KindOf(const UserType& type) {
  return std::holds_alternative<EnumType>(type) ? "enum" : "domain";
}

Question AskType(const QualifiedName& type) {
  Question question;
  question.object = "type " + Display(type);
  question.query = fmt::format(
      "SELECT concat_ws(chr(10), 'kind: ' || CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN "
      "'domain' ELSE t.typtype::text END, (SELECT string_agg('label: ' || {0}, chr(10) ORDER BY "
      "l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid), CASE WHEN t.typtype = 'd' THEN "
      "concat_ws(chr(10), 'type: ' || format_type(t.typbasetype, t.typtypmod), 'collation: ' || "
      "(SELECT {1} || '.' || {2} FROM pg_type b JOIN pg_collation o ON o.oid = t.typcollation AND "
      "o.oid <> b.typcollation JOIN pg_namespace m ON m.oid = o.collnamespace WHERE b.oid = "
      "t.typbasetype), CASE WHEN t.typnotnull THEN 'not null: yes' END, 'default: ' || {3}, "
      "(SELECT string_agg('check: ' || {4} || ' ' || {5} || CASE WHEN x.convalidated THEN '' ELSE "
      "' not validated' END, chr(10) ORDER BY x.conname COLLATE \"C\") FROM pg_constraint x WHERE "
      "x.contypid = t.oid AND x.contype = 'c')) END) FROM pg_type t JOIN pg_namespace n ON n.oid "
      "= t.typnamespace WHERE {6}",
      Folded(Quoted("l.enumlabel")), Quoted("m.nspname"), Quoted("o.collname"),
      Folded("pg_get_expr(t.typdefaultbin, 0)"), Quoted("x.conname"),
      Folded("pg_get_expr(x.conbin, 0)"), Named(type, "n.nspname", "t.typname"));
  return question;
}

std::string AnswerType(const UserType& type) {
  return std::visit(Answerer{}, type);
}

Question AskSequence(const QualifiedName& sequence) {
  Question question;
  question.object = "sequence " + Display(sequence);
  question.query = fmt::format(
      "SELECT concat_ws(chr(10), 'type: ' || format_type(s.seqtypid, NULL), format('options: start "
      "%s increment %s minvalue %s maxvalue %s cache %s%s', s.seqstart, s.seqincrement, s.seqmin, "
      "s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' cycle' END), CASE WHEN c.relpersistence = "
      "'u' THEN 'unlogged: yes' END, 'owned by: ' || (SELECT {} || '.' || {} || '.' || {} FROM "
      "pg_depend d JOIN pg_class o ON o.oid = d.refobjid JOIN pg_namespace m ON m.oid = "
      "o.relnamespace JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
      "WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.objid "
      "= c.oid AND d.deptype = 'a')) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_sequence s ON s.seqrelid = c.oid WHERE {}",
      Quoted("m.nspname"), Quoted("o.relname"), Quoted("a.attname"),
      Named(sequence, "n.nspname", "c.relname"));
  return question;
}

std::string AnswerSequence(const Sequence& sequence) {
  Lines lines;
  lines.Add("type", sequence.type);
  lines.Add("options", OptionsLine(sequence.options, sequence.type));
  if (sequence.unlogged) lines.Add("unlogged", "yes");
  if (sequence.owned_by) {
    lines.Add("owned by", QuotedText(sequence.owned_by->table.schema) + "." +
                              QuotedText(sequence.owned_by->table.name) + "." +
                              QuotedText(sequence.owned_by->column));
  }
  return lines.text;
}

std::vector<std::string> CreateTypeStatements(const UserType& type) {
  std::vector<std::string> statements{std::visit(Creator{}, type)};
  const std::string object = (KindOf(type) == "enum" ? "TYPE " : "DOMAIN ") + Quote(NameOf(type));
  std::visit(
      [&](const auto& one) {
        if (one.comment) statements.push_back(CommentOn(object, one.comment));
        for (std::string& grant : GrantStatements(object, "", one.grants)) {
          statements.push_back(std::move(grant));
        }
      },
      type);
  if (const auto* domain = std::get_if<Domain>(&type)) {
    for (const Domain::Rule& rule : domain->checks) {
      if (!rule.comment) continue;
      statements.push_back(CommentOn(
          "CONSTRAINT " + Quote(rule.name) + " ON DOMAIN " + Quote(domain->name), rule.comment));
    }
  }
  return statements;
}

std::vector<std::string> CreateSequenceStatements(const Sequence& sequence) {
  std::string sql = fmt::format("CREATE {}SEQUENCE {} AS {}", sequence.unlogged ? "UNLOGGED " : "",
                                Quote(sequence.name), sequence.type);
  const std::string options = SequenceClause(sequence.options);
  if (!options.empty()) sql += " " + options;
  std::vector<std::string> statements{sql};
  if (sequence.comment) {
    statements.push_back(CommentOn("SEQUENCE " + Quote(sequence.name), sequence.comment));
  }
  return statements;
}

std::string OwnedBy(const Sequence& sequence) {
  std::string owner = "NONE";
  if (sequence.owned_by) {
    owner = Quote(sequence.owned_by->table) + "." + Quote(sequence.owned_by->column);
  }
  return fmt::format("ALTER SEQUENCE {} OWNED BY {}", Quote(sequence.name), owner);
}

std::vector<Sequence> SequencesOf(const RecipeContext& context, const QualifiedName& table) {
  std::vector<Sequence> sequences;
  for (const Sequence& sequence : context.target.sequences) {
    const bool its = sequence.owned_by && sequence.owned_by->table == table &&
                     context.current.FindSequence(sequence.name) == nullptr;
    if (its) sequences.push_back(sequence);
  }
  return sequences;
}

std::vector<ParkedSequence> SequencesThatGo(const RecipeContext& context,
                                            const QualifiedName& table, const std::string& column) {
  std::vector<ParkedSequence> sequences;
  const Sequence::Owner owner{table, column};
  for (const Sequence& sequence : context.current.sequences) {
    if (sequence.owned_by != owner || context.target.FindSequence(sequence.name) != nullptr) {
      continue;
    }
    sequences.push_back(
        {sequence, {sequence.name.schema, ParkedName(context, table, sequence.name.name)}});
  }
  return sequences;
}

std::string RenameParked(const ParkedSequence& sequence, bool there) {
  const QualifiedName& from = there ? sequence.sequence.name : sequence.parked;
  const QualifiedName& to = there ? sequence.parked : sequence.sequence.name;
  return "ALTER SEQUENCE " + Quote(from) + " RENAME TO " + Quote(to.name);
}

std::string TypeResource(const QualifiedName& type) {
  return "type:" + Display(type);
}

std::string SequenceResource(const QualifiedName& sequence) {
  return "sequence:" + Display(sequence);
}

std::string DependentsOfType(const RecipeContext& context, const QualifiedName& type) {
  return fmt::format(
      "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_type AS t JOIN "
      "pg_depend AS d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray) "
      "AND d.deptype = 'n' WHERE t.oid = to_regtype({}){}",
      Literal(Quote(type)), NotOfKnownTables(context));
}

std::string DependentsOfSequence(const RecipeContext& context, const QualifiedName& sequence) {
  return fmt::format(
      "SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend AS d "
      "WHERE "
      "d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass({}) AND d.deptype = 'n'{}",
      Literal(Quote(sequence)), NotOfKnownTables(context));
}

}  // namespace zdm::postgres
