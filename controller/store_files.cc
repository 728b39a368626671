#include "controller/store_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace byoc {
Status make_private_dir(const std::string& dir) {
  std::error_code failed;
  const std::filesystem::path path(dir);
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
  if (failed) return system_refused("cannot make the directory above", dir, failed.value());
  if (::mkdir(dir.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return system_refused("cannot make the directory", dir, errno);
  if (std::filesystem::is_directory(path, failed)) return {};
  return system_refused("cannot use as a directory:", dir, ENOTDIR);
}

// A file that is there is never opened here: with the descriptor's close this process would lose
// all its locks on it, those of SQLite's other connections too, and another process's last
// connection would take the log away under them.
Status make_private_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  if (fd >= 0) return {};
  struct stat info {};
  if (errno != EEXIST || ::access(path.c_str(), R_OK | W_OK) != 0 ||
      ::stat(path.c_str(), &info) != 0) {
    return system_refused("cannot write to the file", path, errno);
  }
  if (!S_ISREG(info.st_mode)) return system_refused("cannot use as a file:", path, EISDIR);
  if ((info.st_mode & 077U) == 0 || ::chmod(path.c_str(), info.st_mode & 0700U) == 0) return {};
  return system_refused("cannot protect the file", path, errno);
}

FileWitness::FileWitness(std::string path) : path_(std::move(path)) {
  struct stat info {};
  if (::stat(path_.c_str(), &info) != 0) return;
  device_ = info.st_dev;
  inode_ = info.st_ino;
}

Status FileWitness::check() const {
  struct stat info {};
  if (inode_ == 0) return {};
  if (::stat(path_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_) {
    return {};
  }
  return error(Code::unavailable,
               "the store " + path_ +
                   " was deleted, moved or replaced while it was in use, and nothing new is begun; "
                   "put it back, or end the program that uses it and run `byocctl rebuild`");
}

void DiskReserve::take() const {
  struct stat info {};
  if (::stat(path_.c_str(), &info) == 0 && info.st_size >= kReserveBytes) return;
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  if (::posix_fallocate(fd, 0, kReserveBytes) != 0) static_cast<void>(::ftruncate(fd, 0));
  ::close(fd);
}

bool DiskReserve::release() const {
  struct stat info {};
  if (::stat(path_.c_str(), &info) != 0 || info.st_size == 0) return false;
  return ::truncate(path_.c_str(), 0) == 0;
}

}  // namespace byoc
