#include "pool_protocol.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <vector>

namespace longhaul::proctrack {
namespace {

constexpr std::size_t words_of_request = 2;
constexpr std::size_t words_of_reply = 3;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw core::Error{path, "is too long for a socket, which takes " +
                                std::to_string(sizeof address.sun_path - 1) + " bytes"};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

core::Fd new_socket() {
  core::Fd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!socket) throw core::Error{"socket", core::reason_of(errno)};
  return socket;
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > largest_message)
    throw core::Error{"pool", "the message is not understood, or too large"};
  return value;
}

struct Head {
  std::vector<std::string_view> words;
  std::size_t size = 0;    // of the line, its end included
  std::size_t length = 0;  // of what follows
};

// "KIND NUMBER... LENGTH\n" and so many bytes.
std::optional<Head> parse_head(std::string_view text, std::size_t words_wanted) {
  constexpr std::size_t longest = 64;
  const auto end = text.find('\n');
  if (end == std::string_view::npos) {
    if (text.size() > longest) throw core::Error{"pool", "the message is not understood"};
    return std::nullopt;
  }
  Head head;
  for (std::string_view rest = text.substr(0, end); !rest.empty();) {
    head.words.push_back(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(std::min(rest.size(), head.words.back().size() + 1));
  }
  if (head.words.size() != words_wanted) throw core::Error{"pool", "the message is not understood"};
  head.size = end + 1;
  head.length = number(head.words.back());
  return head;
}

std::optional<Message> parse(std::string_view text, std::size_t words_wanted) {
  const auto head = parse_head(text, words_wanted);
  if (!head || text.size() - head->size < head->length) return std::nullopt;
  Message message{std::string{head->words[0]}, 0, std::string{text.substr(head->size, head->length)}};
  if (words_wanted == words_of_reply) message.status = static_cast<int>(number(head->words[1]));
  return message;
}

}  // namespace

std::string request_text(std::string_view kind, std::string_view body) {
  return std::string{kind} + ' ' + std::to_string(body.size()) + '\n' + std::string{body};
}

std::string reply_text(std::string_view kind, core::Exit status, std::string_view body) {
  return std::string{kind} + ' ' + std::to_string(static_cast<int>(status)) + ' ' +
         std::to_string(body.size()) + '\n' + std::string{body};
}

std::optional<Message> parse_request(std::string_view text) { return parse(text, words_of_request); }

std::optional<Message> parse_reply(std::string_view text) { return parse(text, words_of_reply); }

std::size_t request_size(std::string_view text) {
  const auto head = parse_head(text, words_of_request);
  return head ? head->size + head->length : 0;
}

bool is_own_peer(const core::Fd& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         (peer.uid == ::geteuid() || peer.uid == 0);
}

std::string socket_path(const std::string& state, const std::string& name) {
  std::string path = state + "/pools/" + name;
  (void)address_of(path);
  return path;
}

core::Fd listen_at(const std::string& path) {
  const auto address = address_of(path);
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) throw core::Error{path, "is in the way: it is no socket"};
    ::unlink(path.c_str());
  }
  core::Fd socket = new_socket();
  constexpr mode_t own_only = 077;
  const mode_t before = ::umask(own_only);
  const int failed =
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  ::umask(before);
  constexpr int backlog = 512;
  if (failed != 0) throw core::Error{path, core::reason_of(failed)};
  if (::listen(socket.get(), backlog) != 0) throw core::Error{path, core::reason_of(errno)};
  return socket;
}

bool is_served(const std::string& path) {
  const auto address = address_of(path);
  const core::Fd socket = new_socket();
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void remove_dead_sockets(const std::string& state) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry{state + "/pools", error}, end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().string();
    if (!entry->is_socket(error) || is_served(path)) continue;
    const core::Fd lock{::open((path + ".lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
  }
}

core::Fd connect_to(const std::string& path, const std::string& name) {
  const auto address = address_of(path);
  core::Fd socket = new_socket();
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    if (!is_own_peer(socket)) throw core::Error{path, "another user listens there"};
    return socket;
  }
  if (errno == ENOENT || errno == ECONNREFUSED) throw core::Error{name, "no pool of this name is running"};
  throw core::Error{path, core::reason_of(errno)};
}

Message asked(const std::string& state, const std::string& name, std::string_view kind,
              std::string_view body) {
  const auto socket = connect_to(socket_path(state, name), name);
  // One that is refused early may find nobody who reads it; the reply tells.
  (void)core::try_write_all(socket.get(), request_text(kind, body));
  std::string reply;
  std::array<char, 64 * 1024> piece;
  while (true) {
    const auto count = core::read_some(socket.get(), piece, name);
    if (count == 0) throw core::Error{name, "the pool ended before it answered"};
    reply.append(piece.data(), count);
    if (auto message = parse_reply(reply)) return std::move(*message);
  }
}

}  // namespace longhaul::proctrack
