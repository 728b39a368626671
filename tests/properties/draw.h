// Draw: manifests out of chance, from the JSON schemas.
//
// Every field of every kind can come, alone and with all the others; lists and maps of every length
// that is allowed; numbers and texts at their limits; text that looks like something else
// ($(vpc.VpcId),
// ${role.x.arn}, yes, 1.30), in several alphabets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "tests/sim/random.h"

namespace byoc::properties {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] sim::Random& random() { return random_; }
  template <typename T>
  [[nodiscard]] const T& one_of(const std::vector<T>& from) {
    return from[random_.below(from.size())];
  }

  // A value that fits the schema by itself. What fields demand of each other is for the caller.
  [[nodiscard]] Json value(const Json& schema, const std::string& pointer);

  // How likely an optional field is there.
  void set_density(double density) { density_ = density; }
  // The names that references of a kind may take.
  std::map<std::string, std::vector<std::string>> names;

 private:
  [[nodiscard]] Json integer(const Json& schema);
  [[nodiscard]] Json text(const Json& schema, const std::string& pointer);
  [[nodiscard]] Json list(const Json& schema, const std::string& pointer);
  [[nodiscard]] Json map(const Json& schema, const std::string& pointer);
  [[nodiscard]] std::string formatted(const std::string& format);
  [[nodiscard]] std::string free_text(std::size_t least, std::size_t most);
  [[nodiscard]] std::string words_of(std::string_view alphabet, std::size_t most);
  [[nodiscard]] Json policy();
  [[nodiscard]] Json any_json(int depth);

  sim::Random random_;
  double density_ = 0.5;
};

}  // namespace byoc::properties
