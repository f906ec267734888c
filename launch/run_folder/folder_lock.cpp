#include "launch/run_folder/folder_lock.h"

#include "galen/error.h"
#include "galen/host.h"
#include "galen/own_file.h"
#include "galen/regular_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <thread>

namespace galen::launch {

namespace {

using namespace std::chrono_literals;

struct Holder {
  std::string host;
  pid_t process = 0;
};

Holder read_holder(const std::string& path) {
  Holder holder;
  if (!special_kind(path).empty()) return holder;
  std::ifstream(path) >> holder.host >> holder.process;
  return holder;
}

bool runs_here(const Holder& holder) {
  return holder.process > 0 && holder.process != getpid() && holder.host == host_name() && kill(holder.process, 0) == 0;
}

// EWOULDBLOCK: another process has it. A file system without locks returns other errors.
bool lock_at_once(int file, const std::string& path) {
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
  return errno != EWOULDBLOCK && !runs_here(read_holder(path));
}

[[noreturn]] void throw_held(const std::string& folder, const Holder& holder) {
  const std::string who = holder.host.empty() ? "another process" : fmt::format("process {} on {}", holder.process, holder.host);
  throw UsageError("{}: {} is at work on the run in this folder. Wait for its end, end it, or choose another folder with --run.folder.",
                   folder, who);
}

}  // namespace

FolderLock::FolderLock(const std::string& folder, const std::string& name, std::chrono::milliseconds patience)
    : path_(folder + "/" + name) {
  file_ = open_own(path_, O_RDWR | O_CREAT);
  if (file_ < 0) throw Error("{}: cannot be written ({}). Check that the folder is writable.", path_, reason_of(errno));
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!lock_at_once(file_, path_)) {
    if (std::chrono::steady_clock::now() >= end) {
      close(file_);
      throw_held(folder, read_holder(path_));
    }
    std::this_thread::sleep_for(20ms);
  }
  const std::string text = fmt::format("{} {}\n", host_name(), getpid());
  if (ftruncate(file_, 0) != 0 || pwrite(file_, text.data(), text.size(), 0) < 0) {
    // The holder's name is for the message of processes that are refused; the lock works without it.
  }
}

FolderLock::~FolderLock() {
  if (file_ < 0) return;
  [[maybe_unused]] const int emptied = ftruncate(file_, 0);
  close(file_);
}

bool FolderLock::is_in_place() const { return is_at(file_, path_); }

bool FolderLock::is_unfinished(const std::string& folder, const std::string& name) { return read_holder(folder + "/" + name).process > 0; }

}  // namespace galen::launch
