// What others may have put into a network of ours, and keeps it from being removed.
#pragma once

#include <vector>

#include "reconcilers/row.h"

namespace byoc {

[[nodiscard]] std::vector<Blocking> users_of_vpc();
[[nodiscard]] std::vector<Blocking> users_of_subnet();
[[nodiscard]] std::vector<Blocking> users_of_internet();  // of a VPC's way to the internet
[[nodiscard]] std::vector<Blocking> users_of_group();

}  // namespace byoc
