// scan: a directory of manifests as it is now: files, what they say, and whether all could be read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "controller/source_memory.h"
#include "manifests/foreign.h"
#include "manifests/packed.h"

namespace byoc {

struct ScannedFile {
  std::string path;  // below the root
  std::string hash;  // of its bytes
  bool empty = false;
  PackedManifests manifests;             // those that are, or are meant to be, of byoc
  std::vector<ForeignDocument> foreign;  // the others
  bool mentions_us = true;               // whether what cannot be read of it may be of byoc
  Diagnostics diagnostics;               // of reading it
};

// A file with this text.
[[nodiscard]] ScannedFile scanned(const std::string& path, const std::string& text,
                                  const Limits& limits);

struct Scan {
  std::string root;
  Time taken;
  Time since;  // of the first of the scans in a row, this one included, that were whole and equal
  std::vector<std::shared_ptr<const ScannedFile>> files;  // by path
  Diagnostics diagnostics;  // of what could not be read; those of a file's text are with the file
  bool whole = true;        // every directory and every file was read
  // What is not read on purpose, files or whole directories, and why: says nothing of what it held.
  std::map<std::string, std::string> left_out;
  std::string commit;     // of the Git checkout; "" when it is none
  RootIdentity identity;  // of the root
};

// What tells one state of a file from another without reading it.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

// Remembers the files of the last scan: one that has not changed is neither read nor parsed again.
class Scanner {
 public:
  // A scan ends early, and is not whole, when `interrupted` says so.
  explicit Scanner(const std::string& root, Limits limits = {},
                   std::function<bool()> interrupted = {});

  [[nodiscard]] Scan scan(Time now);

 private:
  struct Known {
    FileIdentity identity;
    Time read;
    std::shared_ptr<const ScannedFile> file;
  };

  [[nodiscard]] Result<Known> look(const std::string& path, const FileIdentity& identity,
                                   Time now) const;
  [[nodiscard]] std::string below_root(const std::string& path) const;

  std::string root_;
  Limits limits_;
  std::function<bool()> interrupted_;
  std::map<std::string, Known> known_;  // no more than limits_.files_max
  std::string hash_;                    // of the last scan; "" when it was not whole
  Time since_{};
};

}  // namespace byoc
