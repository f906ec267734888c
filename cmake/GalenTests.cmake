include(GalenTestProperties)

# galen_test(NAMES… LIBRARIES … [TIMEOUT seconds] [PROGRAM name]): for each NAME the tests of NAME.cpp in this folder, one CTest entry,
# named FOLDER/NAME after the folder below tests/. All of a folder's are one program, FOLDER_tests unless named; the target NAME builds it,
# and an entry runs the suites of its file.
#
# galen_mpi_test(NAME RANKS 1 2 3 4 LIBRARIES … [TIMEOUT seconds]): the same under mpirun, one CTest entry a rank count, named
# FOLDER/NAME.np2 and so on, of the program FOLDER_mpi_tests. Its main, tests/support/mpi_main.cpp, starts MPI and fails where any rank fails.
#
# TIMEOUT is 120 s unless given: more than the test takes on a machine of its own. CTest waits five times as long, as machines are shared, and
# with a sanitizer twenty times. The exit code 77 (tests/support/skipping.h) means that something was skipped.

# galen_test_source(NAME PROGRAM KIND MAIN LIBRARIES…): adds NAME.cpp to PROGRAM, or where that is empty to the folder's own, which ends in
# KIND. Sets in the caller: folder, program, filter (the suites of NAME.cpp for --gtest_filter).
function(galen_test_source name program kind main)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  if(NOT program)
    string(REPLACE "/" "_" program ${folder}${kind})
  endif()
  if(NOT TARGET ${program})
    add_executable(${program})
    target_link_libraries(${program} PRIVATE ${main} galen_test_support GTest::gmock)
    galen_warnings(${program})
    target_compile_options(${program} PRIVATE -fPIC)  # as what is precompiled, not CMake's -fPIE
    galen_precompile(${program} galen_test_support)
  endif()
  target_sources(${program} PRIVATE ${name}.cpp)
  target_link_libraries(${program} PRIVATE ${ARGN})
  get_target_property(sources ${program} SOURCES)
  galen_unity(${program} ${sources})
  add_custom_target(${name} DEPENDS ${program})

  file(STRINGS ${name}.cpp tests REGEX "^(TYPED_)?TEST(_[FP]|_SUITE_P)?\\(")
  list(TRANSFORM tests REPLACE "^[A-Z_]*\\(([A-Za-z0-9_]+),.*" "\\1.*:*/\\1.*:\\1/*.*")
  list(REMOVE_DUPLICATES tests)
  list(JOIN tests ":" filter)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${name}.cpp)
  return(PROPAGATE folder program filter)
endfunction()

function(galen_test)
  cmake_parse_arguments(ARG "" "TIMEOUT;PROGRAM" "LIBRARIES" ${ARGN})
  foreach(name ${ARG_UNPARSED_ARGUMENTS})
    galen_test_source(${name} "${ARG_PROGRAM}" _tests galen_test_main ${ARG_LIBRARIES})
    add_test(NAME ${folder}/${name} COMMAND ${program} --gtest_filter=${filter})
    galen_test_properties(${folder}/${name} "${ARG_TIMEOUT}" 1)
  endforeach()
endfunction()

function(galen_mpi_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "RANKS;LIBRARIES" ${ARGN})
  galen_test_source(${name} "" _mpi_tests galen_mpi_test_main ${ARG_LIBRARIES})
  foreach(ranks ${ARG_RANKS})
    set(test ${folder}/${name}.np${ranks})
    add_test(NAME ${test} COMMAND ${PROJECT_SOURCE_DIR}/launch/mpirun.sh -np ${ranks} $<TARGET_FILE:${program}> --gtest_filter=${filter})
    galen_test_properties(${test} "${ARG_TIMEOUT}" 0)
    if(ranks GREATER 1)
      set_tests_properties(${test} PROPERTIES PROCESSORS 2)
    endif()
  endforeach()
endfunction()
