#include "base/error.hpp"

#include <system_error>

namespace longhaul::core {

Error::Error(std::string_view about, std::string_view why, std::optional<Exit> status)
    : subject{about}, reason{why}, exit{status} {
  if (!subject.empty()) message.append(subject).append(": ");
  message += reason;
}

std::string reason_of(int error_number) {
  std::string reason = std::generic_category().message(error_number);
  if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z')
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  return reason;
}

}  // namespace longhaul::core
