// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <type_traits>

#include "runtime/plan/plan_fields.h"
#include "runtime/plan/plan_json.h"
#include "runtime/plan/runtime_codes.h"
#include "runtime/plan/sha256.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

[[noreturn]] void Refuse(const Code& code, const std::string& sentence) {
  throw PlanError(code, fmt::format("{} [{}]", sentence, ToString(code)));
}

[[noreturn]] void RefuseField(const std::string& path, const std::string& reason) {
  Refuse(codes::kPlanField,
         fmt::format("the plan cannot be used: {}: {}; compile it again with this version's zdmc",
                     path.empty() ? "the file" : path, reason));
}

class Reader {
 public:
  template <class T>
  using Ref = T&;

  Reader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json.is_object()) RefuseField(path_, "must be an object");
  }

  template <class T>
  void Required(const char* name, T& value) {
    const Json* found = Find(name);
    if (found == nullptr) RefuseField(Path(name), "is missing");
    FromJson(*found, Path(name), value);
  }
  template <class T>
  void Optional(const char* name, T& value) {
    if (const Json* found = Find(name)) FromJson(*found, Path(name), value);
  }
  template <class T>
  void RequiredText(const char* name, T& value) {
    const Json* found = Find(name);
    if (found == nullptr) RefuseField(Path(name), "is missing");
    TextFromJson(*found, Path(name), value);
  }
  template <class T>
  void OptionalText(const char* name, T& value) {
    if (const Json* found = Find(name)) TextFromJson(*found, Path(name), value);
  }
  void TextUnlessAs(const char* name, std::string& value, const std::string& earlier) {
    value = earlier;
    OptionalText(name, value);
  }

  /// After all fields: what nobody asked for is unknown.
  void RefuseUnknown() const {
    for (const auto& item : json_.items()) {
      if (known_.count(item.key()) == 0) RefuseField(Path(item.key()), "is not known");
    }
  }

  template <class T>
  static void FromJson(const Json& json, const std::string& path, T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (!json.is_string()) RefuseField(path, "must be a string");
      value = json.get<std::string>();
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!json.is_boolean()) RefuseField(path, "must be true or false");
      value = json.get<bool>();
    } else if constexpr (std::is_same_v<T, int>) {
      if (!json.is_number_integer() || json.get<double>() < 0 ||
          json.get<double>() > std::numeric_limits<int>::max()) {
        RefuseField(path, "must be a whole number");
      }
      value = json.get<int>();
    } else if constexpr (std::is_same_v<T, Dialect>) {
      std::string name;
      FromJson(json, path, name);
      const std::optional<Dialect> dialect = DialectFromName(name);
      if (!dialect) RefuseField(path, fmt::format("\"{}\" is not known", name));
      value = *dialect;
    } else if constexpr (std::is_enum_v<T>) {
      EnumFromJson(json, path, value);
    } else {
      Reader reader(json, path);
      plan_file::Fields(reader, value);
      reader.RefuseUnknown();
    }
  }
  template <class T>
  static void FromJson(const Json& json, const std::string& path, std::vector<T>& values) {
    if (!json.is_array()) RefuseField(path, "must be an array");
    for (const Json& item : json) {
      const std::string item_path = fmt::format("{}[{}]", path, values.size());
      FromJson(item, item_path, values.emplace_back());
    }
  }
  template <class T>
  static void FromJson(const Json& json, const std::string& path, std::optional<T>& value) {
    FromJson(json, path, value.emplace());
  }
  static void FromJson(const Json& json, const std::string& path, Action& action) {
    Reader reader(json, path);
    std::string kind;
    reader.Required("kind", kind);
    ActionFromJson<0>(reader, kind, action);
    reader.RefuseUnknown();
  }

 private:
  template <class T>
  static void EnumFromJson(const Json& json, const std::string& path, T& value) {
    std::string wanted;
    FromJson(json, path, wanted);
    for (const auto& [candidate, name] : plan_file::NamesOf(value)) {
      if (name != wanted) continue;
      value = candidate;
      return;
    }
    RefuseField(path, fmt::format("\"{}\" is not known", wanted));
  }

  template <std::size_t kIndex>
  static void ActionFromJson(Reader& reader, const std::string& kind, Action& action) {
    if constexpr (kIndex == std::variant_size_v<Action>) {
      RefuseField(reader.Path("kind"), fmt::format("\"{}\" is not known", kind));
    } else if (kind == plan_file::kActionNames.at(kIndex)) {
      plan_file::Fields(reader, action.emplace<kIndex>());
    } else {
      ActionFromJson<kIndex + 1>(reader, kind, action);
    }
  }

  static void TextFromJson(const Json& json, const std::string& path, std::string& text) {
    if (!json.is_array()) return FromJson(json, path, text);
    std::vector<std::string> lines;
    FromJson(json, path, lines);
    text.clear();
    for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : "\n") + lines[i];
  }
  static void TextFromJson(const Json& json, const std::string& path,
                           std::vector<std::string>& texts) {
    if (!json.is_array()) RefuseField(path, "must be an array");
    for (const Json& item : json) {
      const std::string item_path = fmt::format("{}[{}]", path, texts.size());
      TextFromJson(item, item_path, texts.emplace_back());
    }
  }

  const Json* Find(const char* name) {
    known_.insert(name);
    const auto found = json_.find(name);
    return found == json_.end() ? nullptr : &*found;
  }
  std::string Path(const std::string& name) const {
    return path_.empty() ? name : path_ + "." + name;
  }

  const Json& json_;
  std::string path_;
  std::set<std::string> known_;
};

