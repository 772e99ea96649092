// SPDX-License-Identifier: Apache-2.0
// The layout of .zdm files: what it is by example; and that it changes no meaning, loses no comment
// and is its own fixed point, on every text of the tests with blanks and comments strewn in.
#include "compiler/format/format.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <regex>

#include "compiler/syntax/parse.h"
#include "compiler/syntax/print_ast.h"
#include "compiler/syntax/tokens.h"
#include "tests/support/case_file.h"
#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm {
namespace {

SourceFiles FilesOf(const std::string& text) {
  SourceFiles files;
  files.Add({"a.zdm", text});
  return files;
}

bool Parses(const std::string& text) {
  Diagnostics diagnostics;
  Parse(FilesOf(text), 0, Quoting::kStandard, diagnostics);
  return !diagnostics.HasErrors();
}

std::string Formatted(const std::string& text) {
  const std::optional<std::string> formatted = FormatFile(FilesOf(text), 0);
  EXPECT_TRUE(formatted) << text;
  return formatted.value_or("");
}

/// The syntax tree without places, and without blanks: SQL is kept as it was laid out.
std::string Tree(const std::string& text) {
  static const std::regex place("  \\[[0-9]+:[0-9]+\\]");
  static const std::regex blank("( |\t|\r|\f|\\\\n)+");
  Diagnostics diagnostics;
  const SourceFiles files = FilesOf(text);
  const std::string tree = PrintAst(Parse(files, 0, Quoting::kStandard, diagnostics), files);
  EXPECT_FALSE(diagnostics.HasErrors()) << Render(diagnostics, files, {}) << text;
  return std::regex_replace(std::regex_replace(tree, place, ""), blank, "");
}

std::vector<std::string> Comments(const std::string& text) {
  std::vector<std::string> comments;
  const SourceFiles files = FilesOf(text);
  for (const SourceToken& token : ReadTokens(files, 0)) {
    if (!token.IsComment()) continue;
    const std::string comment = text.substr(token.span.begin, token.span.end - token.span.begin);
    comments.push_back(token.name == "LineComment" ? test::Trimmed(comment) : comment);
  }
  return comments;
}

void ExpectKeepsAll(const std::string& text) {
  const std::string once = Formatted(text);
  EXPECT_EQ(Tree(once), Tree(text)) << text << "\n---\n" << once;
  EXPECT_EQ(Comments(once), Comments(text)) << text << "\n---\n" << once;
  EXPECT_EQ(Formatted(once), once) << text;
}

struct Example {
  const char* before;
  const char* after;
};

TEST(Format, IsThisLayout) {
  const std::vector<Example> examples = {
      {"", ""},
      {"\n\n// only\n\n", "// only\n"},
      {"dialect   postgresql ;\n\n\n\nextension citext;drop table a;",
       "dialect postgresql;\n\nextension citext;\ndrop table a;\n"},
      {"table t{id bigint primary key;}", "table t {\n  id bigint primary key;\n}\n"},
      {"table t {}", "table t {\n}\n"},
      {"dialect postgresql;\n// of t\ntable t {\n\n  a int; full_name\ttext  not null;\n\n\n b "
       "int;\n\n}\n"
       "table u { a int; }\nallow ZDM2001 t 'why';",
       "dialect postgresql;\n\n// of t\ntable t {\n  a          int;\n  full_name  text not "
       "null;\n\n"
       "  b int;\n}\n\ntable u {\n  a int;\n}\n\nallow ZDM2001 t 'why';\n"},
      {"table t {\n a int; // one\n\n abc int;//two\n b int;       -- three  \n}",
       "table t {\n  a int;  // one\n\n  abc  int;  //two\n  b    int;  -- three\n}\n"},
      {"table t {\n  id int;\n  // between\n  name text;\n  check(id>0);\n  unique(id,name);\n}",
       "table t {\n  id    int;\n  // between\n  name  text;\n  check (id>0);\n"
       "  unique (id, name);\n}\n"},
      {"table t {\n  a int;\n  transition { from x text; up a=x::int;\n  down   x = a::text; "
       "lossy 'l'; }\n}",
       "table t {\n  a int;\n  transition {\n    from x text;\n    up   a = x::int;\n"
       "    down x = a::text;\n    lossy 'l';\n  }\n}\n"},
      {"table t {\n  drop column x { down x = 'n/a' ; }\n  drop column y {\n down y = 1; }\n}",
       "table t {\n  drop column x { down x = 'n/a'; }\n  drop column y {\n    down y = 1;\n  "
       "}\n}\n"},
      {"schema s {\ntable t { a int; }\ntable u { a int; }\n}",
       "schema s {\n  table t {\n    a int;\n  }\n\n  table u {\n    a int;\n  }\n}\n"},
      {"table t {\nforeign key (a) references u\n    on delete cascade;\n check c (\n   a > 0\n"
       "     and a < 9\n );\n}",
       "table t {\n  foreign key (a) references u\n      on delete cascade;\n  check c (\n"
       "    a > 0\n      and a < 9\n  );\n}\n"},
      {"table t {\n  a int /* x */ default 1; /* y */ b int;\n}",
       "table t {\n  a  int /* x */ default 1;  /* y */\n  b  int;\n}\n"},
      {"table t {\n  a int // why\n    not null;\n}",
       "table t {\n  a int  // why\n    not null;\n}\n"},
      {"\xEF\xBB\xBFtable \"Gr\xC3\xB6\xC3\x9F\" {\r\n\t\"\xC3\xB6\" text;\r\n\tab  text;\r\n}\r\n",
       "table \"Gr\xC3\xB6\xC3\x9F\" {\n  \"\xC3\xB6\"  text;\n  ab   text;\n}\n"},
      {"table t {\n  a text default 'two\n  lines';\n  b text default $$ as   it\nis $$;\n}",
       "table t {\n  a  text default 'two\n  lines';\n  b  text default $$ as   it\nis $$;\n}\n"},
  };
  for (const Example& example : examples) {
    EXPECT_EQ(Formatted(example.before), example.after);
    EXPECT_EQ(Formatted(example.after), example.after);
  }
}

TEST(Format, WhatCountsIsNotTouched) {
  for (const std::string text : {
           "table t { a int default 1 - -1; }",
           "table t { a int default 2 <= 3; check (a >= 1 and a<>2 and a @> b and a->>'x' = 'y'); "
           "}",
           "table t { a text default U&'\\0041'; b bit default B'01'; c text default E'\\''; }",
           "table t { a text default 'x'\n  'y'; }",
           "table t { a text default 'x' // c\n  'y'; }",
           "table t { a\"Weird Type\"; \"b\"text; }",
           "table t { up int; comment text; comment 'c'; key int; transition int; }",
           "table t { transition { up/**/a=-1; up b=@ 2; } a int; b int; }",
           "table t { a int; };",
           "/* a */ /* b */ table /* c */ t /* d */ { /* e */ a int; /* f */ } /* g */",
           "table t { // x\n  // y\n}\n// z",
           "table t { a int // x\n ; b int /* y */ ; }",
       }) {
    ExpectKeepsAll(text);
  }
}

/// All right .zdm texts of the tests and examples.
std::vector<std::string> Corpus() {
  std::vector<std::string> corpus;
  const auto add = [&](const std::string& text) {
    if (Parses(text)) corpus.push_back(text);
  };
  for (const test::CaseFile& file : test::AllCases()) {
    add(file.Text("before.zdm"));
    add(file.Text("after.zdm"));
  }
  for (const char* folder : {"/migrations-examples", "/tests/diagnostics"}) {
    const std::string below = test::SourceFolder() + folder;
    for (const std::string& path : test::FilesBelow(below, ".zdm")) {
      add(test::ReadFile(below + "/" + path));
    }
  }
  const std::string reference = test::ReadFile(test::SourceFolder() + "/grammar/REFERENCE.md");
  static const std::regex example("```zdm[^\n]*\n([^`]*)```");
  for (std::sregex_iterator at(reference.begin(), reference.end(), example), end; at != end; ++at) {
    add((*at)[1]);
  }
  return corpus;
}

/// `text` with other blanks between its tokens, and comments strewn in.
std::string Strewn(const std::string& text, std::mt19937& random) {
  static const char* const kBlanks[] = {" ",      "  ",       "\n",         "\t",
                                        "\r\n",   "\n\n\n  ", " /* c */ ",  " /* {;' \n */",
                                        "/**/\n", " // d;\n", " -- ' e \n", "\n    // f\n\n  "};
  const SourceFiles files = FilesOf(text);
  std::string out;
  std::size_t at = 0;
  std::string_view before;
  for (const SourceToken& token : ReadTokens(files, 0)) {
    const std::string gap = text.substr(at, token.span.begin - at);
    const bool line = before == "LineComment";
    const bool punctuation = token.name == "Semicolon" || token.name == "Comma" ||
                             before == "Comma" || before == "Semicolon" || before == "LeftBrace" ||
                             token.name == "RightBrace" || token.name == "LeftBrace";
    if (random() % 3 == 0 && (!gap.empty() || punctuation || at == 0)) {
      out += line ? "\n" : "";
      out += kBlanks[random() % std::size(kBlanks)];
    } else {
      out += gap;
    }
    out += text.substr(token.span.begin, token.span.end - token.span.begin);
    at = token.span.end;
    before = token.name;
  }
  return out + text.substr(at);
}

TEST(Format, KeepsEveryTextOfTheTests) {
  const std::vector<std::string> corpus = Corpus();
  ASSERT_GT(corpus.size(), 100U);
  for (const std::string& text : corpus) ExpectKeepsAll(text);
}

/// ZDM_TEST_SEED and ZDM_TEST_SEEDS choose others.
TEST(Format, KeepsWhatIsStrewnWithBlanksAndComments) {
  const char* first = std::getenv("ZDM_TEST_SEED");
  const char* count = std::getenv("ZDM_TEST_SEEDS");
  const unsigned begin = first == nullptr ? 1 : static_cast<unsigned>(std::atoi(first));
  const unsigned seeds = count == nullptr ? 400 : static_cast<unsigned>(std::atoi(count));
  const std::vector<std::string> corpus = Corpus();
  unsigned tried = 0;
  for (unsigned seed = begin; seed < begin + seeds; ++seed) {
    SCOPED_TRACE(fmt::format("again: ZDM_TEST_SEED={} ZDM_TEST_SEEDS=1", seed));
    std::mt19937 random(seed);
    const std::string text = Strewn(corpus[random() % corpus.size()], random);
    // A statement's word that begins a line is taken for the next statement where one is open.
    if (!Parses(text)) continue;
    ++tried;
    ExpectKeepsAll(text);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(tried, seeds / 2);
}

TEST(Format, CutsWhatIsStale) {
  const std::string text =
      "table t {\n  a int renamed from b /* k */ not null; // a\n\n  // above\n"
      "  transition { from x int; up a = x; } // behind\n  drop column y;\n  c int;\n}\n"
      "drop table u; // gone\nallow ZDM2001 t 'w';\n";
  const auto place = [&](const std::string& words) {
    const auto at = static_cast<std::uint32_t>(text.find(words));
    return SourceSpan{0, at, at + 1};
  };
  const std::vector<Cut> cuts = {
      {3, place("b /*")}, {0, place("transition")}, {0, place("y;")}, {0, place("u;")}};
  const std::optional<std::string> cut = FormatFile(FilesOf(text), 0, cuts);
  EXPECT_EQ(cut.value_or(""),
            "table t {\n  a int /* k */ not null;  // a\n\n  // above\n  c int;\n}\n\n"
            "allow ZDM2001 t 'w';\n");
}

}  // namespace
}  // namespace zdm
