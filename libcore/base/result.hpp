#pragma once

#include <optional>
#include <string>
#include <utility>

namespace longhaul::core {

// A value, or why there is none: for what the caller can act on. (std::expected is not in g++ 12.)
template <class T>
class Result {
 public:
  Result(T value) : value_{std::move(value)} {}

  static Result failure(std::string reason) { return Result{std::nullopt, std::move(reason)}; }

  explicit operator bool() const { return value_.has_value(); }
  const T& operator*() const { return *value_; }
  const T* operator->() const { return &*value_; }

  // Empty where there is a value.
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  Result(std::nullopt_t, std::string reason) : reason_{std::move(reason)} {}

  std::optional<T> value_;
  std::string reason_;
};

}  // namespace longhaul::core
