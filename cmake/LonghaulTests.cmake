# The three tiers of tests: unit (doctest, one binary a folder), end to end (shell scripts over a tool), contract
# (the same promises from every tool). Each ctest test of a shell script runs in a fresh directory of its own.

# What every test is told of its surroundings.
set(LONGHAUL_TEST_ENVIRONMENT
  "LONGHAUL_SOURCE=${PROJECT_SOURCE_DIR}"
  "LONGHAUL_BIN=${PROJECT_BINARY_DIR}/bin"
  "LC_ALL=C.UTF-8")

# longhaul_unit_test(NAME SOURCES file... [LIBS target...]): the test unit.NAME from doctest files.
function(longhaul_unit_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LIBS")
  add_executable(unit_${name} ${PROJECT_SOURCE_DIR}/tests/unit_main.cpp ${test_SOURCES})
  target_link_libraries(unit_${name} PRIVATE longhaul_options doctest::doctest simdjson_linked ${test_LIBS})
  add_test(NAME unit.${name} COMMAND unit_${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(unit.${name} PROPERTIES TIMEOUT 120 ENVIRONMENT "${LONGHAUL_TEST_ENVIRONMENT}")
endfunction()

# longhaul_script_test(NAME COMMAND script.sh argument...): passes with status 0, is skipped with 77.
function(longhaul_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "COMMAND")
  add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/in_fresh_directory.sh ${test_COMMAND})
  set_tests_properties(${name} PROPERTIES
    TIMEOUT 300 SKIP_RETURN_CODE 77 ENVIRONMENT "${LONGHAUL_TEST_ENVIRONMENT}")
endfunction()

# longhaul_script_tests(PREFIX script.sh argument...): the test PREFIX.NAME for every function check_NAME of a script
# that is called with that name and the arguments.
function(longhaul_script_tests prefix script)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
  file(STRINGS ${script} checks REGEX "^ *check_.*{")
  foreach(check IN LISTS checks)
    if(NOT check MATCHES "^check_([a-z0-9_]+)\\(\\) {$")
      message(FATAL_ERROR "${script}: not the head of a check: ${check}")
    endif()
    longhaul_script_test(${prefix}.${CMAKE_MATCH_1} COMMAND ${script} ${CMAKE_MATCH_1} ${ARGN})
  endforeach()
endfunction()

# Registers every check of tests/contract/contract.sh for a tool; longhaul_tool() calls it.
function(longhaul_contract_tests tool)
  longhaul_script_tests(contract.${tool} ${PROJECT_SOURCE_DIR}/tests/contract/contract.sh $<TARGET_FILE:${tool}>)
endfunction()

# longhaul_fuzz_target(NAME SOURCES file... [LIBS target...]): build/fuzz/fuzz/NAME, which `./run fuzz` runs. To be
# called where LONGHAUL_FUZZ is on.
function(longhaul_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 fuzz "" "" "SOURCES;LIBS")
  add_executable(${name} ${fuzz_SOURCES})
  target_link_libraries(${name} PRIVATE longhaul_options simdjson_linked ${fuzz_LIBS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  add_dependencies(fuzz_targets ${name})
endfunction()
