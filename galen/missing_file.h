#pragma once

#include "galen/error.h"

namespace galen {

/// A file or folder named in the command or the configuration does not exist. Exit code 2, as for other wrong commands. Unlike a
/// galen::UsageError, one rank alone may throw it, because hosts may have different disks.
class MissingFile : public Error {
  using Error::Error;
};

}  // namespace galen
