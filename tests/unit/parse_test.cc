// SPDX-License-Identifier: Apache-2.0
// Lexing as the server does it, and where each expression ends.
#include "compiler/syntax/parse.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "compiler/syntax/words.h"
#include "tests/support/process.h"
#include "tests/support/text.h"
#include "tests/unit/resolved.h"

namespace zdm::test {
namespace {

/// The default of the one column of the one table.
std::string DefaultOf(const std::string& written) {
  const Resolved resolved = ResolveText("table t { c text default " + written + "; }");
  EXPECT_EQ(resolved.Codes(), "") << resolved.Rendered();
  if (!resolved.desired || resolved.desired->schema.tables.empty()) return "";
  const Table& table = resolved.desired->schema.tables[0];
  return table.columns[0].default_value ? table.columns[0].default_value->sql : "(none)";
}

TEST(Lexer, TakesSqlAsItStands) {
  for (const std::string written : {
           "'it''s; { } // no comment -- none /* none */'",
           "E'\\'; //' || 'x'",
           "e'\\\\'",
           "$$ a; ' \" // $ $1 $a$ $$",
           "$tag$ $$ ; $tagg$ $ta$ $tag$",
           "$a$a$b$a$",
           "$ä1$ ; $ä1$",
           "upper(('{'))",
           "U&'\\0041'",
           "B'01' || X'1F'",
           "1.5e-3 + .5 - 1.",
           "'a'::character varying(3)",
           "(array['a', 'b'])[1]",
           "'x' ~ 'y' OR true",
           "1 is not distinct from 2",
           "case when not true then 'x' else 'null' end",
           "(not true)",
           "null::text",
           "current_timestamp::timestamp with time zone",
           "'2020-01-01'::date - 1",
       }) {
    EXPECT_EQ(DefaultOf(written), written);
  }
}

TEST(Lexer, CommentsInSqlBecomeBlanks) {
  EXPECT_EQ(DefaultOf("1 // one\n + 2"), "1  \n + 2");
  EXPECT_EQ(DefaultOf("1 -- one; '\n + 2"), "1  \n + 2");
  EXPECT_EQ(DefaultOf("1 /* a /* b */ ; ' */ + 2"), "1   + 2");
  EXPECT_EQ(DefaultOf("'a' /**/ /***/"), "'a'");
}

TEST(Lexer, ADefaultEndsBeforeTheNextClause) {
  const std::string clauses = R"(table t {
    a text default 'x' not null;
    b text default 'x' collate "C" comment 'y';
    c text default null null;
    d text default 'x' || 'y' check (d <> 'z');
    e text default upper('x') unique;
    f bigint default 1 references t (g);
    g bigint default 2 primary key;
    h text default 'x' renamed from i;
  })";
  const Resolved resolved = ResolveText(clauses);
  ASSERT_EQ(resolved.Codes(), "") << resolved.Rendered();
  const Table& table = resolved.desired->schema.tables[0];
  const std::vector<std::string> defaults = {"'x'",        "'x'", "null", "'x' || 'y'",
                                             "upper('x')", "1",   "2",    "'x'"};
  for (std::size_t i = 0; i < defaults.size(); ++i) {
    EXPECT_EQ(table.columns[i].default_value->sql, defaults[i]);
  }
  EXPECT_TRUE(table.columns[0].not_null);
  EXPECT_EQ(table.columns[1].collation, (QualifiedName{"pg_catalog", "C"}));
  EXPECT_EQ(table.columns[1].comment, "y");
  EXPECT_EQ(table.columns[7].renamed_from->name, "i");
}

TEST(Lexer, UnclosedThingsAreOneErrorEach) {
  for (const std::string text :
       {"table t { a text default 'x; }", "table t { \"a text; }",
        "table t { a text default $x$ ... $$; }", "table t { a int; } /* /* */",
        "table t { a text default E'\\'; }", "table t { a int;", "schema s { table t { a int; }"}) {
    EXPECT_EQ(ResolveText(text).Codes(), "ZDM1002") << text;
  }
}

