#!/bin/sh
# Runs Postfix instances one after the other and lets the observer look at each. Started by postfix.ts as the first
# process of its own mount, network and process namespaces: the host is left untouched, and with the end of this script
# everything it started is gone.
# usage: postfix-lab.sh UNPACKED LAB NODE OBSERVER
set -eu
unpacked=$1; lab=$2; node=$3; observer=$4

mount -t overlay overlay -o "lowerdir=$unpacked/usr:/usr" /usr
mount -t overlay overlay -o "lowerdir=$lab/etc:$unpacked/etc:/etc" /etc
ip link set lo up
ip address add 192.0.2.1/32 dev lo
# Clients may come from any address of this block without its being one of the machine's own.
ip route add local 192.0.2.0/24 dev lo

for instance in "$lab"/instance-*; do
  mkdir -p "$instance/queue" "$instance/data"
  chown postfix "$instance/data"
  postconf -c "$instance/etc" -x >"$instance/expanded" 2>"$instance/expanded.err" || :
  if postfix -c "$instance/etc" start >"$instance/start.log" 2>&1; then
    "$node" "$observer" "$instance/look.json" >"$instance/seen.json"
    postfix -c "$instance/etc" stop >/dev/null 2>&1 || :
  else
    "$node" "$observer" "$instance/look.json" >"$instance/seen.json"
  fi
done
