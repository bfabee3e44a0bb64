// Offline: what survives is copied into a new file, which takes the place of what the old one held.
#pragma once

#include <string>

#include "plan.hpp"

namespace longhaul::dbprune {

// The database alone: others wait as long as this lives. It comes out with the journal mode that it had.
// Throws core::Error where another process has it open.
class Alone {
 public:
  explicit Alone(const store::Database& database);
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;
  ~Alone();

 private:
  const store::Database& database_;
  std::string journal_mode_;
};

// The plan, made while the database was alone, lists every table. The doomed rows go to the archive first,
// where its path is not empty. Throws core::Error, the database being as it was, where there is not enough
// disk, and where triggers or ON DELETE SET NULL would have to act on doomed rows.
void rebuild(const store::Database& database, const Schema& schema, const Plan& plan,
             const std::string& archive);

}  // namespace longhaul::dbprune
