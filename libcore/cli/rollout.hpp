#pragma once

#include <string>
#include <string_view>

#include "cli/session.hpp"

namespace longhaul::cli {

// How far a tool is switched on: LONGHAUL_<TOOL>=off|shadow|on.
enum class Rollout {
  off,     // behave as the legacy way did
  shadow,  // the legacy behaviour stands; record what the tool would have done
  on,
};

// The variable of this tool, `on` where it is unset or empty. Any other value: one warning, and `on`. `older`
// names a variable that says 0 or 1, asked where the tool's own is not set; it may be empty.
Rollout rollout_of(Session& session, const std::string& older = {});

// Appends one JSON object as one line to $LONGHAUL_SHADOW_LOG, or to longhaul/shadow.jsonl under
// $XDG_STATE_HOME or ~/.local/state, as {"tool":"errsum","time":<seconds since 1970>,"shadow":<object>}. A
// file that reached 1 MiB is renamed to <name>.1 first, so that at most 2 MiB are kept. By contract a failure
// is silent: shadow must never disturb.
void record_shadow(const Session& session, std::string_view json_object) noexcept;

}  // namespace longhaul::cli