Json ParseJson(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    if (error.byte > text.size() || text.find_last_not_of(" \n\r\t") == std::string_view::npos) {
      Refuse(codes::kPlanUnreadable,
             "the plan file is truncated: it ends in the middle; compile it again");
    }
    const std::string_view before = text.substr(0, error.byte);
    Refuse(codes::kPlanUnreadable,
           fmt::format("the plan file is not JSON (line {}); is it the file that zdmc compile -o "
                       "wrote?",
                       std::count(before.begin(), before.end(), '\n') + 1));
  } catch (const Json::exception& error) {
    Refuse(codes::kPlanUnreadable,
           fmt::format("the plan file is not JSON that zdm can read: {}", error.what()));
  }
}

void RequireFormat(const Json& json) {
  const auto format = json.is_object() ? json.find("format") : json.end();
  if (!json.is_object() || format == json.end() || !format->is_number_integer()) {
    Refuse(codes::kPlanUnreadable,
           "the file is JSON but not a plan of zdm; is it the file that zdmc compile -o wrote?");
  }
  const auto number = format->get<std::int64_t>();
  if (number == Plan::kFormat) return;
  Refuse(codes::kPlanFormat,
         number > Plan::kFormat
             ? fmt::format("the plan has format {}, of a newer zdmc; this zdm knows format {}: run "
                           "it with that version's zdm, or compile it again with this one's zdmc",
                           number, Plan::kFormat)
             : fmt::format("the plan has format {}, of an older zdmc; this zdm knows format {}: "
                           "compile it again, or run it with that version's zdm",
                           number, Plan::kFormat));
}

void RequireUnedited(const Json& json, std::string_view text) {
  const auto id = json.find("id");
  if (id == json.end() || !id->is_string()) RefuseField("id", "is missing");
  const std::string line = fmt::format("\"id\": \"{}\"", id->get<std::string>());
  const std::size_t at = text.find(line);
  if (at != std::string_view::npos) {
    const std::string blank = std::string(text.substr(0, at)) + "\"id\": \"\"" +
                              std::string(text.substr(at + line.size()));
    if (Sha256Hex(blank) == id->get<std::string>()) return;
  }
  Refuse(codes::kPlanEdited,
         "the plan was changed after it was compiled: its content no longer has the hash that its "
         "id names (line ends and blanks count); change the .zdm files and compile it again");
}

void RequireStep(const std::set<std::string>& steps, const std::string& id,
                 const std::string& where) {
  if (!id.empty() && steps.count(id) == 0) {
    RefuseField(where, fmt::format("names step \"{}\", which the plan lacks", id));
  }
}

void RequireWindow(const std::set<std::string>& steps, const Window& window,
                   const std::string& where) {
  RequireStep(steps, window.since, where + ".window.since");
  RequireStep(steps, window.until, where + ".window.until");
}

/// What the runtime takes for granted about a plan as a whole.
void RequireConsistent(const Plan& plan) {
  std::set<std::string> ids;
  for (const std::vector<Step>* steps : {&plan.steps, &plan.purge}) {
    for (const Step& step : *steps) {
      if (!ids.insert(step.id).second) {
        RefuseField("steps", fmt::format("two are called \"{}\"", step.id));
      }
    }
  }
  for (std::size_t i = 1; i < plan.steps.size(); ++i) {
    if (plan.steps[i].phase < plan.steps[i - 1].phase) {
      RefuseField(fmt::format("steps[{}].phase", i), "is earlier than that of the step before");
    }
  }
  for (const std::vector<Step>* steps : {&plan.steps, &plan.purge}) {
    for (const Step& step : *steps) {
      for (const Loss& loss : step.losses) RequireWindow(ids, loss.window, step.id + ".losses");
    }
  }
  for (const Verification& verification : plan.verifications) {
    RequireWindow(ids, verification.window, "verifications of " + verification.rows.table);
  }
  for (const OwnedObject& object : plan.objects) {
    RequireWindow(ids, object.window, "objects, " + object.name);
  }
}

}  // namespace

Plan ReadPlan(std::string_view text) {
  const Json json = ParseJson(text);
  RequireFormat(json);
  RequireUnedited(json, text);
  Plan plan;
  try {
    Reader::FromJson(json, "", plan);
  } catch (const Json::exception& error) {
    RefuseField("", error.what());
  }
  RequireConsistent(plan);
  if (WritePlan(plan) != text) {
    RefuseField("", "is not in the form that zdmc writes (a field twice, or out of order)");
  }
  return plan;
}

void RequireDialect(const Plan& plan, Dialect dialect) {
  if (plan.dialect == dialect) return;
  Refuse(
      codes::kPlanDialect,
      fmt::format("the plan was compiled for {}, and the database is {}; name the right database "
                  "in --db, or compile the plan for this one",
                  ToString(plan.dialect), ToString(dialect)));
}

}  // namespace zdm
