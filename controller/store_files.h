// Private files and directories of the store.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/status.h"

namespace byoc {

// Makes a directory with mode 0700 unless it is there; missing parents get the usual mode.
[[nodiscard]] Status make_private_dir(const std::string& dir);

// Makes an empty file with mode 0600 unless it is there; takes group's and others' rights away.
[[nodiscard]] Status make_private_file(const std::string& path);

// Remembers which file a path named, and says when it names that no more. It never opens the file.
class FileWitness {
 public:
  explicit FileWitness(std::string path);

  // unavailable when the file was deleted, moved or replaced by another one.
  [[nodiscard]] Status check() const;

 private:
  std::string path_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;  // 0: there was none to begin with
};

// Room on the disk that is kept for what must be written when there is none left: a file of that
// size beside the store.
class DiskReserve {
 public:
  explicit DiskReserve(std::string path) : path_(std::move(path)) {}

  // Takes the room, unless it is taken already; without enough of it on the disk there is none.
  void take() const;
  // Gives it up; answers whether there was any.
  [[nodiscard]] bool release() const;

 private:
  std::string path_;
};

inline constexpr std::int64_t kReserveBytes = 1 << 20;  // a deletion writes about half of it

}  // namespace byoc
