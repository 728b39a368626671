#include "controller/source_memory.h"

#include <filesystem>

#include "controller/checkout.h"

namespace byoc {
namespace {

constexpr const char* kMemoryNote = "watched-directory";

Json json_of_root(const RootIdentity& root) {
  return {{"path", root.path}, {"repository", root.repository}, {"below", root.below}};
}

}  // namespace

bool RootIdentity::same_as(const RootIdentity& other) const {
  if (repository.empty() && other.repository.empty()) return path == other.path;
  return repository == other.repository && below == other.below;
}

RootIdentity identify_root(const std::string& path) {
  const Checkout checkout = checkout_of(path);
  return {path, checkout.repository, checkout.below};
}

std::string to_string(const RootIdentity& root) {
  if (root.repository.empty()) return root.path;
  return root.below.empty() ? root.repository : root.below + " of " + root.repository;
}

Result<SourceMemory> read_source_memory(Store& store) {
  const Result<std::string> text = store.note(kMemoryNote);
  if (!text.ok()) return text.status();
  SourceMemory memory;
  if (text.value().empty()) return memory;
  try {
    const Json json = Json::parse(text.value());
    if (json.contains("root")) {
      const Json& root = json.at("root");
      memory.root =
          RootIdentity{root.at("path").get<std::string>(), root.at("repository").get<std::string>(),
                       root.at("below").get<std::string>()};
    }
    for (const Json& one : json.at("deletions")) {
      memory.deletions.push_back({Time{Duration{one.at("at").get<std::int64_t>()}},
                                  one.at("uid").get<std::string>(),
                                  one.at("resources").get<std::size_t>()});
    }
  } catch (const Json::exception&) {
    return SourceMemory{};
  }
  return memory;
}

Status write_source_memory(Store& store, const SourceMemory& memory) {
  Json json = {{"deletions", Json::array()}};
  if (memory.root) json["root"] = json_of_root(*memory.root);
  for (const RecentDeletion& one : memory.deletions) {
    json["deletions"].push_back({{"at", one.at.time_since_epoch().count()},
                                 {"uid", one.uid},
                                 {"resources", one.resources}});
  }
  // A path may hold bytes that are no text.
  return store.set_note(kMemoryNote, json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace byoc
