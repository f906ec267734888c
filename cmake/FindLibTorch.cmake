# LibTorch in two parts: LibTorch::LibTorch links only libtorch_cpu and libc10; LibTorch::CUDA adds what the module galen_cuda needs.
#
# Found in Torch_DIR, LibTorch_ROOT or CMAKE_PREFIX_PATH (an unpacked LibTorch or the Python wheel's torch folder), else in the wheel that
# launch/setup.sh installs. LibTorch's own TorchConfig.cmake is not used: it links libtorch_cuda into everything and fails without a CUDA
# toolkit.

file(GLOB LibTorch_wheel ${CMAKE_CURRENT_LIST_DIR}/../.galen/python/lib/python3*/site-packages/torch)
set(Torch_DIR $ENV{Torch_DIR} CACHE PATH "The share/cmake/Torch of an unpacked LibTorch; empty for the one that launch/setup.sh installs")
if(Torch_DIR)
  set(LibTorch_hint ${Torch_DIR}/../../..)
endif()

function(find_libtorch variable library)
  find_library(${variable} ${library} HINTS ${LibTorch_hint} PATHS ${LibTorch_wheel} PATH_SUFFIXES lib)
  mark_as_advanced(${variable})
endfunction()

find_path(LibTorch_INCLUDE_DIR ATen/core/Tensor.h HINTS ${LibTorch_hint} PATHS ${LibTorch_wheel} PATH_SUFFIXES include)
mark_as_advanced(LibTorch_INCLUDE_DIR)
find_libtorch(LibTorch_CPU_LIBRARY torch_cpu)
find_libtorch(LibTorch_C10_LIBRARY c10)
find_libtorch(LibTorch_CUDA_LIBRARY torch_cuda)
find_libtorch(LibTorch_C10_CUDA_LIBRARY c10_cuda)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY
  REASON_FAILURE_MESSAGE "Run ./launch/setup.sh, or set Torch_DIR or CMAKE_PREFIX_PATH to an unpacked LibTorch.")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  # After the system's folders: LibTorch ships a copy of fmt's headers that must not hide the installed library's.
  foreach(folder ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
    target_compile_options(LibTorch::LibTorch INTERFACE
      "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-idirafter ${folder}>" "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-idirafter,${folder}>")
  endforeach()
  target_link_libraries(LibTorch::LibTorch INTERFACE ${LibTorch_CPU_LIBRARY} ${LibTorch_C10_LIBRARY})
  # LibTorch's own needs (libcudart, libcupti) are found through its RUNPATH when the program starts.
  target_link_options(LibTorch::LibTorch INTERFACE LINKER:--allow-shlib-undefined)
endif()

if(LibTorch_FOUND AND LibTorch_CUDA_LIBRARY AND LibTorch_C10_CUDA_LIBRARY AND NOT TARGET LibTorch::CUDA)
  set(LibTorch_CUDA_FOUND TRUE)
  add_library(LibTorch::CUDA INTERFACE IMPORTED)
  # libtorch_cuda registers itself when it is loaded: it is needed although nothing in it is called by name.
  target_link_libraries(LibTorch::CUDA INTERFACE LibTorch::LibTorch ${LibTorch_CUDA_LIBRARY} ${LibTorch_C10_CUDA_LIBRARY})
  target_link_options(LibTorch::CUDA INTERFACE LINKER:--no-as-needed)
endif()
