// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_literal.h"

#include <algorithm>
#include <string>

#include "compiler/schema/postgres_expression.h"

namespace zdm {
namespace {

/// One string in plain quotes and nothing else.
bool IsPlainString(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return false;
  const std::string_view body = text.substr(1, text.size() - 2);
  for (std::size_t at = body.find('\''); at != std::string_view::npos;
       at = body.find('\'', at + 2)) {
    if (at + 1 == body.size() || body[at + 1] != '\'') return false;
  }
  return true;
}

/// `timestamp without time zone` of `timestamp(3) without time zone`; "" where that is not so
/// plain.
std::string WithoutModifier(std::string_view type) {
  const std::size_t begin = type.find('(');
  if (begin == std::string_view::npos) return std::string(type);
  const std::size_t end = type.find(')', begin);
  // The constant of an interval keeps the modifier.
  const bool plain = end != std::string_view::npos && type.find('"') == std::string_view::npos &&
                     !type.starts_with("interval");
  if (!plain) return "";
  return std::string(type.substr(0, begin)) + std::string(type.substr(end + 1));
}

/// The digits of a negative number of up to nine of them; "" of anything else.
std::string_view NegativeDigits(std::string_view text) {
  if (!text.starts_with('-')) return "";
  text.remove_prefix(std::min(text.find_first_not_of(' ', 1), text.size()));
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  const bool number = text.size() <= 9 && std::all_of(text.begin(), text.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  return number ? text : "";
}

}  // namespace

bool LiteralPrintsAs(std::string_view written, std::string_view printed, std::string_view type) {
  if (IsPlainString(written)) {
    const std::string bare = WithoutModifier(type);
    return !bare.empty() && SameExpression(std::string(written) + "::" + bare, printed);
  }
  const std::string_view digits = NegativeDigits(written);
  return !digits.empty() && SameExpression("'-" + std::string(digits) + "'::integer", printed);
}

}  // namespace zdm
