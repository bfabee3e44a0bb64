// --tee: what is read, passed on to standard output. The log is worth more: where standard output fails, it
// goes on alone.
#pragma once

#include <string_view>

#include "cli/session.hpp"

namespace longhaul::logrotd {

class Tee {
 public:
  Tee(bool wanted, cli::Session& session) : open_{wanted}, session_{session} {}

  void pass(std::string_view bytes) {
    if (!open_) return;
    try {
      session_.print(bytes);
      session_.flush();
    } catch (const cli::ReaderGone&) {
      open_ = false;
    } catch (const cli::OutputFailed& error) {
      open_ = false;
      session_.report(error);
    }
  }

 private:
  bool open_;
  cli::Session& session_;
};

}  // namespace longhaul::logrotd
