// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/judge_collector.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/schema/match.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

using Names = std::map<std::string, std::string>;

/// `citext` of `public.citext`.
std::string WithoutSchema(const std::string& type) {
  const std::size_t dot = type.find('.');
  return dot == std::string::npos || type.find('"') != std::string::npos ? type
                                                                         : type.substr(dot + 1);
}

class TypeCollector {
 public:
  TypeCollector(const TableOnTrial& trial, const DesiredSchema& desired, const LanguageRules& rules,
                std::vector<PendingJudgement>& pending)
      : found_(trial.found),
        desired_(desired),
        table_(trial.table),
        rules_(rules),
        alphabet_(trial.alphabet),
        pending_(pending) {}

  void Collect() {
    const Names old_names = found_ == nullptr ? Names() : MatchColumns(*found_, table_);
    for (Column& column : table_.columns) {
      const auto old_name = old_names.find(column.name);
      const Column* old_column = found_ == nullptr || old_name == old_names.end()
                                     ? nullptr
                                     : found_->FindColumn(old_name->second);
      SettleType(column.type, old_column, column);
      // Where tables have a charset, collations stand in no schema.
      if (alphabet_.empty() && column.collation && column.collation->schema.empty()) {
        SettleCollation(old_column, column);
      }
    }
    if (found_ == nullptr) return;
    for (Transition& transition : table_.transitions) {
      for (TransitionSource& source : transition.from) {
        const Column* old_column = found_->FindColumn(source.column);
        if (old_column != nullptr && Same(source.type.sql, old_column->type.sql)) {
          source.type = old_column->type;
        }
      }
    }
  }

 private:
  bool Same(const std::string& written, const std::string& known) const {
    return rules_.expressions->same_type(written, known) ||
           rules_.expressions->same_type(written, WithoutSchema(known));
  }

  void SettleType(Type& type, const Column* old_column, const Column& column) {
    if (old_column != nullptr &&
        (type == old_column->type || Same(type.sql, old_column->type.sql))) {
      type = old_column->type;
      return;
    }
    if (rules_.type(type.sql).settled) return;
    if (SettleDeclared(type, table_.name.schema, desired_, rules_)) return;
    JudgeTask task;
    task.kind = JudgeKind::kType;
    task.schema = table_.name.schema;
    task.text = type.sql;
    task.what = "type of column " + Display(table_.name, column.name);
    task.origin = column.origin;
    pending_.push_back({std::move(task), [&type](const Judgement& judgement) {
                          type.sql = judgement.answers.at(0);
                        }});
  }

  void SettleCollation(const Column* old_column, Column& column) {
    if (old_column != nullptr && old_column->collation &&
        old_column->collation->name == column.collation->name) {
      column.collation = old_column->collation;
      return;
    }
    JudgeTask task;
    task.kind = JudgeKind::kCollation;
    task.schema = table_.name.schema;
    task.text = column.collation->name;
    task.what = "collation of column " + Display(table_.name, column.name);
    task.origin = column.origin;
    pending_.push_back(
        {std::move(task), [&column](const Judgement& judgement) {
           column.collation = QualifiedName{judgement.answers.at(0), judgement.answers.at(1)};
         }});
  }

  const Table* found_;
  const DesiredSchema& desired_;
  Table& table_;
  const LanguageRules& rules_;
  const std::string& alphabet_;
  std::vector<PendingJudgement>& pending_;
};

class ExpressionCollector {
 public:
  ExpressionCollector(const TableOnTrial& trial, const DesiredSchema& desired,
                      const ExpressionRules& rules, ExpressionMemo& memo,
                      std::vector<PendingJudgement>& pending)
      : found_(trial.found),
        desired_(desired),
        table_(trial.table),
        rules_(rules),
        alphabet_(trial.alphabet),
        memo_(memo),
        pending_(pending) {}

  void Collect() {
    if (found_ != nullptr) MatchWithFound();
    for (Column& column : table_.columns) CollectColumn(column);
    for (Check& check : table_.checks) {
      if (Known(check.expression, checks_)) continue;
      Ask(JudgeKind::kCheck, check.expression, table_,
          {"", "check " + Display(table_.name, check.name), check.origin});
    }
    for (Index& index : table_.indexes) CollectIndex(index);
    if (found_ == nullptr) return;
    for (Transition& transition : table_.transitions) CollectTransition(transition);
    for (DroppedColumn& dropped : table_.dropped_columns) CollectDropped(dropped);
  }

