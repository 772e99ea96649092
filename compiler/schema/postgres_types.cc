// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/schema/postgres_expression.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

struct Alias {
  std::string_view written;
  std::string_view name;  ///< as in pg_type
};

/// Words of the grammar that stand for a type of another name.
constexpr std::array kAliases = {
    Alias{"bigint", "int8"},      Alias{"boolean", "bool"}, Alias{"char", "bpchar"},
    Alias{"character", "bpchar"}, Alias{"dec", "numeric"},  Alias{"decimal", "numeric"},
    Alias{"float", "float8"},     Alias{"int", "int4"},     Alias{"integer", "int4"},
    Alias{"nchar", "bpchar"},     Alias{"real", "float4"},  Alias{"smallint", "int2"},
};

/// Names of pg_type that are printed as other words; `%` stands for the modifier.
constexpr std::array kPrinted = {
    Alias{"bigint", "int8"},
    Alias{"bit varying%", "varbit"},
    Alias{"bit%", "bit"},
    Alias{"boolean", "bool"},
    Alias{"character varying%", "varchar"},
    Alias{"character%", "bpchar"},
    Alias{"double precision", "float8"},
    Alias{"integer", "int4"},
    Alias{"interval%", "interval"},
    Alias{"numeric%", "numeric"},
    Alias{"real", "float4"},
    Alias{"smallint", "int2"},
    Alias{"time% with time zone", "timetz"},
    Alias{"time% without time zone", "time"},
    Alias{"timestamp% with time zone", "timestamptz"},
    Alias{"timestamp% without time zone", "timestamp"},
};

/// The other types of pg_catalog that a column can have, in 12 to 18. Sorted.
constexpr std::array<std::string_view, 66> kBuiltIn = {"aclitem",
                                                       "box",
                                                       "bytea",
                                                       "char",
                                                       "cid",
                                                       "cidr",
                                                       "circle",
                                                       "date",
                                                       "datemultirange",
                                                       "daterange",
                                                       "gtsvector",
                                                       "inet",
                                                       "int2vector",
                                                       "int4multirange",
                                                       "int4range",
                                                       "int8multirange",
                                                       "int8range",
                                                       "json",
                                                       "jsonb",
                                                       "jsonpath",
                                                       "line",
                                                       "lseg",
                                                       "macaddr",
                                                       "macaddr8",
                                                       "money",
                                                       "name",
                                                       "nummultirange",
                                                       "numrange",
                                                       "oid",
                                                       "oidvector",
                                                       "path",
                                                       "pg_brin_bloom_summary",
                                                       "pg_brin_minmax_multi_summary",
                                                       "pg_dependencies",
                                                       "pg_lsn",
                                                       "pg_mcv_list",
                                                       "pg_ndistinct",
                                                       "pg_node_tree",
                                                       "pg_snapshot",
                                                       "point",
                                                       "polygon",
                                                       "refcursor",
                                                       "regclass",
                                                       "regcollation",
                                                       "regconfig",
                                                       "regdictionary",
                                                       "regnamespace",
                                                       "regoper",
                                                       "regoperator",
                                                       "regproc",
                                                       "regprocedure",
                                                       "regrole",
                                                       "regtype",
                                                       "text",
                                                       "tid",
                                                       "tsmultirange",
                                                       "tsquery",
                                                       "tsrange",
                                                       "tstzmultirange",
                                                       "tstzrange",
                                                       "tsvector",
                                                       "txid_snapshot",
                                                       "uuid",
                                                       "xid",
                                                       "xid8",
                                                       "xml"};

struct Serial {
  std::string_view written;
  std::string_view type;
};

constexpr std::array kSerials = {Serial{"smallserial", "smallint"}, Serial{"serial2", "smallint"},
                                 Serial{"serial", "integer"},       Serial{"serial4", "integer"},
                                 Serial{"bigserial", "bigint"},     Serial{"serial8", "bigint"}};

struct Token {
  std::string text;  ///< names unquoted and folded
  std::string written;
  bool name = false;
  bool quoted = false;
};

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80U;
}

std::vector<Token> Split(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t end = i + 1;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v') {
      i = end;
      continue;
    }
    if (c == '"' || c == '\'') {
      while (end < text.size() &&
             (text[end] != c || (end + 1 < text.size() && text[end + 1] == c))) {
        end += text[end] == c ? 2 : 1;
      }
      end = std::min(end + 1, text.size());
    } else if (IsNameByte(c)) {
      while (end < text.size() && IsNameByte(text[end])) ++end;
    }
    const std::string_view written = text.substr(i, end - i);
    const bool digit = c >= '0' && c <= '9';
    const bool name = c == '"' || (IsNameByte(c) && !digit);
    tokens.push_back(
        {name ? UnquoteName(written) : std::string(written), std::string(written), name, c == '"'});
    i = end;
  }
  return tokens;
}

