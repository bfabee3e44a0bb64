// What `proctrack pool` and its server say to each other, over a Unix socket in the state folder.
//
//   to the server    call LENGTH\n and so many bytes      to the caller   answer STATUS LENGTH\n and so many
//   bytes
//                    status 0\n                                           error STATUS LENGTH\n and a reason
//                    stop 0\n
//
// One request a connection. STATUS is what the caller is to exit with.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace longhaul::proctrack {

inline constexpr std::size_t largest_message = std::size_t{16} << 20U;

struct Message {
  std::string kind;
  int status = 0;
  std::string body;
};

std::string request_text(std::string_view kind, std::string_view body);
std::string reply_text(std::string_view kind, core::Exit status, std::string_view body);

// The message that the text holds; nothing where more has to come. Throws Error for what is none, or is
// larger than largest_message.
std::optional<Message> parse_request(std::string_view text);
std::optional<Message> parse_reply(std::string_view text);
// How many bytes the request has in whole; 0 where its first line is not there yet.
std::size_t request_size(std::string_view text);

// Where the pool of this name listens, in the state folder. Throws Error where a socket cannot have so long a
// path.
std::string socket_path(const std::string& state, const std::string& name);

// Whether this user, or root, is at the other end.
bool is_own_peer(const core::Fd& socket);

// A socket that listens there, for this user alone. The lock says that no other server does: a socket that is
// left there is removed, anything else is in the way. Throws Error.
core::Fd listen_at(const std::string& path);
// Whether a server listens there.
bool is_served(const std::string& path);
// Those of pools whose server was killed.
void remove_dead_sockets(const std::string& state);
// Throws Error where nobody listens.
core::Fd connect_to(const std::string& path, const std::string& name);

// Sends a request and waits for the reply. Throws Error where the server goes away.
Message asked(const std::string& state, const std::string& name, std::string_view kind,
              std::string_view body);

}  // namespace longhaul::proctrack
