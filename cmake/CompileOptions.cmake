# What every target of the project is compiled with: link longhaul_options privately to get it.
add_library(longhaul_options INTERFACE)
target_compile_features(longhaul_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)

target_compile_options(longhaul_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${LONGHAUL_WERROR}>:-Werror>)

# At -O3 g++ 12 warns of overlapping copies in std::string that there are not (GCC bug 105651).
target_compile_options(longhaul_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

# Unused parts of the standard library stay out of the static tools: fewer pages to map at each start.
target_compile_options(longhaul_options INTERFACE $<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
target_link_options(longhaul_options INTERFACE $<$<CONFIG:Release>:-Wl,--gc-sections>)

if(LONGHAUL_SANITIZE)
  target_compile_options(longhaul_options INTERFACE
    -fsanitize=${LONGHAUL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(longhaul_options INTERFACE -fsanitize=${LONGHAUL_SANITIZE})
endif()
