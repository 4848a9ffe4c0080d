# What `cmake --install` and CPack deliver: the program with its units and completions, and the library for
# find_package(Fasti) and pkg-config.
include(CMakePackageConfigHelpers)
cmake_policy(SET CMP0054 NEW)

get_property(fasti_libraries GLOBAL PROPERTY FASTI_LIBRARIES)
list(REMOVE_ITEM fasti_libraries fasti_emulators)  # for tests and the sandbox only
set_target_properties(fasti_sync PROPERTIES EXPORT_NAME engine)
add_library(Fasti::engine ALIAS fasti_sync)
if(TARGET fasti_connectors)
  set_target_properties(fasti_connectors PROPERTIES EXPORT_NAME connectors)
  add_library(Fasti::connectors ALIAS fasti_connectors)
endif()
set(FASTI_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Fasti)
install(TARGETS ${fasti_libraries} EXPORT FastiTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(EXPORT FastiTargets NAMESPACE Fasti:: DESTINATION ${FASTI_CMAKE_DIR} COMPONENT development)
install(DIRECTORY engine/include/fasti connectors/include/fasti DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT development FILES_MATCHING PATTERN "*.hpp")
configure_package_config_file(cmake/FastiConfig.cmake.in ${PROJECT_BINARY_DIR}/FastiConfig.cmake
  INSTALL_DESTINATION ${FASTI_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/FastiConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/FastiConfig.cmake ${PROJECT_BINARY_DIR}/FastiConfigVersion.cmake
  DESTINATION ${FASTI_CMAKE_DIR} COMPONENT development)

# Static libraries name what they need after themselves: dependants first.
set(FASTI_PC_LIBS "")
foreach(library ${fasti_libraries})
  get_target_property(type ${library} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    string(PREPEND FASTI_PC_LIBS "-l${library} ")
  endif()
endforeach()
# From the file's own folder, so that the package works wherever it was put.
file(RELATIVE_PATH FASTI_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/fasti.pc.in ${PROJECT_BINARY_DIR}/fasti.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/fasti.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

if(TARGET fasti)
  install(TARGETS fasti RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
  install(FILES packaging/fasti.service packaging/fasti.timer DESTINATION lib/systemd/system COMPONENT program)
  # No variable here may be called like a component: the install script would take its value for the component's name.
  install(CODE [[
    foreach(shell bash zsh fish)
      execute_process(COMMAND "$<TARGET_FILE:fasti>" completion ${shell} OUTPUT_FILE "${CMAKE_CURRENT_LIST_DIR}/completion.${shell}"
        COMMAND_ERROR_IS_FATAL ANY)
    endforeach()]] COMPONENT program)
  install(FILES ${PROJECT_BINARY_DIR}/completion.bash RENAME fasti
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
  install(FILES ${PROJECT_BINARY_DIR}/completion.zsh RENAME _fasti
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
  install(FILES ${PROJECT_BINARY_DIR}/completion.fish RENAME fasti.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
  install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/fasti COMPONENT program)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME fasti)
set(CPACK_PACKAGE_VENDOR "Fasti")
set(CPACK_PACKAGE_CONTACT "the maintainers of Fasti <fasti@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME fasti)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "tzdata, ca-certificates")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libfasti-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libsqlitecpp-dev, libsimdjson-dev, libhowardhinnant-date-dev, libssl-dev, libcurl4-openssl-dev, libpugixml-dev, libtomlplusplus-dev")
include(CPack)