TEST(Parser, OddNamesPassThrough) {
  const std::vector<std::string> names = {
      "a b",         "semi;colon", "quo\"te",     "UPPER",    "größe",   "日本語",
      "select",      "index",      "drop",        "{brace}",  "comment", "--x",
      "/*x*/",       "//x",        "$tag$",       "'single'", "a.b",     std::string(63, 'x'),
      "back\\slash", "tab\tin",    "line\nbreak", "1digit",   "🙂",    "table",
      "with",        "renamed",    "up",          "a$1",      "_",       "ZDM2001"};
  for (const std::string& name : names) {
    const std::string written = WriteName(name);
    const Resolved resolved = ResolveText("schema " + written + " { table " + written + " { " +
                                          written + " " + "int; unique " + written + " (" +
                                          written + "); } } drop extension " + written + ";");
    ASSERT_TRUE(resolved.desired) << name;
    ASSERT_EQ(resolved.desired->schema.tables.size(), 1U) << name << resolved.Rendered();
    const Table& table = resolved.desired->schema.tables[0];
    EXPECT_EQ(table.name, (QualifiedName{name, name}));
    ASSERT_EQ(table.columns.size(), 1U) << name << resolved.Rendered();
    EXPECT_EQ(table.columns[0].name, name);
    ASSERT_EQ(table.uniques.size(), 1U) << name << resolved.Rendered();
    EXPECT_EQ(table.uniques[0].columns, std::vector<std::string>{name});
  }
}

TEST(Parser, NamesAreFoldedUnlessQuoted) {
  const Resolved resolved = ResolveText("table Foo.BAR { ÄbC int; \"ÄbC\" int; }");
  ASSERT_TRUE(resolved.desired) << resolved.Rendered();
  const Table& table = resolved.desired->schema.tables[0];
  EXPECT_EQ(table.name, (QualifiedName{"foo", "bar"}));
  EXPECT_EQ(table.columns[0].name, "Äbc");
  EXPECT_EQ(table.columns[1].name, "ÄbC");
}

TEST(Parser, EveryWordIsReadBackAsWritten) {
  for (const std::string word :
       {"dialect", "schema", "extension", "table",      "drop",      "allow",      "ignore",
        "index",   "column", "key",       "primary",    "unique",    "check",      "references",
        "on",      "from",   "with",      "without",    "using",     "include",    "where",
        "asc",     "desc",   "nulls",     "first",      "last",      "distinct",   "delete",
        "update",  "no",     "action",    "set",        "match",     "deferrable", "initially",
        "not",     "null",   "default",   "collate",    "generated", "always",     "by",
        "as",      "case",   "end",       "is",         "time",      "zone",       "array",
        "to",      "char",   "varying",   "constraint", "foreign",   "transition", "comment"}) {
    const std::string written = WriteName(word);
    const Resolved resolved = ResolveText("table t { " + written + " integer not null; index " +
                                          "i on (" + written + "); unique u (" + written + "); }");
    ASSERT_EQ(resolved.Codes(), "") << word << "\n" << resolved.Rendered();
    EXPECT_EQ(resolved.desired->schema.tables[0].columns[0].name, word);
  }
}

TEST(Parser, PlacesAreBytes) {
  const std::string text = "dialect postgresql;\n// größer 日本\ntable ä { ö int; ü nonsense(; }";
  const Resolved resolved = ResolveText(text);
  const ast::Table& table = resolved.trees[0].tables.at(0);
  const SourceSpan& span = table.name.span;
  EXPECT_EQ(text.substr(span.begin, span.end - span.begin), "ä");
  EXPECT_EQ(resolved.files.Origin(span), "test.zdm:3");
  EXPECT_EQ(resolved.files.Position(span).column, 7U);
}

