#include "manifests/packed.h"

#include <utility>

namespace byoc {
namespace {

Json packed_marks(const Marks& marks) {
  Json out = Json::object();
  for (const auto& [pointer, mark] : marks) out[pointer] = {mark.line, mark.column};
  return out;
}

Marks unpacked_marks(const Json& packed) {
  Marks out;
  for (const auto& [pointer, mark] : packed.items()) {
    out.emplace(pointer, Mark{mark[0].get<int>(), mark[1].get<int>()});
  }
  return out;
}

}  // namespace

PackedManifests::PackedManifests(const std::vector<Manifest>& manifests) {
  Json list = Json::array();
  for (const Manifest& one : manifests) {
    list.push_back({one.document, one.file, packed_marks(one.marks), packed_marks(one.values)});
  }
  bytes_ = Json::to_cbor(list);
  bytes_.shrink_to_fit();
}

std::vector<Manifest> PackedManifests::unpack() const {
  std::vector<Manifest> manifests;
  if (bytes_.empty()) return manifests;
  Json list = Json::from_cbor(bytes_);
  for (Json& one : list) {
    manifests.push_back(manifest_of(std::move(one[0]), one[1].get<std::string>(),
                                    unpacked_marks(one[2]), unpacked_marks(one[3])));
  }
  return manifests;
}

}  // namespace byoc
