#!/bin/sh
# Runs one mail server and lets the observer look at it. Started by mail-lab.ts as the first process of its own mount,
# network and process namespaces: the host is left untouched, and with the end of this script everything it started is gone.
# usage: mail-lab.sh UNPACKED ETC INSTANCE NODE OBSERVER
set -eu
unpacked=$1; etc=$2; instance=$3; node=$4; observer=$5

for directory in usr bin sbin lib; do
  [ -d "$unpacked/$directory" ] || continue
  over=/usr; [ "$directory" = usr ] || over=/usr/$directory
  mount -t overlay overlay -o "lowerdir=$unpacked/$directory:$over" "$over"
done
mount -t overlay overlay -o "lowerdir=$etc:$unpacked/etc:/etc" /etc
ip link set lo up
ip address add 192.0.2.1/32 dev lo
# Clients may come from any address of this block without its being one of the machine's own.
ip route add local 192.0.2.0/24 dev lo

# One that does not start is looked at all the same: its ports must be closed.
(cd "$instance" && sh "$instance/start.sh") >"$instance/start.log" 2>&1 </dev/null || :
"$node" "$observer" "$instance/look.json" >"$instance/seen.json"