TEST(Parser, ByteOrderMarksAndLineEndsDoNoHarm) {
  const Resolved resolved = ResolveText(
      "\xEF\xBB\xBF"
      "dialect postgresql;\r\ntable t {\r\n  a int // x\r\n  b int;\r\n}\r\n");
  EXPECT_EQ(resolved.Codes(), "ZDM1001");
  EXPECT_TRUE(Contains(resolved.Rendered(), "test.zdm:3:7: error: `;` is missing here"))
      << resolved.Rendered();
}

TEST(Parser, RefusesWhatIsNoText) {
  EXPECT_EQ(ResolveText("table t { a int; } \xFF").Codes(), "ZDM1003");
  EXPECT_EQ(ResolveText("table \xC3").Codes(), "ZDM1003");
  EXPECT_EQ(ResolveText(std::string("table t\0", 8)).Codes(), "ZDM1003");
}

TEST(Parser, DeepNestingIsRefusedNotFollowed) {
  const std::string open(100000, '(');
  EXPECT_EQ(ResolveText("table t { a int default " + open + "1; } table u { b int; }").Codes(),
            "ZDM1004");
  const std::string fine = std::string(150, '(') + "1" + std::string(150, ')');
  EXPECT_EQ(ResolveText("table t { a int default " + fine + "; }").Codes(), "");
  ResolveText("table t " + std::string(100000, '{'));
  ResolveText("table t { check (" + std::string(100000, '[') + "); }");
}

/// Seeded: pieces of right files cut, doubled, swapped and spoilt. Nothing may crash, and what is
/// refused is refused with a place inside the text.
TEST(Parser, SurvivesSpoiltFiles) {
  std::vector<std::string> corpus;
  for (const std::string& folder : {std::string("/tests/diagnostics"), std::string("/grammar")}) {
    const std::string suffix = folder == "/grammar" ? ".md" : ".zdm";
    for (const std::string& path : FilesBelow(SourceFolder() + folder, suffix)) {
      corpus.push_back(ReadFile(SourceFolder() + folder + "/" + path));
    }
  }
  ASSERT_FALSE(corpus.empty());
  const char* seed_text = std::getenv("ZDM_TEST_SEED");
  const unsigned seed = seed_text != nullptr ? static_cast<unsigned>(std::stoul(seed_text)) : 1U;
  std::mt19937 random(seed);
  const auto below = [&](std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random);
  };
  const std::string spoilers = "{}()[];,.'\"$/*-=:\\\n eE0\x80\xC3";
  for (int round = 0; round < 300; ++round) {
    std::string text = corpus[below(corpus.size() - 1)];
    const std::size_t begin = below(text.size());
    text = "dialect postgresql;\n" + text.substr(begin, 200 + below(1200));
    for (std::size_t i = below(8); i > 0 && !text.empty(); --i) {
      const std::size_t at = below(text.size() - 1);
      const std::size_t length = below(20);
      const std::string piece = text.substr(at, length);
      const std::size_t kind = below(3);
      if (kind == 0) text.erase(at, length);
      if (kind == 1) text.insert(below(text.size() - 1), piece);
      if (kind == 2) text[at] = spoilers[below(spoilers.size() - 1)];
      if (kind == 3) text.insert(at, 1, spoilers[below(spoilers.size() - 1)]);
    }
    SCOPED_TRACE("ZDM_TEST_SEED=" + std::to_string(seed) + ", round " + std::to_string(round));
    const Resolved resolved = ResolveText(text);
    for (const Diagnostic& diagnostic : resolved.diagnostics.all()) {
      EXPECT_FALSE(diagnostic.text.empty());
      if (diagnostic.span.valid()) {
        EXPECT_LE(diagnostic.span.begin, resolved.files.at(0).text.size());
      }
    }
    EXPECT_EQ(resolved.Rendered().empty(), resolved.diagnostics.all().empty());
  }
}

}  // namespace
}  // namespace zdm::test