class TypeReader {
 public:
  explicit TypeReader(std::string_view written) : written_(written), tokens_(Split(written)) {}

  TypeName Read() {
    std::string sql = ReadScalar();
    const std::string brackets = ReadArray();
    if (error_.empty() && at_ < tokens_.size()) {
      Fail(fmt::format("`{}` does not belong to a type", tokens_[at_].written));
    }
    if (!error_.empty()) return {std::string(written_), error_, hint_, true, serial_};
    return {sql + brackets, "", "", settled_};
  }

 private:
  bool Take(std::string_view text) {
    const bool there = at_ < tokens_.size() && !tokens_[at_].quoted && tokens_[at_].text == text;
    if (there) ++at_;
    return there;
  }

  void Fail(std::string error, std::string hint = "") {
    if (!error_.empty()) return;
    error_ = std::move(error);
    hint_ = std::move(hint);
  }

  std::string ReadScalar() {
    if (tokens_.empty() || !tokens_[0].name) {
      Fail("a type begins with a name");
      return "";
    }
    std::vector<Token> path = {tokens_[at_++]};
    while (at_ + 1 < tokens_.size() && tokens_[at_].text == "." && tokens_[at_ + 1].name) {
      path.push_back(tokens_[at_ + 1]);
      at_ += 2;
    }
    if (path.size() == 1) return ReadUnqualified(path[0]);
    if (path.size() > 2) Fail("a type has at most a schema and a name");
    if (path[0].text == "pg_catalog") return ReadBuiltIn(path[1].text, true);
    return QuoteIdentifier(path[0].text) + "." + QuoteIdentifier(path[1].text) + RawArguments();
  }

  std::string ReadUnqualified(const Token& token) {
    if (token.quoted) return ReadBuiltIn(token.text, false);
    std::string name = token.text;
    for (const Serial& serial : kSerials) {
      if (serial.written != name) continue;
      Fail(fmt::format("`{}` is no type", name),
           fmt::format("write `{}`, or `{} generated by default as identity` for a column",
                       serial.type, serial.type));
      if (tokens_.size() == 1) serial_ = serial.type;
      return "";
    }
    const bool national = name == "national";
    if (national && !Take("character") && !Take("char")) Fail("`national` goes before `character`");
    if (national) name = "character";
    if (name == "double") {
      if (!Take("precision")) Fail("`double` goes before `precision`");
      return "double precision";
    }
    const bool character = name == "character" || name == "char" || name == "nchar";
    if (character) return Take("varying") ? ReadBuiltIn("varchar", false) : ReadBits("bpchar");
    if (name == "bit") return Take("varying") ? ReadBuiltIn("varbit", false) : ReadBits("bit");
    if (name == "float") return ReadFloat();
    if (name == "interval") return ReadInterval();
    if (name == "time" || name == "timestamp") return ReadTime(name);
    for (const Alias& alias : kAliases) {
      if (alias.written == name) name = alias.name;
    }
    return ReadBuiltIn(name, false);
  }

  /// `character` and `bit` are of length 1 unless another is given.
  std::string ReadBits(const std::string& name) {
    const bool given = at_ < tokens_.size() && tokens_[at_].text == "(";
    const std::string sql = ReadBuiltIn(name, false);
    return given ? sql : sql + "(1)";
  }

  std::string ReadFloat() {
    const std::optional<std::vector<int>> precision = Numbers();
    if (!precision) return "double precision";
    if (precision->size() != 1 || precision->front() < 1 || precision->front() > 53) {
      Fail("the precision of `float` is 1 to 53");
    }
    return error_.empty() && precision->front() <= 24 ? "real" : "double precision";
  }

  std::string ReadTime(const std::string& name) {
    const std::string modifier = Precision(name);
    bool zone = false;
    for (const std::string_view word : {"with", "without"}) {
      if (!Take(word)) continue;
      zone = word == "with";
      if (!Take("time") || !Take("zone")) Fail(fmt::format("`{}` goes before `time zone`", word));
    }
    return name + modifier + (zone ? " with time zone" : " without time zone");
  }

  std::string ReadInterval() {
    static constexpr std::array<std::string_view, 6> kFields = {"year", "month",  "day",
                                                                "hour", "minute", "second"};
    std::string fields;
    std::size_t last = kFields.size();
    const auto field = [&] {
      for (std::size_t i = 0; i < kFields.size(); ++i) {
        if (!Take(kFields[i])) continue;
        last = i;
        return true;
      }
      return false;
    };
    if (field()) {
      const std::size_t first = last;
      fields = fmt::format(" {}", kFields[first]);
      if (Take("to")) {
        const bool whole = field() && last > first && (first >= 2 || last == 1);
        if (!whole) Fail("these fields make no interval");
        if (last < kFields.size()) fields += fmt::format(" to {}", kFields[last]);
      }
      if (last != kFields.size() - 1) return "interval" + fields;
    }
    return "interval" + fields + Precision("interval");
  }

