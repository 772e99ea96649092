// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <type_traits>

#include "runtime/plan/plan_fields.h"
#include "runtime/plan/plan_json.h"
#include "runtime/plan/sha256.h"

namespace zdm {
namespace {

using Json = nlohmann::ordered_json;

/// Texts of several lines are arrays of lines, so that people can read the SQL.
Json TextJson(const std::string& text) {
  if (text.find('\n') == std::string::npos) return text;
  Json lines = Json::array();
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return lines;
    begin = end + 1;
  }
}

Json TextJson(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push_back(TextJson(text));
  return array;
}

class Writer {
 public:
  template <class T>
  using Ref = const T&;

  template <class T>
  void Required(const char* name, const T& value) {
    json_[name] = ToJson(value);
  }
  template <class T>
  void Optional(const char* name, const T& value) {
    if (!(value == T())) Required(name, value);
  }
  template <class T>
  void RequiredText(const char* name, const T& value) {
    json_[name] = TextJson(value);
  }
  template <class T>
  void OptionalText(const char* name, const T& value) {
    if (!value.empty()) RequiredText(name, value);
  }
  void TextUnlessAs(const char* name, const std::string& value, const std::string& earlier) {
    if (value != earlier) RequiredText(name, value);
  }

  template <class T>
  static Json ToJson(const T& value) {
    if constexpr (std::is_same_v<T, Dialect>) {
      return ToString(value);
    } else if constexpr (std::is_enum_v<T>) {
      for (const auto& [candidate, name] : plan_file::NamesOf(value)) {
        if (candidate == value) return name;
      }
      throw std::logic_error("an enumerator without a name in the plan file");
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return value;
    } else {
      Writer writer;
      plan_file::Fields(writer, value);
      return std::move(writer.json_);
    }
  }
  template <class T>
  static Json ToJson(const std::vector<T>& values) {
    Json array = Json::array();
    for (const T& value : values) array.push_back(ToJson(value));
    return array;
  }
  template <class T>
  static Json ToJson(const std::optional<T>& value) {
    return ToJson(*value);
  }
  static Json ToJson(const Action& action) {
    Json json;
    json["kind"] = plan_file::kActionNames.at(action.index());
    std::visit([&](const auto& alternative) { json.update(ToJson(alternative)); }, action);
    return json;
  }

 private:
  Json json_ = Json::object();
};

std::string Canonical(const Plan& plan) {
  return Writer::ToJson(plan).dump(2, ' ', /*ensure_ascii=*/false) + "\n";
}

}  // namespace

std::string PlanId(const Plan& plan) {
  Plan blank = plan;
  blank.id.clear();
  return Sha256Hex(Canonical(blank));
}

std::string WritePlan(const Plan& plan) {
  Plan complete = plan;
  complete.id = PlanId(plan);
  return Canonical(complete);
}

std::string_view ToString(Phase phase) {
  for (const auto& [candidate, name] : plan_file::kPhaseNames) {
    if (candidate == phase) return name;
  }
  return "";
}

std::optional<Phase> PhaseFromName(std::string_view name) {
  for (const auto& [phase, candidate] : plan_file::kPhaseNames) {
    if (candidate == name) return phase;
  }
  return std::nullopt;
}

}  // namespace zdm
