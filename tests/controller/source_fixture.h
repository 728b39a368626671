// Files in memory as a scan sees them, and what the store would hold after them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controller/source.h"
#include "tests/controller/store_fixture.h"

namespace byoc {

using FileTexts = std::map<std::string, std::string>;

inline const std::string kCommit(40, 'a');

// `more` goes on with the metadata, or is a spec.
inline std::string cluster_text(const std::string& name, const std::string& more = "") {
  const bool bare = more.find("spec:") == std::string::npos;
  return "apiVersion: byoc.dev/v1alpha1\nkind: Cluster\nmetadata:\n  name: " + name + "\n" + more +
         (bare ? "spec: {}\n" : "");
}

// One file for each of `count` clusters: c0.yaml, c1.yaml, ...
inline FileTexts cluster_files(int count) {
  FileTexts files;
  for (int i = 0; i < count; ++i) {
    const std::string name = "c" + std::to_string(i);
    files[name + ".yaml"] = cluster_text(name);
  }
  return files;
}

// Whole, and settled long ago.
inline Scan scan_of(const FileTexts& files) {
  Scan scan;
  scan.root = "/manifests";
  scan.taken = kNow;
  scan.since = kNow - std::chrono::hours(1);
  scan.commit = kCommit;
  for (const auto& [path, text] : files) {
    scan.files.push_back(std::make_shared<const ScannedFile>(scanned(path, text, {})));
  }
  return scan;
}

// The store when it follows the files.
inline Stored stored_of(const FileTexts& files) {
  Stored stored;
  for (const SourceChange& change : compare(scan_of(files), {}).list) {
    Object object = change.object;
    object.metadata.uid = "uid-of-" + object.metadata.name;
    object.metadata.generation = 1;
    object.metadata.resource_version = "1";
    stored.objects.push_back(std::move(object));
  }
  return stored;
}

inline Object& object_in(Stored& stored, const std::string& name) {
  for (Object& object : stored.objects) {
    if (object.metadata.name == name) return object;
  }
  ADD_FAILURE() << name;
  return stored.objects.front();
}

// "put Cluster/a Created", ...
inline std::vector<std::string> shown(const SourceChanges& changes) {
  constexpr std::array<const char*, 6> kKinds = {"put",    "move",    "remove",
                                                 "frozen", "waiting", "later"};
  std::vector<std::string> out;
  for (const SourceChange& change : changes.list) {
    out.push_back(std::string(kKinds.at(static_cast<std::size_t>(change.kind))) + " " +
                  to_string(change.object.key()) + " " + change.reason);
  }
  return out;
}

}  // namespace byoc
