# longhaul_tool(NAME SOURCES file... LIBS target... [READS_JSON])
#
# Everything a tool needs beside its code and its man page, in one call: the binary, its completions under completions/
# and the contract tests that every tool passes.
# A tool is wholly static; one that READS_JSON shares the C library, with which it loads simdjson when a document
# comes, and has all else inside.
function(longhaul_tool name)
  cmake_parse_arguments(PARSE_ARGV 1 tool "READS_JSON" "" "SOURCES;LIBS")
  if(tool_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "longhaul_tool(${name}): unknown arguments: ${tool_UNPARSED_ARGUMENTS}")
  endif()

  add_executable(${name} ${tool_SOURCES})
  target_link_libraries(${name} PRIVATE longhaul_options ${tool_LIBS})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  if(NOT LONGHAUL_STATIC OR LONGHAUL_SANITIZE)
    target_link_libraries(${name} PRIVATE $<$<BOOL:${tool_READS_JSON}>:simdjson_linked>)
  elseif(tool_READS_JSON)
    target_link_libraries(${name} PRIVATE simdjson_on_demand)
    target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc)
  else()
    target_link_options(${name} PRIVATE -static)
  endif()
  add_dependencies(tools ${name})

  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/completions/${name}.bash RENAME ${name}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${PROJECT_SOURCE_DIR}/completions/_${name}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${PROJECT_SOURCE_DIR}/completions/${name}.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

  if(BUILD_TESTING)
    longhaul_contract_tests(${name})
  endif()
endfunction()
