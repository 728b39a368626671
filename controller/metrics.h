// Metrics: counters, gauges and histograms in Prometheus' text format. Safe from any thread.
// docs/metrics.md is the list of names; a name that is not in the table here stops the program.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace byoc {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

class Metrics {
 public:
  void add(std::string_view name, const Labels& labels, double amount = 1);   // counters
  void set_total(std::string_view name, const Labels& labels, double value);  // somebody else's
  void set(std::string_view name, const Labels& labels, double value);        // gauges
  void observe(std::string_view name, const Labels& labels, double seconds);  // histograms
  // Forgets every series of a gauge: before it is set anew from a list.
  void clear(std::string_view name);
  // Forgets the series of a gauge but for those with one of these labels.
  void keep_only(std::string_view name, const std::vector<Labels>& labels);

  // The exposition format, version 0.0.4, in the order of the names.
  [[nodiscard]] std::string text() const;

 private:
  struct Histogram {
    std::vector<double> counts;
    double sum = 0;
  };
  double& value_of(std::string_view name, std::string_view type, const Labels& labels);

  mutable std::mutex mutex_;
  using Series = std::map<std::string, double, std::less<>>;  // by labels
  std::map<std::string, Series, std::less<>> values_;         // by name
  std::map<std::string, std::map<std::string, Histogram>, std::less<>> histograms_;
};

}  // namespace byoc
