# cmake --install: the libraries and their headers for find_package(galen), the program, and the CUDA module if it was built.

include(CMakePackageConfigHelpers)

set(galen_package ${CMAKE_INSTALL_LIBDIR}/cmake/galen)
foreach(folder base comm data models trainer)
  install(TARGETS galen_${folder} EXPORT galen-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
foreach(folder comm data galen models trainer)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/galen FILES_MATCHING PATTERN "*.h" PATTERN cuda EXCLUDE)
endforeach()
install(EXPORT galen-targets NAMESPACE galen:: DESTINATION ${galen_package})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/galen-config.cmake.in ${PROJECT_BINARY_DIR}/galen-config.cmake
  INSTALL_DESTINATION ${galen_package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/galen-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/galen-config.cmake ${PROJECT_BINARY_DIR}/galen-config-version.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindLibTorch.cmake DESTINATION ${galen_package})