 private:
  /// The catalog's texts of this table, with old column names mapped to new ones.
  void MatchWithFound() {
    old_names_ = MatchColumns(*found_, table_);
    const bool other_alphabet =
        found_->charset != table_.charset || found_->collation != table_.collation;
    Names renames;
    for (const Column& column : table_.columns) {
      const auto old_name = old_names_.find(column.name);
      if (old_name == old_names_.end()) {
        changed_.insert(column.name);
        continue;
      }
      const Column& old_column = *found_->FindColumn(old_name->second);
      if (other_alphabet || old_column.type != column.type ||
          old_column.charset != column.charset || old_column.collation != column.collation) {
        changed_.insert(column.name);
      }
      if (column.name != old_name->second) renames.emplace(old_name->second, column.name);
    }
    const auto add = [&](std::vector<std::string>& pool, const Expression& expression) {
      pool.push_back(renames.empty() ? expression.sql : rules_.rename(expression.sql, renames));
    };
    for (const Check& check : found_->checks) add(checks_, check.expression);
    for (const Index& index : found_->indexes) {
      for (const IndexElement& element : index.elements) {
        if (element.expression) add(elements_, *element.expression);
      }
      if (index.where) add(predicates_, *index.where);
    }
    for (const Column& column : found_->columns) {
      if (column.generated) add(generated_, *column.generated);
    }
  }

  /// Takes the catalog's text when the parser finds no difference, and the columns have not changed
  /// under it.
  bool Known(Expression& expression, const std::vector<std::string>& pool) {
    if (expression.judged) return true;
    for (const std::string& text : pool) {
      if (!memo_.Same(expression.sql, text)) continue;
      if (!changed_.empty()) {
        for (const std::string& column : memo_.Read(expression.sql).columns) {
          if (changed_.contains(column)) return false;
        }
      }
      expression.sql = text;
      expression.judged = true;
      return true;
    }
    return false;
  }

  /// With the charset and collation that the column has beside its type.
  std::string FullType(const Column& column) const {
    std::string type = column.type.sql;
    if (alphabet_.empty()) return type;
    if (column.charset) type += " character set " + *column.charset;
    if (column.collation) type += " collate " + column.collation->name;
    return type;
  }

  /// The same for a default that the server prints back in a way that is certain.
  bool KnownLiteral(Expression& expression, const std::vector<std::string>& pool,
                    const Column& column) const {
    for (const std::string& text : pool) {
      if (!rules_.literal_prints_as(expression.sql, text, column.type.sql)) continue;
      expression.sql = text;
      expression.judged = true;
      return true;
    }
    return false;
  }

  JudgeTask Task(JudgeKind kind, const std::string& text, const std::string& type,
                 const std::string& what, SourceSpan origin) const {
    JudgeTask task;
    task.kind = kind;
    task.schema = table_.name.schema;
    task.text = text;
    task.type = type;
    task.alphabet = alphabet_;
    task.what = what;
    task.origin = origin;
    return task;
  }

  /// Adds the columns of `table` that the text names; false when it names one that is not there,
  /// which the diff reports with all it knows.
  bool AddColumns(JudgeTask& task, const Table& table, const std::string& text) const {
    const ExpressionFacts& facts = memo_.Read(text);
    for (const std::string& name : facts.columns) {
      const Column* column = table.FindColumn(name);
      // A text that the parser does not know gives words that are no columns.
      if (column == nullptr && facts.error.empty()) return false;
      if (column == nullptr) continue;
      const bool known = std::any_of(task.columns.begin(), task.columns.end(),
                                     [&](const Column& other) { return other.name == name; });
      if (known) continue;
      Column shell;
      shell.name = column->name;
      shell.type = column->type;
      shell.charset = column->charset;
      shell.collation = column->collation;
      task.columns.push_back(std::move(shell));
    }
    return true;
  }

