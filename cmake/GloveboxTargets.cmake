# A layer is one static library: glovebox_layer(NAME SOURCES … DEPS …). What it may link is what it
# may include; tests/layers_test.py holds the includes against architecture.md's drawing.
# A layer's unit tests: glovebox_layer_tests(NAME SOURCES … DEPS …) makes NAME_test.

add_library(glovebox_options INTERFACE)
target_include_directories(glovebox_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(
  glovebox_options
  INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers
            $<$<BOOL:${GLOVEBOX_WERROR}>:-Werror>)
# Asio's thread fences are not modelled by TSan, which only warns; see docs/hacking.md.
target_compile_options(glovebox_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-tsan>)
# g++ 12 takes the frame of an Asio coroutine for mismatched, and sees uninitialized values where a
# sanitizer's instrumentation moved code.
target_compile_options(
  glovebox_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-mismatched-new-delete>)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  target_compile_options(
    glovebox_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized>)
endif()
# clang 14 cannot instrument coroutines with -fsanitize=function ("difference across sections").
target_compile_options(glovebox_options
                       INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fno-sanitize=function>)
target_compile_definitions(
  glovebox_options
  INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
            BOOST_ASIO_NO_DEPRECATED GLOVEBOX_VERSION="${PROJECT_VERSION}")

# A unity build compiles the files of a layer as one unit: the templates of Asio's coroutines, most of
# the work, are then instantiated once a layer. g++ warns of types in unnamed namespaces there, which
# it takes for a header's. Behind a precompiled header g++ 12 no longer knows which headers are the
# system's, and gives its false alarms of std::string (GCC bugs 105329, 105651). The preset "separate"
# has all of these warnings.
if(GLOVEBOX_UNITY OR GLOVEBOX_PCH)
  target_compile_options(
    glovebox_options
    INTERFACE
      "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage;-Wno-stringop-overread;-Wno-stringop-overflow;-Wno-array-bounds;-Wno-restrict>"
  )
endif()

# Bound at start and read-only from then on: safer, and a forked slot does not bind again in every job.
target_link_options(glovebox_options INTERFACE LINKER:-z,relro,-z,now)

# One precompiled header for all layers and one for all tests.
if(GLOVEBOX_PCH)
  # RE2 wants it; a precompiled header serves only those who all say the same.
  target_compile_options(glovebox_options INTERFACE -pthread)
  function(glovebox_precompiled name header)
    add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cc)
    target_link_libraries(${name} PRIVATE glovebox_options Boost::headers Threads::Threads fmt::fmt
                                          spdlog::spdlog ${ARGN})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake)
    target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
  endfunction()
endif()
function(glovebox_use_precompiled target header_target header)
  if(NOT GLOVEBOX_PCH)
    return()
  endif()
  if(NOT TARGET ${header_target})
    glovebox_precompiled(${header_target} ${header} ${ARGN})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${header_target})
endfunction()

function(glovebox_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(glovebox_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(glovebox_${name} PUBLIC glovebox_options ${ARG_DEPS})
  set_target_properties(glovebox_${name} PROPERTIES UNITY_BUILD ${GLOVEBOX_UNITY}
                                                    UNITY_BUILD_BATCH_SIZE 24)
  glovebox_use_precompiled(glovebox_${name} precompiled precompiled.h)
endfunction()

# Everything that `./test unit` or `./test asan` runs.
add_custom_target(unit_tests)

function(glovebox_layer_tests name)
  if(NOT GLOVEBOX_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/testing)
  add_dependencies(unit_tests ${name}_test)
  glovebox_use_precompiled(${name}_test precompiled_tests precompiled_tests.h GTest::gmock)
  include(GoogleTest)
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST TEST_PREFIX ${name}: 
                       PROPERTIES TIMEOUT 120 LABELS "unit;${ARG_LABELS}")
endfunction()
