#include "launch/process/failure.h"

#include "galen/error.h"
#include "galen/missing_file.h"
#include "galen/terminal_text.h"
#include "launch/process/exit_code.h"

#include <c10/util/Backtrace.h>
#include <c10/util/Exception.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>

namespace galen::launch {

Failure describe(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const UsageError& usage) {
    return {usage.what(), kUsage, /*is_everywhere=*/true};
  } catch (const MissingFile& missing) {
    return {missing.what(), kUsage};
  } catch (const Error& known) {
    return {known.what(), kFailed};
  } catch (const std::bad_alloc&) {
    return {"Out of memory. Use a smaller trainer.batch, or fewer workers on this machine.", kFailed};
  } catch (const std::filesystem::filesystem_error& files) {
    return {fmt::format("{}: {}. Check that the folder exists and is writable.", files.path1().string(), files.code().message()), kFailed};
  } catch (const c10::Error& torch) {
    const std::string words = torch.what_without_backtrace();
    if (words.find("can't allocate memory") != std::string::npos || words.find("CUDA out of memory") != std::string::npos) {
      return {fmt::format("Out of memory. Use a smaller trainer.batch, or fewer workers on this machine. LibTorch reports: {}", words),
              kFailed};
    }
    return {fmt::format("LibTorch failed: {} Run the same command with --debug to see where.", torch.what_without_backtrace()), kFailed};
  } catch (const std::exception& other) {
    return {fmt::format("Unexpected error: {}. Run the same command with --debug to see where.", other.what()), kFailed};
  }
}

void print_failure(const std::string& message) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", wrap("galen: " + message, 7).c_str());
}

void trace_uncaught_exceptions() {
  std::set_terminate([] {
    const std::exception_ptr error = std::current_exception();
    const Failure failure = error ? describe(error) : Failure{"the program ended itself", kFailed};
    print_failure(failure.message);
    std::fprintf(stderr, "%s\n", c10::get_backtrace(/*frames_to_skip=*/1).c_str());
    std::_Exit(failure.exit_code);
  });
}

}  // namespace galen::launch
