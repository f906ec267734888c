# galen_test(FOLDER/NAME_test LIBRARIES … [TIMEOUT seconds]): the program NAME_test from NAME_test.cpp, one CTest entry.
#
# galen_mpi_test(FOLDER/NAME_test RANKS 1 2 3 4 LIBRARIES … [TIMEOUT seconds]): the same under mpirun, one CTest entry a rank count, named
# FOLDER/NAME_test.np2 and so on. Their main, tests/support/mpi_main.cpp, starts MPI and fails where any rank fails.
#
# TIMEOUT is 120 s unless given; sanitizers quadruple it.

function(galen_test_program path)
  cmake_parse_arguments(ARG "" "MAIN" "LIBRARIES" ${ARGN})
  get_filename_component(name ${path} NAME)
  add_executable(${name} ${name}.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} galen_test_support GTest::gmock ${ARG_MAIN})
  galen_warnings(${name})
endfunction()

function(galen_test path)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LIBRARIES" ${ARGN})
  get_filename_component(name ${path} NAME)
  galen_test_program(${path} LIBRARIES ${ARG_LIBRARIES} MAIN GTest::gtest_main)
  add_test(NAME ${path} COMMAND ${name})
  galen_test_properties(${path} "${ARG_TIMEOUT}" 1)
endfunction()

function(galen_mpi_test path)
  cmake_parse_arguments(ARG "" "TIMEOUT" "RANKS;LIBRARIES" ${ARGN})
  get_filename_component(name ${path} NAME)
  galen_test_program(${path} LIBRARIES ${ARG_LIBRARIES} MAIN galen_mpi_test_main)
  foreach(ranks ${ARG_RANKS})
    add_test(NAME ${path}.np${ranks} COMMAND ${PROJECT_SOURCE_DIR}/launch/mpirun.sh -np ${ranks} $<TARGET_FILE:${name}>)
    galen_test_properties(${path}.np${ranks} "${ARG_TIMEOUT}" 0)
    set_tests_properties(${path}.np${ranks} PROPERTIES PROCESSORS 2)
  endforeach()
endfunction()

# Time-out and environment. The hang watchdog of MPI tests speaks ten seconds before CTest would kill the test without a word.
# Leaks are looked for only where MPI is not: Open MPI leaves some, out of modules that it has unloaded, so that no name could excuse them.
function(galen_test_properties name timeout leaks)
  if(NOT timeout)
    set(timeout 120)
  endif()
  if(GALEN_SANITIZE)
    math(EXPR timeout "4 * ${timeout}")
  endif()
  math(EXPR patience "${timeout} - 10")
  set(environment GALEN_PYTHON=${GALEN_PYTHON} GALEN_TEST_PATIENCE=${patience})
  if(GALEN_SANITIZE)
    list(APPEND environment ASAN_OPTIONS=detect_leaks=${leaks} UBSAN_OPTIONS=print_stacktrace=1
      TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=${PROJECT_SOURCE_DIR}/tests/support/thread_suppressions.txt)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout} ENVIRONMENT "${environment}")
endfunction()
