# longhaul_tool(NAME SOURCES file... LIBS target... [STATIC])
#
# Everything a tool needs beside its code, in one call: the binary, its man page man/NAME.1, its completions
# under completions/ and the contract tests that every tool passes.
# STATIC links it wholly static, for tools whose libraries are all there as archives. The others, which load simdjson
# when they need it, have the C++ library inside and share only the C library.
function(longhaul_tool name)
  cmake_parse_arguments(PARSE_ARGV 1 tool "STATIC" "" "SOURCES;LIBS")
  if(tool_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "longhaul_tool(${name}): unknown arguments: ${tool_UNPARSED_ARGUMENTS}")
  endif()

  add_executable(${name} ${tool_SOURCES})
  target_link_libraries(${name} PRIVATE longhaul_options ${tool_LIBS})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  if(LONGHAUL_STATIC AND NOT LONGHAUL_SANITIZE)
    if(tool_STATIC)
      target_link_options(${name} PRIVATE -static)
    else()
      target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc)
    endif()
  endif()
  add_dependencies(tools ${name})

  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/man/${name}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
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
