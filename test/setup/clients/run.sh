#!/bin/sh
# Runs a program with the lab's names and its authority, over its own unpacked packages if it has some. Started by lab.ts as the first
# process of its own mount namespace: the host is left untouched.
# usage: run.sh HOSTS AUTHORITY UNPACKED PROGRAM [ARGUMENT ...]
set -eu
hosts=$1; authority=$2; unpacked=$3; shift 3

if [ -n "$unpacked" ]; then
  for directory in usr bin sbin lib; do
    [ -d "$unpacked/$directory" ] || continue
    over=/usr; [ "$directory" = usr ] || over=/usr/$directory
    mount -t overlay overlay -o "lowerdir=$unpacked/$directory:$over" "$over"
  done
  mount -t overlay overlay -o "lowerdir=$unpacked/etc:/etc" /etc
fi
mount --bind "$hosts" /etc/hosts
mount --bind "$authority" /etc/ssl/certs/ca-certificates.crt
exec "$@"
