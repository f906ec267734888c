# Where tests make their files. Each import and each checkpoint waits until its bytes are on the disk, which takes up to half of the tests'
# time; a file system in memory has nothing to wait for. 1 GiB: several times what tests take at once.
execute_process(COMMAND df --output=fstype,avail --block-size=1G /dev/shm OUTPUT_VARIABLE GALEN_SHARED_MEMORY ERROR_QUIET)
if(GALEN_SHARED_MEMORY MATCHES "tmpfs +([0-9]+)" AND CMAKE_MATCH_1 GREATER_EQUAL 1)
  set(GALEN_TEST_FOLDER /dev/shm CACHE PATH "Where tests make their files; empty: in TMPDIR")
endif()

# galen_test_properties(NAME TIMEOUT LEAKS): time-out (see GalenTests.cmake; those with a long one begin first) and environment of a test.
# Threads of OpenMP that have nothing to do sleep, as several tests share the cores. The hang watchdog of MPI tests prints its message ten
# seconds before CTest would kill the test. Leaks are looked for only where MPI is not: Open MPI leaves some, out of modules that it has
# unloaded, so that no name could excuse them.
function(galen_test_properties name timeout leaks)
  if(NOT timeout)
    set(timeout 120)
  endif()
  set(seconds ${timeout})
  math(EXPR timeout "5 * ${timeout}")
  if(GALEN_SANITIZE)
    math(EXPR timeout "4 * ${timeout}")
  endif()
  math(EXPR patience "${timeout} - 10")
  set(environment GALEN_PYTHON=${GALEN_PYTHON} GALEN_TEST_PATIENCE=${patience} OMP_WAIT_POLICY=passive)
  if(GALEN_TEST_FOLDER)
    list(APPEND environment TMPDIR=${GALEN_TEST_FOLDER})
  endif()
  if(GALEN_SANITIZE)
    list(APPEND environment ASAN_OPTIONS=detect_leaks=${leaks} UBSAN_OPTIONS=print_stacktrace=1
      TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=${PROJECT_SOURCE_DIR}/tests/support/thread_suppressions.txt)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} SKIP_RETURN_CODE 77 ENVIRONMENT "${environment}")
  if(seconds GREATER 120)
    set_tests_properties(${name} PROPERTIES COST ${seconds})
  endif()
endfunction()
