// Any bytes as a line of a manifest: what is taken for one is one, and says the same when it is written anew.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/json_reader.hpp"
#include "store/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longhaul::store;
  JsonReader reader{longest_manifest_line};
  const auto line = read_manifest_line({reinterpret_cast<const char*>(data), size}, reader);
  if (!line) return 0;
  // Written, a name may be longer: "\u0001" for one byte that an escape of fewer stood for.
  JsonReader roomy{8 * longest_manifest_line};
  const auto again = read_manifest_line(line->json(), roomy);
  if (!again || again->file != line->file || !(again->content == line->content)) std::abort();
  return 0;
}
