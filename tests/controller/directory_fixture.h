// A directory of files to watch and to scan.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/time.h"

namespace byoc {

namespace fs = std::filesystem;

class DirectoryTest : public testing::Test {
 protected:
  DirectoryTest() {
    std::string pattern = (fs::temp_directory_path() / "byoc-directory-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    root_ = dir_ / "manifests";
    fs::create_directory(root_);
  }
  ~DirectoryTest() override { fs::remove_all(dir_); }

  void write(const fs::path& name, const std::string& text = "kind: A\n") const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }

  // What git-sync and mounted config maps do: a link that is swapped in one step.
  static void swap_link(const fs::path& link, const fs::path& target) {
    const fs::path fresh = link.string() + ".fresh";
    fs::create_directory_symlink(target, fresh);
    fs::rename(fresh, link);
  }

  // When the file was last changed, by the file system's own clock.
  [[nodiscard]] Time changed(const fs::path& name) const {
    struct stat info {};
    EXPECT_EQ(::stat((root_ / name).c_str(), &info), 0) << name;
    return Time{
        std::chrono::duration_cast<Duration>(std::chrono::seconds(info.st_ctim.tv_sec) +
                                             std::chrono::nanoseconds(info.st_ctim.tv_nsec))};
  }

  fs::path dir_;   // everything of the test
  fs::path root_;  // what is looked at
};

}  // namespace byoc