  /// What is asked beside the expression itself.
  struct Matter {
    std::string type;
    std::string what;
    SourceSpan origin;
    Volatility* volatility = nullptr;
    bool pinned = false;
  };

  void Ask(JudgeKind kind, Expression& expression, const Table& table, const Matter& matter) {
    JudgeTask task = Task(kind, expression.sql, matter.type, matter.what,
                          expression.origin.valid() ? expression.origin : matter.origin);
    task.pinned = matter.pinned;
    Volatility* const volatility = matter.volatility;
    if (!AddColumns(task, table, expression.sql)) return;
    pending_.push_back({std::move(task), [&expression, volatility](const Judgement& judgement) {
                          expression.sql = judgement.answers.at(0);
                          expression.judged = true;
                          if (volatility != nullptr) *volatility = judgement.volatility;
                        }});
  }

  /// What the labels of the column's enum are printed as: known without a server.
  void AddLabels(const Column& column, std::vector<std::string>& pool) const {
    for (const EnumType& type : desired_.schema.enums) {
      const std::string name = rules_.quote(type.name.schema) + "." + rules_.quote(type.name.name);
      if (column.type.sql != name) continue;
      for (const EnumLabel& label : type.labels) {
        std::string literal;
        for (const char c : label.text) literal.append(c == '\'' ? 2 : 1, c);
        if (literal.find('\\') == std::string::npos) {
          pool.push_back("'" + literal + "'::" + name);
        }
      }
    }
  }

  void CollectColumn(Column& column) {
    const auto old_name = old_names_.find(column.name);
    const Column* old_column =
        old_name == old_names_.end() ? nullptr : found_->FindColumn(old_name->second);
    const std::string shown = Display(table_.name, column.name);
    if (column.default_value) {
      std::vector<std::string> pool;
      if (old_column != nullptr && old_column->default_value && !changed_.contains(column.name)) {
        pool.push_back(old_column->default_value->sql);
      }
      AddLabels(column, pool);
      if (!Known(*column.default_value, pool) &&
          !KnownLiteral(*column.default_value, pool, column)) {
        Ask(JudgeKind::kDefault, *column.default_value, table_,
            {FullType(column), "default of " + shown, column.origin, &column.default_volatility});
      }
    }
    if (column.on_update) {
      // It is one of the defaults that such a column may have, and is printed like that.
      std::vector<std::string> pool;
      if (old_column != nullptr && old_column->on_update) {
        pool.push_back(old_column->on_update->sql);
      }
      if (!Known(*column.on_update, pool)) {
        Ask(JudgeKind::kDefault, *column.on_update, table_,
            {FullType(column), "`on update` of " + shown, column.origin});
      }
    }
    if (column.generated && !Known(*column.generated, generated_)) {
      Ask(JudgeKind::kGenerated, *column.generated, table_,
          {FullType(column), "generated value of " + shown, column.origin});
    }
  }

  const Index* FoundIndex(const std::string& name) const {
    if (found_ == nullptr) return nullptr;
    for (const Index& index : found_->indexes) {
      if (index.name == name) return &index;
    }
    return nullptr;
  }

  /// Whether the element's operator class and collation are as in the catalog or plainly absent;
  /// takes their schemas from there.
  static bool SettleNames(IndexElement& element, const IndexElement* found) {
    const auto settle = [](std::optional<QualifiedName>& name,
                           const std::optional<QualifiedName>* known) {
      if (!name) return true;
      if (known == nullptr || !*known || (*known)->name != name->name) return false;
      if (!name->schema.empty() && name->schema != (*known)->schema) return false;
      name = **known;
      return true;
    };
    return settle(element.opclass, found != nullptr ? &found->opclass : nullptr) &&
           settle(element.collation, found != nullptr ? &found->collation : nullptr);
  }

