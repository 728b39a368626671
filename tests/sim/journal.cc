#include "tests/sim/journal.h"

namespace byoc::sim {

std::size_t count_calls(const Journal& journal, std::string_view service,
                        std::string_view operation, std::size_t from) {
  std::size_t count = 0;
  for (std::size_t i = from; i < journal.size(); ++i) {
    const Entry& entry = journal[i];
    const bool fits = (service.empty() || entry.service == service) &&
                      (operation.empty() || entry.operation == operation);
    count += fits ? 1 : 0;
  }
  return count;
}

std::vector<const Entry*> mutations(const Journal& journal, std::size_t from) {
  std::vector<const Entry*> found;
  for (std::size_t i = from; i < journal.size(); ++i) {
    const Entry& entry = journal[i];
    if (entry.mutates && entry.executed && entry.code == Code::ok) found.push_back(&entry);
  }
  return found;
}

std::vector<const Entry*> rejected(const Journal& journal, std::size_t from) {
  std::vector<const Entry*> found;
  for (std::size_t i = from; i < journal.size(); ++i) {
    if (journal[i].code != Code::ok) found.push_back(&journal[i]);
  }
  return found;
}

std::string show(const Entry& entry, Time start) {
  std::string line = std::to_string((entry.at - start).count() / 1000) + "s " + entry.service +
                     ':' + entry.operation + ' ' + entry.account + '/' + entry.region + ' ';
  line += code_name(entry.code);
  if (!entry.aws_code.empty()) line += '(' + entry.aws_code + ": " + entry.message + ')';
  if (entry.lost) line += " answer lost";
  if (!entry.params.is_null()) line += ' ' + entry.params.dump();
  return line;
}

}  // namespace byoc::sim
