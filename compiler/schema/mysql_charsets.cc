// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/mysql_charsets.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/schema/mysql_types.h"

namespace zdm {
namespace {

/// Where the default is not CHARSET_general_ci.
struct Special {
  std::string_view charset;
  std::string_view collation;
};
constexpr std::array kSpecial = {
    Special{"big5", "big5_chinese_ci"},        Special{"binary", "binary"},
    Special{"cp932", "cp932_japanese_ci"},     Special{"dec8", "dec8_swedish_ci"},
    Special{"eucjpms", "eucjpms_japanese_ci"}, Special{"euckr", "euckr_korean_ci"},
    Special{"gb18030", "gb18030_chinese_ci"},  Special{"gb2312", "gb2312_chinese_ci"},
    Special{"gbk", "gbk_chinese_ci"},          Special{"hp8", "hp8_english_ci"},
    Special{"latin1", "latin1_swedish_ci"},    Special{"latin5", "latin5_turkish_ci"},
    Special{"sjis", "sjis_japanese_ci"},       Special{"swe7", "swe7_swedish_ci"},
    Special{"tis620", "tis620_thai_ci"},       Special{"ujis", "ujis_japanese_ci"}};

/// From 11.5 on MariaDB gives the Unicode charsets this collation.
constexpr int kMariadbNewCollations = 110500;
constexpr std::array<std::string_view, 5> kUnicode = {"utf8mb3", "utf8mb4", "ucs2", "utf16",
                                                      "utf32"};

/// What is said, completed by what it is said in.
TextEncoding Complete(const Schema& schema, const TextEncoding& around,
                      const std::optional<std::string>& charset,
                      const std::optional<std::string>& collation) {
  if (collation) return {charset ? *charset : CharsetOfCollation(*collation), *collation};
  if (!charset) return around;
  return {*charset, DefaultCollation(schema.dialect, schema.server_version, *charset)};
}

/// The least that says `encoding` where `around` is inherited.
std::pair<std::optional<std::string>, std::optional<std::string>> Least(
    const Schema& schema, const TextEncoding& around, const TextEncoding& encoding) {
  std::pair<std::optional<std::string>, std::optional<std::string>> least;
  if (encoding == around || encoding.charset.empty()) return least;
  if (encoding.charset == around.charset) {
    least.second = encoding.collation;
    return least;
  }
  least.first = encoding.charset;
  const std::string usual =
      DefaultCollation(schema.dialect, schema.server_version, encoding.charset);
  if (encoding.collation != usual) least.second = encoding.collation;
  return least;
}

TextEncoding AroundOf(const Schema& schema, const std::string& name) {
  for (const NamespaceObject& space : schema.schemas) {
    if (space.name == name) return Complete(schema, {}, space.charset, space.collation);
  }
  return {};
}

}  // namespace

std::string CharsetName(std::string_view written) {
  return written == "utf8" ? "utf8mb3" : std::string(written);
}

std::string CharsetOfCollation(std::string_view collation) {
  return CharsetName(collation.substr(0, collation.find('_')));
}

std::string DefaultCollation(Dialect dialect, int server_version, std::string_view charset) {
  const auto* const special =
      std::find_if(kSpecial.begin(), kSpecial.end(),
                   [&](const Special& known) { return known.charset == charset; });
  if (special != kSpecial.end()) return std::string(special->collation);
  const bool unicode = std::find(kUnicode.begin(), kUnicode.end(), charset) != kUnicode.end();
  std::string_view tail = "_general_ci";
  if (dialect == Dialect::kMysql && charset == "utf8mb4") tail = "_0900_ai_ci";
  if (dialect == Dialect::kMariadb && unicode && server_version >= kMariadbNewCollations) {
    tail = "_uca1400_ai_ci";
  }
  return std::string(charset).append(tail);
}

TextEncoding EncodingOf(const Schema& schema, const Table& table) {
  return Complete(schema, AroundOf(schema, table.name.schema), table.charset, table.collation);
}

TextEncoding EncodingOf(const Schema& schema, const Table& table, const Column& column) {
  if (!HoldsText(column.type.sql)) return {};
  std::optional<std::string> collation;
  if (column.collation) collation = column.collation->name;
  return Complete(schema, EncodingOf(schema, table), column.charset, collation);
}

void LeaveOutDefaults(Schema& schema) {
  for (Table& table : schema.tables) {
    const TextEncoding own = EncodingOf(schema, table);
    std::vector<TextEncoding> columns;
    for (const Column& column : table.columns) {
      columns.push_back(EncodingOf(schema, table, column));
    }
    std::tie(table.charset, table.collation) =
        Least(schema, AroundOf(schema, table.name.schema), own);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      Column& column = table.columns[i];
      const auto least = Least(schema, own, columns[i]);
      column.charset = least.first;
      column.collation.reset();
      if (least.second) column.collation = QualifiedName{"", *least.second};
    }
  }
}

}  // namespace zdm
