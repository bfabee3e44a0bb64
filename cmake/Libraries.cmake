# longhaul_find_library(TARGET HEADER NAME): an imported target for a library whose package has no CMake files, as an
# archive where the tools are linked statically.
function(longhaul_find_library target header name)
  string(TOUPPER ${name} variable)
  find_path(${variable}_INCLUDE_DIR ${header} REQUIRED)
  if(LONGHAUL_STATIC)
    find_library(${variable}_LIBRARY NAMES lib${name}.a ${name} REQUIRED)
  else()
    find_library(${variable}_LIBRARY NAMES ${name} REQUIRED)
  endif()
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION ${${variable}_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${${variable}_INCLUDE_DIR})
endfunction()
