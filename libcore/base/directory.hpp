// An open directory stream, closed with its owner.
#pragma once

#include <dirent.h>

#include <memory>

namespace longhaul::core {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

}  // namespace longhaul::core
