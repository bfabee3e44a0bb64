#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/session.hpp"

namespace longhaul::cli {

// How far a tool is switched on: LONGHAUL_<TOOL>=off|shadow|on, or the part of all sessions that have it on,
// as 25%.
enum class Rollout {
  off,     // behave as the legacy way did
  shadow,  // the legacy behaviour stands; record what the tool would have done
  on,
};

// What the tool's own variable says, or else LONGHAUL, the variable of all tools, or else `older` with its 0
// and 1 (About::older_switch); `on` where none is set. Any other value: one warning, and `on`.
Rollout rollout_of(Session& session, std::string_view older = {});

// Nothing for a value that is none. 0, no and false are off, 1, yes and true are on, in any case of letters:
// a rollback may be typed in haste. For a percentage: `on` where this session is in that part of all, else
// `off`. A session that is in a part is in every larger one, and in it with all the tools.
std::optional<Rollout> rollout_from(std::string_view value, std::string_view session_id);

// LONGHAUL_SESSION, or else what all processes of a POSIX session share: the machine's boot and name, and the
// session's number.
std::string session_id();

// Appends one JSON object as one line to shadow_log(), as
// {"tool":"errsum","time":<seconds since 1970>,"session":"<hash of session_id()>","shadow":<object>}. A file
// that reached 8 MiB is renamed to <name>.1 first, so that at most 16 MiB are kept. By contract a failure is
// silent: shadow must never disturb.
void record_shadow(const Session& session, std::string_view json_object) noexcept;

// $LONGHAUL_SHADOW_LOG, or longhaul/shadow.jsonl under $XDG_STATE_HOME or ~/.local/state; empty where there
// is no home.
std::string shadow_log();

}  // namespace longhaul::cli
