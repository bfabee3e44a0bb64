# longhaul_find_library(TARGET HEADER NAME [OPTIONAL]): an imported target for a library whose package has no CMake
# files, as an archive where the tools are linked statically. Without OPTIONAL it has to be there.
function(longhaul_find_library target header name)
  if(TARGET ${target})
    return() # another tool needs it too
  endif()
  string(TOUPPER ${name} variable)
  if(NOT "OPTIONAL" IN_LIST ARGN)
    set(required REQUIRED)
  endif()
  find_path(${variable}_INCLUDE_DIR ${header} ${required})
  if(LONGHAUL_STATIC)
    find_library(${variable}_LIBRARY NAMES lib${name}.a ${name} ${required})
  else()
    find_library(${variable}_LIBRARY NAMES ${name} ${required})
  endif()
  if(NOT ${variable}_INCLUDE_DIR OR NOT ${variable}_LIBRARY)
    return()
  endif()
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION ${${variable}_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${${variable}_INCLUDE_DIR})
endfunction()

# The file and the name by which a program loads it, beside the target.
find_package(simdjson REQUIRED)
get_target_property(configurations simdjson::simdjson IMPORTED_CONFIGURATIONS)
list(GET configurations 0 configuration)
get_target_property(SIMDJSON_FILE simdjson::simdjson IMPORTED_LOCATION_${configuration})
get_target_property(SIMDJSON_SONAME simdjson::simdjson IMPORTED_SONAME_${configuration})
