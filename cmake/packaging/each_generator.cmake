# cpack reads this once for each kind of package: what is always installed, then the files of this kind.
list(GET CPACK_INSTALL_CMAKE_PROJECTS 0 build)
list(APPEND CPACK_INSTALL_CMAKE_PROJECTS ${build} longhaul ${CPACK_GENERATOR} /)
