// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/mysql_types.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "compiler/schema/mysql_tokens.h"
#include "compiler/source/diagnostic.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

using Kind = MysqlToken::Kind;

/// What may stand in the parentheses behind a type.
enum class Shape { kPlain, kInteger, kLength, kLengthNeeded, kDecimal, kFloat, kFraction, kValues };

struct Known {
  std::string_view written;
  std::string_view canonical;
  Shape shape = Shape::kPlain;
  std::string_view length = "";  ///< kLength: that of none given; kInteger: the width of zerofill
};

constexpr std::array kKnown = {
    Known{"tinyint", "tinyint", Shape::kInteger, "3"},
    Known{"int1", "tinyint", Shape::kInteger, "3"},
    Known{"smallint", "smallint", Shape::kInteger, "5"},
    Known{"int2", "smallint", Shape::kInteger, "5"},
    Known{"mediumint", "mediumint", Shape::kInteger, "8"},
    Known{"middleint", "mediumint", Shape::kInteger, "8"},
    Known{"int3", "mediumint", Shape::kInteger, "8"},
    Known{"int", "int", Shape::kInteger, "10"},
    Known{"integer", "int", Shape::kInteger, "10"},
    Known{"int4", "int", Shape::kInteger, "10"},
    Known{"bigint", "bigint", Shape::kInteger, "20"},
    Known{"int8", "bigint", Shape::kInteger, "20"},
    Known{"decimal", "decimal", Shape::kDecimal},
    Known{"dec", "decimal", Shape::kDecimal},
    Known{"numeric", "decimal", Shape::kDecimal},
    Known{"fixed", "decimal", Shape::kDecimal},
    Known{"float", "float", Shape::kFloat},
    Known{"float4", "float", Shape::kFloat},
    Known{"double", "double", Shape::kFloat},
    Known{"double precision", "double", Shape::kFloat},
    Known{"float8", "double", Shape::kFloat},
    Known{"real", "double", Shape::kFloat},
    Known{"bit", "bit", Shape::kLength, "1"},
    Known{"char", "char", Shape::kLength, "1"},
    Known{"character", "char", Shape::kLength, "1"},
    Known{"varchar", "varchar", Shape::kLengthNeeded},
    Known{"character varying", "varchar", Shape::kLengthNeeded},
    Known{"char varying", "varchar", Shape::kLengthNeeded},
    Known{"varcharacter", "varchar", Shape::kLengthNeeded},
    Known{"binary", "binary", Shape::kLength, "1"},
    Known{"varbinary", "varbinary", Shape::kLengthNeeded},
    Known{"tinytext", "tinytext"},
    Known{"text", "text"},
    Known{"mediumtext", "mediumtext"},
    Known{"longtext", "longtext"},
    Known{"tinyblob", "tinyblob"},
    Known{"blob", "blob"},
    Known{"mediumblob", "mediumblob"},
    Known{"longblob", "longblob"},
    Known{"date", "date"},
    Known{"time", "time", Shape::kFraction},
    Known{"datetime", "datetime", Shape::kFraction},
    Known{"timestamp", "timestamp", Shape::kFraction},
    Known{"year", "year"},
    Known{"enum", "enum", Shape::kValues},
    Known{"set", "set", Shape::kValues},
    Known{"json", "json"},
    Known{"geometry", "geometry"},
    Known{"point", "point"},
    Known{"linestring", "linestring"},
    Known{"polygon", "polygon"},
    Known{"multipoint", "multipoint"},
    Known{"multilinestring", "multilinestring"},
    Known{"multipolygon", "multipolygon"},
    Known{"geometrycollection", "geometrycollection"},
    Known{"geomcollection", "geometrycollection"},
    Known{"vector", "vector", Shape::kLengthNeeded},
};
/// Of MariaDB only.
constexpr std::array<std::string_view, 3> kMariadbOnly = {"inet4", "inet6", "uuid"};

struct Hint {
  std::string_view type;
  std::string_view text;
};
constexpr std::array kHints = {
    Hint{"serial", "write `bigint unsigned not null auto_increment` and a key on the column"},
    Hint{"nchar", "write `char(N) charset utf8mb3`"},
    Hint{"nvarchar", "write `varchar(N) charset utf8mb3`"},
    Hint{"long", "write `mediumtext` or `mediumblob`"},
    Hint{"jsonb", "write `json`"},
    Hint{"timestamptz", "write `timestamp`, which is kept in UTC"},
    Hint{"bytea", "write `blob` or `varbinary(N)`"},
    Hint{"uuid", "write `binary(16)`"},
};

