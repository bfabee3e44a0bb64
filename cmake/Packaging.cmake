# What cpack makes on Debian: a .deb, and a tarball to unpack where nothing is installed. Beside what is always installed
# each has files of its own, in the component that has its generator's name (packaging/each_generator.cmake).
find_program(DPKG dpkg)
if(NOT DPKG OR NOT LONGHAUL_STATIC OR LONGHAUL_SANITIZE)
  return()
endif()
set(packaging ${CMAKE_CURRENT_LIST_DIR}/packaging)
set(documents ${CMAKE_INSTALL_DATADIR}/doc/longhaul)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS LICENSE README.md)
file(READ LICENSE license)
string(REGEX MATCH "Copyright \\(c\\) ([0-9]+ ([^\n]*))" line "${license}")
set(copyright ${CMAKE_MATCH_1})
set(holder ${CMAKE_MATCH_2})

set(CPACK_PACKAGE_NAME longhaul)
set(CPACK_PACKAGE_VERSION ${LONGHAUL_VERSION})
set(CPACK_PACKAGE_CONTACT "${holder} <maintainers@longhaul.example>")
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE ${packaging}/each_generator.cmake)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# The tools as README's table has them.
foreach(tool_list IN LISTS tool_lists)
  string(REGEX REPLACE "^tools/|/CMakeLists.txt$" "" tool ${tool_list})
  file(STRINGS README.md row REGEX "^\\| `${tool}` \\| " LIMIT_COUNT 1)
  string(REGEX REPLACE "^[^|]*\\|[^|]*\\| ([^|]*) \\|.*" " - ${tool}: \\1" row "${row}")
  list(APPEND rows "${row}")
endforeach()
list(JOIN rows "\n" rows)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "A process that spawns hundreds of children for days should not die of its
logs, its database, its memory or its error dumps. What each tool bounds:
${rows}
They are made for scripts: they speak through pipes and exit codes.")

execute_process(COMMAND ${DPKG} --print-architecture OUTPUT_VARIABLE architecture OUTPUT_STRIP_TRAILING_WHITESPACE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${architecture})
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Programs load simdjson with the first JSON document, which dpkg-shlibdeps does not see.
execute_process(COMMAND ${DPKG} -S ${SIMDJSON_FILE} OUTPUT_VARIABLE owner ERROR_QUIET)
if(owner MATCHES "^([^:]+):")
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "${CMAKE_MATCH_1} (>= ${simdjson_VERSION})")
endif()

# LICENSE as a paragraph of debian/copyright.
string(STRIP "${license}" license)
string(REGEX REPLACE "^.*Copyright [^\n]*\n+" "" license "${license}")
string(REPLACE "\n\n" "\n.\n" license "${license}")
string(REPLACE "\n" "\n " license " ${license}")
configure_file(${packaging}/copyright.in packaging/copyright @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/packaging/copyright DESTINATION ${documents} COMPONENT DEB EXCLUDE_FROM_ALL)
install(FILES ${packaging}/lintian-overrides RENAME longhaul
  DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides COMPONENT DEB EXCLUDE_FROM_ALL)
install(CODE "execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND \"${packaging}/debian_tree.sh\" \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\" \"${PROJECT_SOURCE_DIR}/CHANGELOG.md\"
    -v \"version=${LONGHAUL_VERSION}\" -v \"date=${LONGHAUL_COMMIT_DATE}\" -v \"maintainer=${CPACK_PACKAGE_CONTACT}\")"
  COMPONENT DEB EXCLUDE_FROM_ALL)

# The tarball has simdjson with it, and what simdjson needs of the compiler's.
set(CPACK_PACKAGE_FILE_NAME longhaul-${LONGHAUL_VERSION}-linux-${architecture})
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${documents} COMPONENT TGZ EXCLUDE_FROM_ALL)
install(FILES ${SIMDJSON_FILE} RENAME ${SIMDJSON_SONAME}
  DESTINATION lib/longhaul COMPONENT TGZ EXCLUDE_FROM_ALL)
foreach(library IN ITEMS libgcc_s.so.1 libstdc++.so.6)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${library}
    OUTPUT_VARIABLE file OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(REAL_PATH ${file} file)
  install(FILES ${file} RENAME ${library} DESTINATION lib/longhaul COMPONENT TGZ EXCLUDE_FROM_ALL)
endforeach()

# The notices of what the programs have inside.
string(REGEX MATCH "^[0-9]+" compiler_major "${CMAKE_CXX_COMPILER_VERSION}")
foreach(library IN ITEMS libc6-dev libcli11-dev libdeflate-dev libexpat1-dev libfmt-dev libmd-dev libre2-dev
    libsimdjson-dev libsqlite3-dev libstdc++-${compiler_major}-dev libtomlplusplus-dev libzstd-dev nlohmann-json3-dev zlib1g-dev)
  foreach(generator IN LISTS CPACK_GENERATOR)
    install(FILES /usr/share/doc/${library}/copyright RENAME ${library}
      DESTINATION ${documents}/libraries COMPONENT ${generator} EXCLUDE_FROM_ALL OPTIONAL)
  endforeach()
endforeach()

include(CPack)
