// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_sequence.h"

namespace zdm {
namespace {

struct Range {
  std::string min, max;
};

Range RangeOf(const std::string& type) {
  if (type == "smallint") {
    return {"-32768", "32767"};
  }
  if (type == "integer") {
    return {"-2147483648", "2147483647"};
  }
  return {"-9223372036854775808", "9223372036854775807"};
}

/// "+007" -> "7", "-0" -> "0": the spelling that the server prints.
std::string Canonical(const std::string& number) {
  const bool negative = !number.empty() && number[0] == '-';
  std::size_t at = !number.empty() && (number[0] == '-' || number[0] == '+') ? 1 : 0;
  while (at + 1 < number.size() && number[at] == '0') {
    ++at;
  }
  const std::string digits = number.substr(at);
  return negative && digits != "0" ? "-" + digits : digits;
}

}  // namespace

SequenceOptions ResolveSequence(const SequenceOptions& options, const std::string& type) {
  SequenceOptions full;
  full.cycle = options.cycle;
  full.increment = Canonical(options.increment.value_or("1"));
  full.cache = Canonical(options.cache.value_or("1"));
  const bool ascending = full.increment->front() != '-';
  const Range range = RangeOf(type);
  full.min_value = Canonical(options.min_value.value_or(ascending ? "1" : range.min));
  full.max_value = Canonical(options.max_value.value_or(ascending ? range.max : "-1"));
  full.start = Canonical(options.start.value_or(ascending ? *full.min_value : *full.max_value));
  return full;
}

SequenceOptions ReduceSequence(const SequenceOptions& full, const std::string& type) {
  SequenceOptions reduced = full;
  // From the last one derived to the first: each is dropped when the rest gives it anyway.
  for (auto option :
       {&SequenceOptions::start, &SequenceOptions::max_value, &SequenceOptions::min_value,
        &SequenceOptions::cache, &SequenceOptions::increment}) {
    SequenceOptions without = reduced;
    without.*option = std::nullopt;
    if (ResolveSequence(without, type) == ResolveSequence(full, type)) {
      reduced = without;
    } else {
      (reduced.*option) = ResolveSequence(full, type).*option;
    }
  }
  return reduced;
}

}  // namespace zdm