/// A type in its parts.
struct Written {
  std::string name;  ///< "character varying"
  bool has_arguments = false;
  std::vector<std::string> arguments;  ///< texts of tokens between commas
  std::vector<std::string> words;      ///< "unsigned", "zerofill"
};

Written Split(const std::vector<MysqlToken>& tokens) {
  Written out;
  std::size_t at = 0;
  const auto word = [&](std::size_t i) { return FoldName(tokens[i].text); };
  for (; at < tokens.size() && tokens[at].kind == Kind::kWord; ++at) {
    const std::string text = word(at);
    if (text == "unsigned" || text == "signed" || text == "zerofill") break;
    out.name += (out.name.empty() ? "" : " ") + text;
  }
  if (at < tokens.size() && tokens[at].Is("(")) {
    out.has_arguments = true;
    for (++at; at < tokens.size() && !tokens[at].Is(")"); ++at) {
      if (!tokens[at].Is(",")) out.arguments.emplace_back(tokens[at].text);
    }
    ++at;
  }
  for (; at < tokens.size(); ++at) out.words.push_back(word(at));
  return out;
}

bool IsNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// A member of an enum or set as the catalog shows it.
std::string MemberText(const std::string& written) {
  std::string value = StringValue(written, Quoting::kBackquote);
  while (!value.empty() && value.back() == ' ') value.pop_back();
  std::string out = "'";
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\0') {
      out += "\\0";
    } else {
      if (c == '\'' || c == '\\') out += c;
      out += c;
    }
  }
  return out + "'";
}

class TypeReader {
 public:
  TypeReader(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}

  TypeName Read() {
    const MysqlTokens read = ReadMysqlTokens(text_);
    if (!read.error.empty()) return Error(read.error, "");
    type_ = Split(read.tokens);
    if (type_.name == "bool" || type_.name == "boolean") {
      return type_.has_arguments || !type_.words.empty() ? Error("a boolean takes nothing", "")
                                                         : TypeName{"tinyint(1)", "", ""};
    }
    const auto* const known = std::find_if(kKnown.begin(), kKnown.end(),
                                           [&](const Known& k) { return k.written == type_.name; });
    if (known != kKnown.end()) return Make(*known);
    if (dialect_ == Dialect::kMariadb && !type_.has_arguments && type_.words.empty() &&
        std::find(kMariadbOnly.begin(), kMariadbOnly.end(), type_.name) != kMariadbOnly.end()) {
      return {type_.name, "", ""};
    }
    return Unknown();
  }

 private:
  TypeName Error(std::string error, std::string hint) const {
    return {std::string(text_), std::move(error), std::move(hint)};
  }

  TypeName Unknown() const {
    for (const Hint& hint : kHints) {
      if (hint.type == type_.name) {
        return Error(fmt::format("there is no type `{}` here", type_.name), std::string(hint.text));
      }
    }
    std::vector<std::string> names;
    for (const Known& known : kKnown) names.emplace_back(known.written);
    const std::string nearest = NearestName(type_.name, names);
    return Error(fmt::format("there is no type `{}`", type_.name),
                 nearest.empty() ? "" : fmt::format("did you mean `{}`?", nearest));
  }

  TypeName Arguments(std::string_view form) const {
    return Error(fmt::format("this type is written `{}`", form), "");
  }

  bool Numbers(std::size_t least, std::size_t most) const {
    return type_.arguments.size() >= least && type_.arguments.size() <= most &&
           std::all_of(type_.arguments.begin(), type_.arguments.end(), IsNumber);
  }

  TypeName Make(const Known& known) const {
    const std::string name(known.canonical);
    const bool numeric = known.shape == Shape::kInteger || known.shape == Shape::kDecimal ||
                         known.shape == Shape::kFloat;
    bool is_unsigned = false;
    bool zerofill = false;
    for (const std::string& word : type_.words) {
      if (!numeric || (word != "unsigned" && word != "signed" && word != "zerofill")) {
        return Error(fmt::format("type `{}` does not take `{}`", name, word), "");
      }
      zerofill = zerofill || word == "zerofill";
      is_unsigned = is_unsigned || word != "signed";
    }
    const std::string words =
        std::string(is_unsigned ? " unsigned" : "") + (zerofill ? " zerofill" : "");
    switch (known.shape) {
      case Shape::kPlain:
        return Plain(name);
      case Shape::kInteger:
        return Integer(name, known, words, zerofill);
      case Shape::kLength:
      case Shape::kLengthNeeded:
        return Length(name, known);
      case Shape::kDecimal:
        return Decimal(name, words);
      case Shape::kFloat:
        return Float(name, words);
      case Shape::kFraction:
        if (type_.has_arguments && !Numbers(1, 1)) return Arguments(name + "(DIGITS)");
        if (!type_.has_arguments || type_.arguments[0] == "0") return {name, "", ""};
        return {fmt::format("{}({})", name, type_.arguments[0]), "", ""};
      case Shape::kValues:
        return Values(name);
    }
    return {};
  }

