#include "launch/starting/hosts.h"

#include "galen/error.h"
#include "galen/host.h"
#include "galen/regular_file.h"
#include "launch/options/option.h"

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

namespace galen::launch {

namespace {

int parse_slots(const std::string& text, const std::string& where) {
  const std::optional<int> slots = parse_number<int>(text, at_least(1));
  if (!slots)
    throw UsageError("{}: {} is not a number of workers. Write a whole number, 1 or more.", where, text.empty() ? "(nothing)" : text);
  return *slots;
}

// An IPv6 address contains colons, and is in brackets if slots follow it.
Host parse_host(const std::string& text, const std::string& where) {
  const std::size_t name_end = text.starts_with('[') ? text.find(']') + 1 : 0;
  const std::size_t colon = text.find(':', name_end);
  const bool bare_address = name_end == 0 && std::count(text.begin(), text.end(), ':') > 1;
  Host host{bare_address ? text : text.substr(0, colon), 0};
  if (!bare_address && colon != std::string::npos) host.slots = parse_slots(text.substr(colon + 1), where);
  if (host.name.empty()) throw UsageError("{}: a host has no name. Write NAME:WORKERS, separated by commas.", where);
  return host;
}

void add(std::vector<Host>& hosts, const Host& host) {
  const auto found = std::find_if(hosts.begin(), hosts.end(), [&](const Host& known) { return known.name == host.name; });
  if (found == hosts.end()) {
    hosts.push_back(host);
  } else {
    found->slots = std::max(1, found->slots) + std::max(1, host.slots);
  }
}

bool same_address(const sockaddr& a, const sockaddr& b) {
  if (a.sa_family != b.sa_family) return false;
  if (a.sa_family == AF_INET) {
    return reinterpret_cast<const sockaddr_in&>(a).sin_addr.s_addr == reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
  }
  return a.sa_family == AF_INET6 && std::memcmp(&reinterpret_cast<const sockaddr_in6&>(a).sin6_addr,
                                                &reinterpret_cast<const sockaddr_in6&>(b).sin6_addr, sizeof(in6_addr)) == 0;
}

bool is_own_address(const sockaddr& address) {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(all, freeifaddrs);
  for (const ifaddrs* own = all; own != nullptr; own = own->ifa_next) {
    if (own->ifa_addr != nullptr && same_address(*own->ifa_addr, address)) return true;
  }
  return false;
}

}  // namespace

std::vector<Host> parse_hosts(const std::string& text) {
  std::vector<Host> hosts;
  for (const std::string& part : split_list(text)) add(hosts, parse_host(part, "--hosts " + text));
  return hosts;
}

std::vector<Host> read_hostfile(const std::string& file) {
  expect_regular_file(file);
  std::ifstream stream(file);
  if (!stream) throw UsageError("{}: the host file cannot be read. Check the path of --hostfile.", file);
  std::vector<Host> hosts;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    const std::string where = fmt::format("{}:{}", file, ++number);
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    if (!(words >> word)) continue;
    Host host = parse_host(word, where);
    while (words >> word) {
      if (word.starts_with("slots=")) {
        host.slots = parse_slots(word.substr(word.find('=') + 1), where);
      } else if (!word.starts_with("max_slots=") && !word.starts_with("max-slots=")) {
        throw UsageError("{}: {} is invalid. Write one host in each line: NAME slots=WORKERS.", where, word);
      }
    }
    add(hosts, host);
  }
  if (hosts.empty()) throw UsageError("{}: names no host. Write one host in each line: NAME slots=WORKERS.", file);
  return hosts;
}

std::string to_text(const std::vector<Host>& hosts) {
  std::vector<std::string> parts;
  for (const Host& host : hosts) parts.push_back(fmt::format("{}:{}", host.name, host.slots));
  return fmt::format("{}", fmt::join(parts, ","));
}

int total_slots(const std::vector<Host>& hosts) {
  int total = 0;
  for (const Host& host : hosts) total += host.slots;
  return total;
}

bool is_this_host(const std::string& name) {
  const std::string own = host_name();
  if (name == "localhost" || name == own || name == own.substr(0, own.find('.'))) return true;
  addrinfo* found = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, nullptr, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    if (is_own_address(*address->ai_addr)) return true;
  }
  return false;
}

}  // namespace galen::launch
