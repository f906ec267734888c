# Compiler cache, linker, warnings, sanitizers, grouped sources and precompiled headers, the same for all of our targets; and galen_library().

find_program(CCACHE ccache)
if(CCACHE)
  # Paths in the checkout count from its top, so that all checkouts on a machine share what was compiled.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(GALEN_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
if(GALEN_SANITIZE)
  add_compile_options(-fsanitize=${GALEN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GALEN_SANITIZE})
endif()

# galen_warnings(TARGET): warnings are errors in our own code. Not so with sanitizers, whose instructions make g++ 12 see more that is not there.
function(galen_warnings target)
  set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
    -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread)  # g++ 12 sees them where they are not, in system headers
  if(GALEN_SANITIZE)
    list(REMOVE_ITEM warnings -Werror)
  endif()
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${warnings}>")
endfunction()

# Sources are compiled several at a time, which is some five times as fast from nothing: neighbours in a folder include the same headers.
# So names in anonymous namespaces do not repeat within a folder. 0: each alone, as a header that lacks an include shows itself then.
set(GALEN_UNITY 8 CACHE STRING "Sources of a folder that are compiled together, at most; 0 for each alone")

# galen_unity(TARGET SOURCE…): groups the sources, each folder by itself. A source with compile options of its own stays alone.
function(galen_unity target)
  if(NOT GALEN_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  foreach(source ${ARGN})
    cmake_path(GET source PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "in_${folder}" folder)
    list(APPEND ${folder} ${source})
    list(LENGTH ${folder} number)
    math(EXPR group "(${number} - 1) / ${GALEN_UNITY}")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${group})
  endforeach()
endfunction()

# galen_precompile(TARGET OWNER HEADER…): HEADERs, without <>, are parsed once for OWNER, and TARGET takes them from there; both may be the
# same. Options that change what the headers mean have to be equal: a source with options of its own sets SKIP_PRECOMPILE_HEADERS. With
# GALEN_UNITY=0 there are none, so that a missing include shows itself.
function(galen_precompile target owner)
  if(NOT GALEN_UNITY)
    return()
  endif()
  if(target STREQUAL owner)
    list(TRANSFORM ARGN REPLACE "(.+)" "<\\1>")
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)  # ccache asks for it
endfunction()

# galen_library(FOLDER LIBRARIES … PRIVATE_LIBRARIES …): the library galen_FOLDER, alias galen::FOLDER, of all sources of this folder and those
# below it but for cuda/ and main.cpp. LIBRARIES are public.
function(galen_library folder)
  cmake_parse_arguments(ARG "" "" "LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cpp)
  list(FILTER sources EXCLUDE REGEX "(^|/)cuda/|^main\\.cpp$")
  add_library(galen_${folder} STATIC ${sources})
  galen_unity(galen_${folder} ${sources})
  add_library(galen::${folder} ALIAS galen_${folder})
  set_target_properties(galen_${folder} PROPERTIES EXPORT_NAME ${folder})
  target_include_directories(galen_${folder} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/galen>)
  target_compile_features(galen_${folder} PUBLIC cxx_std_20)
  target_link_libraries(galen_${folder} PUBLIC LibTorch::LibTorch fmt::fmt ${ARG_LIBRARIES} PRIVATE ${ARG_PRIVATE_LIBRARIES})
  galen_warnings(galen_${folder})
  galen_precompile(galen_${folder} galen_base ATen/core/Tensor.h ATen/ops/empty.h fmt/format.h algorithm array chrono cmath filesystem
    functional map memory optional set span string string_view utility vector)
endfunction()