  TypeName Plain(const std::string& name) const {
    const bool width = name == "year" && Numbers(1, 1);
    if (!type_.has_arguments || width) {
      const bool short_name = name == "geometrycollection" && dialect_ == Dialect::kMysql;
      return {short_name ? "geomcollection" : name, "", ""};
    }
    const bool sized = name.ends_with("text") || name.ends_with("blob");
    return Error(fmt::format("type `{}` takes no length", name),
                 sized ? "tinytext, text, mediumtext and longtext (or the blobs) hold 255 bytes, "
                         "64 KB, 16 MB and 4 GB"
                       : "");
  }

  TypeName Integer(const std::string& name, const Known& known, const std::string& words,
                   bool zerofill) const {
    if (type_.has_arguments && !Numbers(1, 1)) return Arguments(name + "(WIDTH)");
    std::string width;
    if (zerofill) width = type_.has_arguments ? type_.arguments[0] : std::string(known.length);
    if (name == "tinyint" && words.empty() && type_.has_arguments && type_.arguments[0] == "1") {
      width = "1";
    }
    return {name + (width.empty() ? "" : "(" + width + ")") + words, "", ""};
  }

  TypeName Length(const std::string& name, const Known& known) const {
    if (type_.has_arguments ? !Numbers(1, 1) : known.shape == Shape::kLengthNeeded) {
      return Arguments(name + "(LENGTH)");
    }
    return {fmt::format("{}({})", name,
                        type_.has_arguments ? type_.arguments[0] : std::string(known.length)),
            "", ""};
  }

  TypeName Decimal(const std::string& name, const std::string& words) const {
    if (type_.has_arguments && !Numbers(1, 2)) return Arguments(name + "(DIGITS, SCALE)");
    const std::string digits = type_.has_arguments ? type_.arguments[0] : "10";
    const std::string scale = type_.arguments.size() == 2 ? type_.arguments[1] : "0";
    return {fmt::format("{}({},{}){}", name, digits, scale, words), "", ""};
  }

  TypeName Float(const std::string& name, const std::string& words) const {
    if (!type_.has_arguments) return {name + words, "", ""};
    if (!Numbers(1, 2)) return Arguments(name + "(DIGITS, SCALE)");
    if (type_.arguments.size() == 2) {
      return {fmt::format("{}({},{}){}", name, type_.arguments[0], type_.arguments[1], words), "",
              ""};
    }
    const bool wide = std::strtol(type_.arguments[0].c_str(), nullptr, 10) > 24;
    return {(wide ? "double" : name) + words, "", ""};
  }

  TypeName Values(const std::string& name) const {
    std::vector<std::string> members;
    for (const std::string& argument : type_.arguments) {
      if (argument[0] != '\'' && argument[0] != '"') return Arguments(name + "('TEXT', ...)");
      members.push_back(MemberText(argument));
    }
    if (members.empty()) return Arguments(name + "('TEXT', ...)");
    return {fmt::format("{}({})", name, fmt::join(members, ",")), "", ""};
  }

  std::string_view text_;
  Dialect dialect_;
  Written type_;
};

}  // namespace

TypeName CanonicalMysqlType(std::string_view written, Dialect dialect) {
  return TypeReader(written, dialect).Read();
}

bool HoldsText(std::string_view type) {
  constexpr std::array<std::string_view, 4> kWithArguments = {"char(", "varchar(", "enum(", "set("};
  constexpr std::array<std::string_view, 4> kPlain = {"tinytext", "text", "mediumtext", "longtext"};
  return std::any_of(kWithArguments.begin(), kWithArguments.end(),
                     [&](std::string_view known) { return type.starts_with(known); }) ||
         std::find(kPlain.begin(), kPlain.end(), type) != kPlain.end();
}

}  // namespace zdm
