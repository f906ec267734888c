#pragma once

#include "galen/error.h"

namespace galen {

/// A file or folder that the command or the configuration names does not exist: the program ends with exit code 2, as for any other wrong
/// command. Unlike a galen::UsageError it may be found by one rank alone, as hosts need not see the same disks.
class MissingFile : public Error {
  using Error::Error;
};

}  // namespace galen
