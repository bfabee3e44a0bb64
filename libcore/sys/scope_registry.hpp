// The scopes of a user: one small file each, locked as long as the scope lives.
//
// The lock is held by the two processes that keep a scope, through one open file that both have; the kernel
// lets go of it when the last of them is gone. So whether a scope is dead never depends on a number of a
// process, which may be another's by then.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "sys/scope_record.hpp"

namespace longhaul::sys {

class ScopeRegistry {
 public:
  // The folder may be missing.
  explicit ScopeRegistry(std::string folder) : folder_{std::move(folder)} {}

  [[nodiscard]] const std::string& folder() const { return folder_; }

  // Writes a scope down. What it returns holds the scope's lock; its offset is the end of the record. Throws
  // Error: the name is taken by a scope that lives, the folder cannot be written.
  [[nodiscard]] core::Fd enter(const ScopeRecord& record) const;

  // Of all scopes, living and dead.
  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] std::optional<ScopeRecord> read(const std::string& id) const;
  [[nodiscard]] bool is_alive(const std::string& id) const;

  // A living scope by its name, its id, or the number of its process.
  [[nodiscard]] std::optional<ScopeRecord> find(std::string_view name) const;

  // The lock of a scope that nobody keeps any more; nothing where it lives, or another one clears it.
  [[nodiscard]] core::Fd take_over(const std::string& id) const;

  // What those left that were killed while they wrote their scope down.
  void remove_unfinished() const;

  // Whoever has the scope's lock. What is gone already, with all of the folder, is no failure.
  void remove(const ScopeRecord& record) const noexcept;

 private:
  [[nodiscard]] std::string scope_file(const std::string& id) const { return folder_ + "/scopes/" + id; }
  [[nodiscard]] std::string name_file(const std::string& name) const { return folder_ + "/names/" + name; }
  void claim(const ScopeRecord& record) const;
  void give_name(const std::string& aside, const std::string& path, const std::string& id) const;
  void give_up_name(const ScopeRecord& record) const noexcept;

  std::string folder_;
};

}  // namespace longhaul::sys