  std::string Precision(const std::string& name) {
    const std::optional<std::vector<int>> numbers = Numbers();
    if (!numbers) return "";
    if (numbers->size() != 1 || numbers->front() < 0 || numbers->front() > 6) {
      Fail(fmt::format("the precision of `{}` is 0 to 6", name));
      return "";
    }
    return fmt::format("({})", numbers->front());
  }

  std::string ReadBuiltIn(const std::string& name, bool qualified) {
    for (const Alias& printed : kPrinted) {
      if (printed.name != name) continue;
      std::string sql(printed.written);
      const std::size_t place = sql.find('%');
      if (place == std::string::npos) {
        RefuseArguments(sql);
        return sql;
      }
      if (name == "bpchar" && !(at_ < tokens_.size() && tokens_[at_].text == "("))
        return BareBpchar();
      return sql.replace(place, 1, Modifier(name));
    }
    if (std::binary_search(kBuiltIn.begin(), kBuiltIn.end(), name)) {
      const std::string sql = name == "char" ? "\"char\"" : name;
      RefuseArguments(sql);
      return sql;
    }
    settled_ = qualified;
    const std::string prefix = qualified ? "pg_catalog." : "";
    return prefix + QuoteIdentifier(name) + RawArguments();
  }

  /// Reached by `bpchar` itself and by `character`, whose callers add "(1)".
  std::string BareBpchar() const {
    const Token& last = tokens_[at_ - 1];
    return last.text == "bpchar" ? "bpchar" : "character";
  }

  std::string Modifier(const std::string& name) {
    if (name.starts_with("time") || name == "interval") return Precision(name);
    const std::optional<std::vector<int>> numbers = Numbers();
    if (!numbers) return "";
    if (name == "numeric") return NumericModifier(*numbers);
    const int most = name == "bit" || name == "varbit" ? 83886080 : 10485760;
    if (numbers->size() != 1 || numbers->front() < 1 || numbers->front() > most) {
      Fail(fmt::format("the length is a number from 1 to {}", most));
      return "";
    }
    return fmt::format("({})", numbers->front());
  }

  std::string NumericModifier(const std::vector<int>& numbers) {
    const bool one_or_two = numbers.size() == 1 || numbers.size() == 2;
    if (!one_or_two || numbers[0] < 1 || numbers[0] > 1000) {
      Fail("the precision of `numeric` is 1 to 1000");
      return "";
    }
    const int scale = numbers.size() == 2 ? numbers[1] : 0;
    if (scale < -1000 || scale > 1000) Fail("the scale of `numeric` is -1000 to 1000");
    return fmt::format("({},{})", numbers[0], scale);
  }

  /// `(1, -2)`, if it is there.
  std::optional<std::vector<int>> Numbers() {
    if (!Take("(")) return std::nullopt;
    std::vector<int> numbers;
    do {
      const bool negative = Take("-");
      const std::string digits = at_ < tokens_.size() ? tokens_[at_].text : "";
      const bool number = !digits.empty() && digits.size() < 10 &&
                          digits.find_first_not_of("0123456789") == std::string::npos;
      if (!number) {
        Fail("the modifier of this type is a number");
        return numbers;
      }
      numbers.push_back(negative ? -std::stoi(digits) : std::stoi(digits));
      ++at_;
    } while (Take(","));
    if (!Take(")")) Fail("the modifier of this type is a number");
    return numbers;
  }

  void RefuseArguments(const std::string& type) {
    if (at_ < tokens_.size() && tokens_[at_].text == "(") {
      Fail(fmt::format("type `{}` takes no modifier", type));
    }
  }

  /// The modifier of a type that we do not know: as written, without blanks.
  std::string RawArguments() {
    if (!Take("(")) return "";
    std::string text = "(";
    int depth = 1;
    for (; at_ < tokens_.size() && depth > 0; ++at_) {
      const std::string& token = tokens_[at_].written;
      depth += token == "(" ? 1 : 0;
      depth -= token == ")" ? 1 : 0;
      text += token;
    }
    return text;
  }

  /// However many dimensions are written, the server knows one.
  std::string ReadArray() {
    bool array = false;
    const bool word = Take("array");
    while (Take("[")) {
      array = true;
      const bool bound = at_ < tokens_.size() &&
                         tokens_[at_].text.find_first_not_of("0123456789") == std::string::npos;
      if (bound) ++at_;
      if (!Take("]")) Fail("the bound of an array is a number");
      if (word) break;
    }
    return array || word ? "[]" : "";
  }

  std::string_view written_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::string error_;
  std::string hint_;
  bool settled_ = true;
  std::string serial_;
};

}  // namespace

TypeName CanonicalPostgresType(std::string_view written) {
  return TypeReader(written).Read();
}

}  // namespace zdm
