// SPDX-License-Identifier: Apache-2.0
// Everything that comes from the plan goes through Html(); the page forbids scripts and loading on
// top of that.
#include "compiler/planner/explain_html.h"

#include <fmt/format.h>

#include <cctype>

#include "compiler/planner/explain.h"
#include "compiler/planner/explain_parts.h"
#include "compiler/source/code_pages.h"

namespace zdm {
namespace {

std::string Sentence(std::string_view text) {
  std::string out(text);
  out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out;
}

std::string Counted(std::size_t count, const char* thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

/// Texts of ours hold commands in backticks.
std::string WithCode(std::string_view text) {
  std::string out;
  bool open = false;
  for (const char c : Html(text)) {
    if (c != '`') {
      out += c;
      continue;
    }
    out += open ? "</code>" : "<code>";
    open = !open;
  }
  return out + (open ? "</code>" : "");
}

class Page {
 public:
  explicit Page(const Plan& plan) : plan_(plan) {}

  std::string Run() {
    Head();
    if (plan_.steps.empty()) {
      out_ += "<p class=empty>The database is as the files say: this plan has no steps.</p>\n";
    } else {
      Journey();
      Hazards();
      Notices();
      for (const PhaseWords& words : AllPhases()) PhasePart(words);
      Purge();
    }
    out_ += fmt::format(
        "<footer><p>Plan <code>{}</code>, written by zdmc {}. What runs is the plan file; this "
        "page is for reading.</p></footer>\n</body>\n</html>\n",
        Html(plan_.id), Html(plan_.compiler));
    return std::move(out_);
  }

 private:
  void Head() {
    const std::string id = Html(plan_.id.substr(0, 12));
    out_ += fmt::format(
        "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
        "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
        "<title>Migration plan {}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
        id, kExplainStyle);
    out_ +=
        fmt::format("<header>\n<p class=kicker>Migration plan</p>\n<h1><code>{}</code></h1>\n", id);
    out_ += fmt::format(
        "<ul class=facts>\n<li><b>{}</b> steps</li>\n<li>for <b>{}</b>, server version {}</li>\n"
        "<li>no application statement waits longer than <b>{} ms</b> for a lock of ours</li>\n"
        "</ul>\n</header>\n",
        plan_.steps.size(), ToString(plan_.dialect), plan_.server_version, plan_.lock_timeout_ms);
  }

  /// Who works when, and until when there is a way back.
  void Journey() {
    out_ += "<nav class=journey aria-label=\"Phases\">\n";
    for (const PhaseWords& words : AllPhases()) {
      out_ += fmt::format("<a class=\"stop {0}\" href=\"#{0}\"><b>{1}</b><span>{2}</span></a>\n",
                          words.name, Sentence(words.name),
                          Counted(CountSteps(plan_, words.phase), "step"));
    }
    out_ += fmt::format("<a class=\"stop purge\" href=\"#purge\"><b>Purge</b><span>{}</span></a>\n",
                        Counted(plan_.purge.size(), "step"));
    out_ +=
        "<p class=\"bar old\">old application</p>\n"
        "<p class=\"bar new\"><span class=ready>new one's writes succeed</span>"
        "<span class=live>new application</span></p>\n"
        "<p class=\"bar back\">everything can be undone: <code>zdm rollback</code></p>\n"
        "<p class=\"bar none\">no way back</p>\n</nav>\n";
  }

  void Hazards() {
    const std::vector<StepHazard> hazards = AllHazards(plan_);
    if (hazards.empty()) return;
    out_ += fmt::format("<section class=hazards>\n<h2>{}</h2>\n<ul>\n",
                        Counted(hazards.size(), "hazard"));
    for (const auto& [step, hazard] : hazards) {
      const CodePage* page = FindCodePage(hazard->code);
      out_ += fmt::format("<li><p><b class=code>{}</b> <code>{}</code>{}</p><p>{}</p>",
                          Html(hazard->code), Html(hazard->object),
                          page == nullptr ? "" : " &middot; " + Html(page->code.title),
                          WithCode(Sentence(hazard->text)));
      if (!hazard->allowed_by.empty()) {
        out_ += fmt::format("<p class=allowed>Allowed: {}</p>", Html(hazard->allowed_by));
      }
      out_ += fmt::format("<p class=where>in <a href=\"#{}\">{}</a></p></li>\n", Anchor(*step),
                          Html(step->summary));
    }
    out_ += "</ul>\n</section>\n";
  }

  void Notices() {
    if (plan_.notices.empty()) return;
    out_ += "<section class=notices>\n<h2>What applications must know</h2>\n<ul>\n";
    for (const std::string& notice : plan_.notices) {
      out_ += "<li>" + WithCode(notice) + "</li>\n";
    }
    out_ += "</ul>\n</section>\n";
  }

  void PhasePart(const PhaseWords& words) {
    out_ += fmt::format(
        "<section class=\"phase {0}\" id={0}>\n<div class=title><h2>{1}</h2><p>{2}; {3}</p>"
        "<code class=command>{4}</code></div>\n",
        words.name, Sentence(words.name), Sentence(words.does), words.who, Html(words.command));
    if (CountSteps(plan_, words.phase) == 0) out_ += "<p class=empty>No steps.</p>\n";
    for (const Step& step : plan_.steps) {
      if (step.phase == words.phase) StepPart(step);
    }
    out_ += "</section>\n";
    if (words.phase != Phase::kMigrate) return;
    out_ += fmt::format("<p class=deploy><b>{}</b></p>\n", Sentence(kDeployHere));
  }

  void Purge() {
    out_ += fmt::format(
        "<section class=\"phase purge\" id=purge>\n<div class=title><h2>Purge</h2><p>{}</p>"
        "<code class=command>zdm purge</code></div>\n"
        "<p class=noreturn><b>The point of no return.</b> Purge destroys what contract "
        "parked.</p>\n",
        WithCode(Sentence(kUndoUntilPurge)));
    if (plan_.purge.empty()) out_ += "<p class=empty>Nothing is parked.</p>\n";
    for (const Step& step : plan_.purge) StepPart(step);
    out_ += "</section>\n";
  }

  /// Steps by their place: ids hold names of the user's.
  std::string Anchor(const Step& step) const {
    if (&step >= plan_.steps.data() && &step < plan_.steps.data() + plan_.steps.size()) {
      return fmt::format("step-{}", &step - plan_.steps.data() + 1);
    }
    return fmt::format("purge-{}", &step - plan_.purge.data() + 1);
  }

  void Locks(const Step& step) {
    out_ += "<dt>locks</dt><dd>";
    if (step.locks.empty()) out_ += "none that anybody waits for";
    for (const TableLock& lock : step.locks) {
      out_ +=
          fmt::format("<span class=lock><b>{}</b> {}</span> ", Html(lock.mode), Html(lock.object));
    }
    if (!WaitText(step).empty()) out_ += fmt::format("<i>{}</i>", WaitText(step));
    out_ += "</dd>\n";
  }

  void StepPart(const Step& step) {
    out_ += fmt::format("<article id={}>\n<h3>{}</h3>\n<p class=id><code>{}</code>", Anchor(step),
                        Html(Sentence(step.summary)), Html(step.id));
    if (!step.origin.empty()) out_ += fmt::format(" from <code>{}</code>", Html(step.origin));
    out_ += "</p>\n<dl>\n";
    Locks(step);
    out_ += fmt::format("<dt>work</dt><dd>{}</dd>\n", WorkText(step));
    for (const std::string& loss : LossesText(step)) {
      out_ += fmt::format("<dt>undo</dt><dd>refuses while there are {}</dd>\n", WithCode(loss));
    }
    out_ += "</dl>\n";
    for (const Hazard& hazard : step.hazards) {
      out_ += fmt::format("<p class=hazard><b class=code>{}</b> {}</p>\n", Html(hazard.code),
                          WithCode(Sentence(hazard.text)));
    }
    const std::string back = SqlOfRevert(step);
    out_ += fmt::format(
        "<details><summary>SQL{0}</summary>\n<div class=both>\n"
        "<figure><figcaption>forward</figcaption><pre>{1}</pre></figure>\n",
        back.empty() ? "" : ", both ways", HtmlSql(SqlOf(step.apply)));
    if (!back.empty()) {
      out_ += fmt::format("<figure><figcaption>back</figcaption><pre>{}</pre></figure>\n",
                          HtmlSql(back));
    }
    out_ += "</div>\n</details>\n</article>\n";
  }

  const Plan& plan_;
  std::string out_;
};

}  // namespace

std::string ExplainHtml(const Plan& plan) {
  return Page(plan).Run();
}

}  // namespace zdm
