# How every library and test of Fasti is compiled.
find_program(FASTI_CCACHE ccache)
if(FASTI_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FASTI_CCACHE})
endif()
find_program(FASTI_LLD ld.lld)
if(FASTI_LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(fasti_options INTERFACE)
target_compile_options(fasti_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(FASTI_WERROR)
  target_compile_options(fasti_options INTERFACE -Werror)
endif()
if(FASTI_SANITIZE)
  # g++ takes twice as long to compile three checks of UBSan at every access through a pointer; AddressSanitizer sees the
  # null pointers among them, and clang++ (check-clang) keeps all. What is left makes it see uninitialized optionals
  # where there are none.
  add_compile_options(-fsanitize=address,undefined $<$<CXX_COMPILER_ID:GNU>:-fno-sanitize=null,alignment,object-size>
                      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FASTI_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# fasti_library(NAME dependencies…): a static library of the .cpp files of the current folder. A folder without
# sources yet becomes an interface library, so that its dependants still configure.
function(fasti_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name}
      PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/engine/include>
             $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/connectors/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:fasti_options> PUBLIC ${ARGN})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/engine/include>
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/connectors/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${name} INTERFACE ${ARGN})
  endif()
  set_property(GLOBAL APPEND PROPERTY FASTI_LIBRARIES ${name})
endfunction()

# fasti_test(NAME FOLDER libraries…): one gtest program of the *_test.cpp and helper files of tests/FOLDER.
function(fasti_test name folder)
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/tests/${folder})
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE fasti_options ${ARGN} GTest::gmock GTest::gtest_main ${FASTI_RAPIDCHECK})
  target_compile_definitions(${name} PRIVATE FASTI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()
