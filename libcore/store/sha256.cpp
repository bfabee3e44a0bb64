#include "store/sha256.hpp"

#include <sha2.h>

#include <array>

namespace longhaul::store {

struct Sha256::State : SHA2_CTX {};

Sha256::Sha256() : state_{std::make_unique<State>()} { ::SHA256Init(state_.get()); }

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  ::SHA256Update(state_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::string Sha256::finish() {
  std::array<char, SHA256_DIGEST_STRING_LENGTH> digits{};
  ::SHA256End(state_.get(), digits.data());
  return digits.data();
}

}  // namespace longhaul::store
