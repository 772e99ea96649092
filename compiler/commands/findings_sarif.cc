// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/commands/findings.h"
#include "compiler/source/code_pages.h"
#include "runtime/plan/sha256.h"

namespace zdm {
namespace {

using Json = nlohmann::ordered_json;

/// A path as a URI reference (RFC 3986): relative ones stay relative to the root of the sources.
std::string UriOf(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  while (path.starts_with("./")) path.remove_prefix(2);
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      uri += {'%', kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
  }
  return uri;
}

Json PhysicalLocation(const Place& place) {
  Json artifact = {{"uri", UriOf(place.path)}};
  if (!place.path.starts_with('/')) artifact["uriBaseId"] = "%SRCROOT%";
  Json region = {{"startLine", place.line}};
  if (place.column) region["startColumn"] = *place.column;
  region["endLine"] = place.end_line;
  if (place.end_column) region["endColumn"] = *place.end_column;
  return {{"artifactLocation", std::move(artifact)}, {"region", std::move(region)}};
}

Json Rule(const std::string& code) {
  Json rule = {{"id", code}};
  const CodePage* page = FindCodePage(code);
  if (page == nullptr) return rule;
  rule["shortDescription"] = {{"text", page->code.title}};
  rule["fullDescription"] = {{"text", page->text}};
  rule["help"] = {{"text", page->text}};
  return rule;
}

Json Result(const Finding& finding, std::size_t rule) {
  Json result = {{"ruleId", finding.code}, {"ruleIndex", rule}};
  result["level"] = finding.level == Finding::Level::kWarning ? "warning" : "error";
  std::string text = finding.text;
  Json related = Json::array();
  for (const RelatedText& note : finding.related) {
    if (!note.place) {
      text += "\n" + note.text;
      continue;
    }
    related.push_back({{"id", related.size()},
                       {"message", {{"text", note.text}}},
                       {"physicalLocation", PhysicalLocation(*note.place)}});
  }
  result["message"] = {{"text", text}};
  if (finding.place) {
    result["locations"] = Json::array({{{"physicalLocation", PhysicalLocation(*finding.place)}}});
    result["partialFingerprints"] = {
        {"zdmLine/v1",
         Sha256Hex(finding.code + "\n" + finding.place->path + "\n" + finding.line_text)}};
  }
  if (!related.empty()) result["relatedLocations"] = std::move(related);
  if (finding.level == Finding::Level::kAllowed) {
    result["suppressions"] =
        Json::array({{{"kind", "inSource"}, {"justification", finding.allowed_by}}});
  }
  return result;
}

}  // namespace

std::string SarifText(const std::vector<Finding>& findings, int exit_code) {
  std::set<std::string> codes;
  for (const Finding& finding : findings) codes.insert(finding.code);
  Json rules = Json::array();
  for (const std::string& code : codes) rules.push_back(Rule(code));
  Json results = Json::array();
  for (const Finding& finding : findings) {
    const auto rule = std::distance(codes.begin(), codes.find(finding.code));
    results.push_back(Result(finding, static_cast<std::size_t>(rule)));
  }
  const Json log = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs",
       Json::array(
           {{{"tool",
              {{"driver",
                {{"name", "zdmc"}, {"version", ZDM_VERSION}, {"rules", std::move(rules)}}}}},
             {"columnKind", "unicodeCodePoints"},
             {"invocations",
              Json::array({{{"executionSuccessful", true}, {"exitCode", exit_code}}})},
             {"results", std::move(results)}}})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace zdm
