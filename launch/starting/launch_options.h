#pragma once

#include "launch/options/option.h"

#include <string>
#include <utility>
#include <vector>

namespace galen::launch {

/// How a job is started and supervised.
struct LaunchOptions {
  int workers = 0;
  std::string hosts;
  std::string hostfile;
  std::string gpus = "auto";  ///< auto, all, none or a number
  std::string bind = "auto";  ///< auto, none or cores
  int restarts = 0;
  int tries = 3;
  std::string hang_after = "auto";  ///< or seconds
  bool dry_run = false;
  std::string mpirun = "mpirun";
  std::string agent;
};

std::vector<Option> launch_options(LaunchOptions& options);

/// A parsed `galen launch [own arguments] COMMAND [its arguments]`.
struct LaunchLine {
  std::vector<std::string> own;  ///< with -n as --workers
  std::string command;           ///< empty: none was given
  std::vector<std::string> arguments;
};

/// An unknown option ends the own part; parse_command_line() then reports it.
LaunchLine split_launch_line(const std::vector<std::string>& arguments, const std::vector<Option>& options);

/// The words of "mpirun --mca x y", with a shell's rules for quotes and backslashes.
std::vector<std::string> split_words(const std::string& text);

}  // namespace galen::launch
