# LONGHAUL_VERSION, what the programs and their packages say: N.N.N at the tag vN.N.N, N.N.N+COMMITS.gHASH after it, and
# project()'s own where git does not tell: sources without their history, a clone without the tags.
# Only the file that prints it is compiled anew with a commit (libcore/cli).
set(LONGHAUL_VERSION ${PROJECT_VERSION})

# longhaul_git(VARIABLE ARGUMENT...): what git prints of the checkout, nothing where it fails.
function(longhaul_git variable)
  execute_process(COMMAND ${GIT_EXECUTABLE} ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE output ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(${variable} "${output}" PARENT_SCOPE)
endfunction()

find_package(Git QUIET)
# Sources that were unpacked inside somebody's repository are not described by its tags.
if(GIT_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  longhaul_git(description describe --tags --long --match "v[0-9]*" --exclude "*-*")
  if(description MATCHES "^v([0-9]+\\.[0-9]+\\.[0-9]+)-([0-9]+)-(g[0-9a-f]+)$")
    set(LONGHAUL_VERSION ${CMAKE_MATCH_1})
    if(CMAKE_MATCH_2 GREATER 0)
      string(APPEND LONGHAUL_VERSION +${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
    endif()
  endif()

  longhaul_git(LONGHAUL_COMMIT_DATE log -1 --format=%cD)

  # What a commit, a checkout and a tag change.
  longhaul_git(changing rev-parse --git-path logs/HEAD --git-path refs/tags --git-path packed-refs)
  string(REPLACE "\n" ";" changing "${changing}")
  foreach(path IN LISTS changing)
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    if(EXISTS ${path})
      set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    endif()
  endforeach()
endif()
