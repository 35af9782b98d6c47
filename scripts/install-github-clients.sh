#!/usr/bin/env bash
# Installs the clients of others that the slow tests of the fake GitHub are judged by: gh and PyGithub, as Debian has them.
# Does nothing where they are there. Fails where they are not and cannot be installed.
set -u
has_clients() { command -v gh >/dev/null && /usr/bin/python3 -c 'import github' 2>/dev/null; }

has_clients && exit 0
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo -n)
if command -v apt-get >/dev/null; then
  "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq --no-install-recommends gh python3-github
fi
has_clients && exit 0
echo "Install gh and PyGithub (on Debian: apt-get install gh python3-github): slow tests are judged by them." >&2
exit 1