  void CollectIndex(Index& index) {
    const Index* found = FoundIndex(index.name);
    bool known = true;
    for (std::size_t i = 0; i < index.elements.size(); ++i) {
      IndexElement& element = index.elements[i];
      if (element.expression && !Known(*element.expression, elements_)) known = false;
      const bool beside = found != nullptr && i < found->elements.size();
      if (!SettleNames(element, beside ? &found->elements[i] : nullptr)) known = false;
    }
    if (index.where && !Known(*index.where, predicates_)) known = false;
    if (known) return;
    JudgeTask task =
        Task(JudgeKind::kIndex, "", "",
             "index " + Display(QualifiedName{table_.name.schema, index.name}), index.origin);
    task.text = index.method;
    task.index = index;
    for (const IndexElement& element : index.elements) {
      const std::string text =
          element.expression ? element.expression->sql : rules_.quote(*element.column);
      if (!AddColumns(task, table_, text)) return;
      task.text += (element.expression ? " (" + text + ")" : " " + text);
      if (element.collation) task.text += " collate " + Display(*element.collation);
      if (element.opclass) task.text += " " + Display(*element.opclass);
      task.text += ",";
    }
    task.text.pop_back();
    if (index.where) {
      if (!AddColumns(task, table_, index.where->sql)) return;
      task.text += " where (" + index.where->sql + ")";
    }
    pending_.push_back({std::move(task), [&index](const Judgement& judgement) {
                          TakeIndex(index, judgement.answers);
                        }});
  }

  /// Five texts an element (expression, schema and name of the operator class and of the
  /// collation), then the predicate; "" where there is none.
  static void TakeIndex(Index& index, const std::vector<std::string>& answers) {
    const auto name = [&](std::size_t at) {
      return answers.at(at + 1).empty()
                 ? std::nullopt
                 : std::optional<QualifiedName>({answers.at(at), answers.at(at + 1)});
    };
    std::size_t at = 0;
    for (IndexElement& element : index.elements) {
      if (element.expression) {
        element.expression->sql = answers.at(at);
        element.expression->judged = true;
      }
      element.opclass = name(at + 1);
      // That of an expression shows only when it was asked for.
      if (element.column || element.collation) element.collation = name(at + 3);
      at += 5;
    }
    if (!index.where) return;
    index.where->sql = answers.at(at);
    index.where->judged = true;
  }

  void CollectTransition(Transition& transition) {
    if (!InForce(transition, *found_, table_, rules_)) return;
    const bool pinned = transition.time_zone.has_value();
    for (TransitionAssignment& up : transition.up) {
      const Column* target = table_.FindColumn(up.column);
      if (target == nullptr || up.expression.judged) continue;
      Ask(JudgeKind::kTransition, up.expression, *found_,
          {FullType(*target), "up of " + Display(table_.name, up.column), up.origin, nullptr,
           pinned});
    }
    for (TransitionAssignment& down : transition.down) {
      const Column* source = found_->FindColumn(down.column);
      if (source == nullptr || down.expression.judged) continue;
      Ask(JudgeKind::kTransition, down.expression, table_,
          {FullType(*source), "down of " + Display(table_.name, down.column), down.origin, nullptr,
           pinned});
    }
  }

  void CollectDropped(DroppedColumn& dropped) {
    const Column* column = found_->FindColumn(dropped.name);
    if (column == nullptr || !dropped.down || dropped.down->judged) return;
    const bool computed = !memo_.Read(dropped.down->sql).columns.empty();
    Ask(computed ? JudgeKind::kTransition : JudgeKind::kDefault, *dropped.down, table_,
        {FullType(*column), "down of " + Display(table_.name, dropped.name), dropped.origin});
  }

  const Table* found_;
  const DesiredSchema& desired_;
  Table& table_;
  const ExpressionRules& rules_;
  const std::string& alphabet_;
  ExpressionMemo& memo_;
  std::vector<PendingJudgement>& pending_;
  Names old_names_;
  std::set<std::string> changed_;  ///< columns that are new or of another type
  std::vector<std::string> checks_, elements_, predicates_, generated_;
};

}  // namespace

void CollectTypes(const TableOnTrial& trial, const DesiredSchema& desired,
                  const LanguageRules& rules, std::vector<PendingJudgement>& pending) {
  TypeCollector(trial, desired, rules, pending).Collect();
}

void CollectExpressions(const TableOnTrial& trial, const DesiredSchema& desired,
                        const ExpressionRules& rules, ExpressionMemo& memo,
                        std::vector<PendingJudgement>& pending) {
  ExpressionCollector(trial, desired, rules, memo, pending).Collect();
}

}  // namespace zdm
