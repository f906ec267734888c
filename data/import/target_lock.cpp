#include "data/import/target_lock.h"

#include "galen/error.h"
#include "galen/lock_holder.h"
#include "galen/own_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace galen::data {
namespace {

// The holder of the lock before may have removed its name between our open() and flock().
bool still_has_name(int descriptor, const std::string& name) {
  struct stat ours, named;
  return fstat(descriptor, &ours) == 0 && stat(name.c_str(), &named) == 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

}  // namespace

TargetLock::TargetLock(const std::string& file) : name_(file + ".lock") {
  while (true) {
    descriptor_ = open_own(name_, O_RDWR | O_CREAT);
    if (descriptor_ < 0) throw Error("{}: cannot be made: {}. Check the folder's permissions.", name_, reason_of(errno));
    const bool locked = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno == EWOULDBLOCK) {
      const std::string holder = lock_holder(descriptor_);
      ::close(descriptor_);
      throw Error("{}: another import is writing this file: {}. Wait until it is done, or choose another --out.", file, holder);
    }
    if (!locked || still_has_name(descriptor_, name_)) return;
    ::close(descriptor_);
  }
}

TargetLock::~TargetLock() {
  ::unlink(name_.c_str());
  ::close(descriptor_);
}

}  // namespace galen::data
