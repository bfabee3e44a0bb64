// SHA-256 (FIPS 180-4) of what comes piece by piece: a checksum that other programs compute too.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace longhaul::store {

class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();

  void add(std::string_view bytes);
  // 64 hexadecimal digits in lower case, as sha256sum prints them. Nothing may be added any more.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace longhaul::store
