// SPDX-License-Identifier: Apache-2.0
// `with (NAME = VALUE, ...);` of a table: its charset and collation, its engine, how rows lie.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/schema/resolve_context.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

constexpr std::array<std::string_view, 20> kOptions = {"avg_row_length",   "checksum",
                                                       "compression",      "delay_key_write",
                                                       "encryption",       "engine",
                                                       "insert_method",    "key_block_size",
                                                       "max_rows",         "min_rows",
                                                       "pack_keys",        "page_checksum",
                                                       "page_compressed",  "page_compression_level",
                                                       "row_format",       "stats_auto_recalc",
                                                       "stats_persistent", "stats_sample_pages",
                                                       "tablespace",       "transactional"};

constexpr std::array<std::string_view, 5> kTextOptions = {"charset", "character_set", "collate",
                                                          "comment", "auto_increment"};

/// Engines as the server prints them.
constexpr std::array<std::string_view, 14> kEngines = {
    "InnoDB",  "MyISAM",    "Aria",       "MEMORY",   "CSV",    "ARCHIVE",     "BLACKHOLE",
    "ROCKSDB", "FEDERATED", "MRG_MyISAM", "SEQUENCE", "SPIDER", "ColumnStore", "CONNECT"};

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string EngineName(const std::string& written) {
  for (const std::string_view engine : kEngines) {
    if (FoldName(engine) == FoldName(written)) return std::string(engine);
  }
  return written;
}

class OptionResolver {
 public:
  OptionResolver(const ResolveContext& context, TableDraft& draft)
      : context_(context), table_(draft.table) {}

  void Add(const ast::TableOptions& syntax) {
    if (!context_.Require(Construct::kTableOptions, syntax.span, "`with (...)` of a table")) return;
    for (const ast::StorageParameter& option : syntax.options) {
      const auto [first, fresh] = seen_.emplace(option.name, option.span);
      if (!fresh) {
        context_.Twice(codes::kClauseTwice, option.span, first->second,
                       fmt::format("`{}` stands twice", option.name));
        continue;
      }
      AddOption(option, *option.value);
    }
  }

  void Finish() {
    const bool innodb =
        std::none_of(table_.options.begin(), table_.options.end(),
                     [](const std::string& option) { return option.starts_with("engine="); });
    if (innodb) std::erase(table_.options, "row_format=DYNAMIC");
    std::sort(table_.options.begin(), table_.options.end());
  }

 private:
  void AddOption(const ast::StorageParameter& option, const std::string& value) {
    if (option.name == "charset") {
      const std::string charset = FoldName(value);
      table_.charset = charset == "utf8" ? "utf8mb3" : charset;
    } else if (option.name == "collate") {
      table_.collation = FoldName(value);
    } else if (option.name == "engine") {
      const std::string engine = EngineName(value);
      if (engine != kEngines[0]) table_.options.push_back("engine=" + engine);
    } else if (option.name == "row_format") {
      table_.options.push_back("row_format=" + Upper(value));
    } else if (std::find(kOptions.begin(), kOptions.end(), option.name) != kOptions.end()) {
      table_.options.push_back(option.name + "=" + value);
    } else {
      Refuse(option);
    }
  }

  void Refuse(const ast::StorageParameter& option) const {
    if (option.name == "comment") {
      Note(option, "a comment is an item of its own: `comment 'TEXT';`");
    } else if (option.name == "auto_increment") {
      Note(option, "the next number is data, which a schema does not hold");
    } else {
      std::vector<std::string> names(kOptions.begin(), kOptions.end());
      names.insert(names.end(), kTextOptions.begin(), kTextOptions.end());
      context_.Unknown(codes::kTableOption, option.span, "option of a table", option.name, names);
    }
  }

  void Note(const ast::StorageParameter& option, std::string note) const {
    context_.diagnostics
        .Error(codes::kTableOption, option.span,
               fmt::format("`{}` is no option of a table here", option.name))
        .notes.push_back({{}, std::move(note)});
  }

  const ResolveContext& context_;
  Table& table_;
  std::map<std::string, SourceSpan> seen_;
};

}  // namespace

void ResolveOptions(const ResolveContext& context, TableDraft& draft) {
  OptionResolver resolver(context, draft);
  for (const ast::TableItem& item : draft.syntax->items) {
    const auto* options = std::get_if<ast::TableOptions>(&item);
    if (options != nullptr) resolver.Add(*options);
  }
  resolver.Finish();
}

}  // namespace zdm
