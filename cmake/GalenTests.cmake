# galen_test(NAMES… LIBRARIES … [TIMEOUT seconds]): for each NAME the program NAME from NAME.cpp of this folder, one CTest entry, named
# FOLDER/NAME after the folder below tests/.
#
# galen_mpi_test(NAME RANKS 1 2 3 4 LIBRARIES … [TIMEOUT seconds]): the same under mpirun, one CTest entry a rank count, named
# FOLDER/NAME.np2 and so on. Their main, tests/support/mpi_main.cpp, starts MPI and fails where any rank fails.
#
# TIMEOUT is 120 s unless given: more than the test takes on a machine of its own. CTest waits five times as long, as machines are shared, and
# with a sanitizer twenty times. The exit code 77 (tests/support/skipping.h) means that something was skipped.

function(galen_test_program name)
  add_executable(${name} ${name}.cpp)
  target_link_libraries(${name} PRIVATE ${ARGN} galen_test_support GTest::gmock)
  galen_warnings(${name})
endfunction()

function(galen_test)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LIBRARIES" ${ARGN})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(name ${ARG_UNPARSED_ARGUMENTS})
    galen_test_program(${name} ${ARG_LIBRARIES} galen_test_main)
    add_test(NAME ${folder}/${name} COMMAND ${name})
    galen_test_properties(${folder}/${name} "${ARG_TIMEOUT}" 1)
  endforeach()
endfunction()

function(galen_mpi_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "RANKS;LIBRARIES" ${ARGN})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  galen_test_program(${name} ${ARG_LIBRARIES} galen_mpi_test_main)
  foreach(ranks ${ARG_RANKS})
    set(test ${folder}/${name}.np${ranks})
    add_test(NAME ${test} COMMAND ${PROJECT_SOURCE_DIR}/launch/mpirun.sh -np ${ranks} $<TARGET_FILE:${name}>)
    galen_test_properties(${test} "${ARG_TIMEOUT}" 0)
    set_tests_properties(${test} PROPERTIES PROCESSORS 2)
  endforeach()
endfunction()

# Time-out and environment. The hang watchdog of MPI tests speaks ten seconds before CTest would kill the test without a word.
# Leaks are looked for only where MPI is not: Open MPI leaves some, out of modules that it has unloaded, so that no name could excuse them.
function(galen_test_properties name timeout leaks)
  if(NOT timeout)
    set(timeout 120)
  endif()
  math(EXPR timeout "5 * ${timeout}")
  if(GALEN_SANITIZE)
    math(EXPR timeout "4 * ${timeout}")
  endif()
  math(EXPR patience "${timeout} - 10")
  set(environment GALEN_PYTHON=${GALEN_PYTHON} GALEN_TEST_PATIENCE=${patience})
  if(GALEN_SANITIZE)
    list(APPEND environment ASAN_OPTIONS=detect_leaks=${leaks} UBSAN_OPTIONS=print_stacktrace=1
      TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=${PROJECT_SOURCE_DIR}/tests/support/thread_suppressions.txt)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} SKIP_RETURN_CODE 77 ENVIRONMENT "${environment}")
endfunction()
