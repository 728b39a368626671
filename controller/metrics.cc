#include "controller/metrics.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <set>

#include "base/check.h"

namespace byoc {
namespace {

struct Family {
  std::string_view name;
  std::string_view type;
  std::string_view help;
};

constexpr Family kFamilies[] = {
    {"byoc_aws_calls_total", "counter", "HTTP attempts at AWS, by their result."},
    {"byoc_aws_throttles_total", "counter", "Attempts that AWS refused because of their rate."},
    {"byoc_build_info", "gauge", "Always 1; the label is the version."},
    {"byoc_dangling", "gauge", "Resources with our tags that belong to nothing."},
    {"byoc_deletions_waiting", "gauge", "Objects whose deletion waits for an approval."},
    {"byoc_intents_open", "gauge", "Promises whose outcome is not known yet."},
    {"byoc_last_success_timestamp_seconds", "gauge", "When an object was last as it should be."},
    {"byoc_manifest_errors", "gauge", "Errors in a file of the watched directory."},
    {"byoc_objects", "gauge", "Objects by kind and phase."},
    {"byoc_queue_age_seconds", "gauge", "How long the longest due object has been waiting."},
    {"byoc_queue_depth", "gauge", "Objects that are due now."},
    {"byoc_reconcile_seconds", "histogram", "How long one pass took, calls included."},
    {"byoc_reconciles_total", "counter", "Passes by kind and result."},
    {"byoc_watch_scans_total", "counter", "Scans of the watched directory by result."},
    {"process_cpu_seconds_total", "counter", "CPU time of the process."},
    {"process_max_fds", "gauge", "How many file descriptors may be open."},
    {"process_open_fds", "gauge", "Open file descriptors."},
    {"process_resident_memory_bytes", "gauge", "Memory in RAM."},
    {"process_start_time_seconds", "gauge", "When the process started, as Unix time."},
    {"process_virtual_memory_bytes", "gauge", "Address space."},
};
constexpr std::array kBuckets = {0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0};

const Family& family(std::string_view name, std::string_view type) {
  for (const Family& one : kFamilies) {
    if (one.name == name && one.type == type) return one;
  }
  check(false, "no metric of that name and type");
  return kFamilies[0];
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string labels_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    out += (out.empty() ? "" : ",") + std::string(name) + "=\"" + escape(value) + "\"";
  }
  return out;
}

std::string braced(std::string_view labels) {
  return labels.empty() ? "" : "{" + std::string(labels) + "}";
}

std::string format_number(double value) {
  std::array<char, 32> text{};
  const bool whole = value == std::floor(value) && std::fabs(value) < 1e15;
  std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.15g", value);
  return text.data();
}

}  // namespace

double& Metrics::value_of(std::string_view name, std::string_view type, const Labels& labels) {
  return values_[std::string(family(name, type).name)][labels_text(labels)];
}

void Metrics::add(std::string_view name, const Labels& labels, double amount) {
  const std::lock_guard lock(mutex_);
  value_of(name, "counter", labels) += amount;
}

void Metrics::set(std::string_view name, const Labels& labels, double value) {
  const std::lock_guard lock(mutex_);
  value_of(name, "gauge", labels) = value;
}

void Metrics::set_total(std::string_view name, const Labels& labels, double value) {
  const std::lock_guard lock(mutex_);
  value_of(name, "counter", labels) = value;
}

void Metrics::clear(std::string_view name) {
  const std::lock_guard lock(mutex_);
  values_.erase(std::string(family(name, "gauge").name));
}

void Metrics::keep_only(std::string_view name, const std::vector<Labels>& labels) {
  std::set<std::string> kept;
  for (const Labels& one : labels) kept.insert(labels_text(one));
  const std::lock_guard lock(mutex_);
  const auto series = values_.find(family(name, "gauge").name);
  if (series == values_.end()) return;
  std::erase_if(series->second, [&](const auto& item) {
    return !kept.contains(std::string(item.first.begin(), item.first.end()));
  });
}

void Metrics::observe(std::string_view name, const Labels& labels, double seconds) {
  const std::lock_guard lock(mutex_);
  Histogram& into = histograms_[std::string(family(name, "histogram").name)][labels_text(labels)];
  into.counts.resize(kBuckets.size() + 1);
  into.sum += seconds;
  for (std::size_t i = 0; i < kBuckets.size(); ++i) {
    if (seconds <= kBuckets[i]) into.counts[i] += 1;
  }
  into.counts.back() += 1;
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const Family& one : kFamilies) {
    const std::string name(one.name);
    const auto values = values_.find(name);
    const auto histograms = histograms_.find(name);
    if (values == values_.end() && histograms == histograms_.end()) continue;
    out += "# HELP " + name + " " + std::string(one.help) + "\n# TYPE " + name + " " +
           std::string(one.type) + "\n";
    if (values != values_.end()) {
      for (const auto& [labels, value] : values->second) {
        out += name + braced(labels) + " " + format_number(value) + "\n";
      }
    }
    if (histograms == histograms_.end()) continue;
    for (const auto& [labels, histogram] : histograms->second) {
      const std::string before = labels.empty() ? "" : labels + ",";
      for (std::size_t i = 0; i <= kBuckets.size(); ++i) {
        const std::string bound = i < kBuckets.size() ? format_number(kBuckets[i]) : "+Inf";
        out += name + "_bucket{" + before + "le=\"" + bound + "\"} " +
               format_number(histogram.counts[i]) + "\n";
      }
      out += name + "_sum" + braced(labels) + " " + format_number(histogram.sum) + "\n";
      out += name + "_count" + braced(labels) + " " + format_number(histogram.counts.back()) + "\n";
    }
  }
  return out;
}

}  // namespace byoc
