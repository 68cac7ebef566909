#!/bin/sh
# The network of lab.js, made in the namespaces of the process that runs this: it is the client itself.
#   client -- router -- provider -- firewall -- host, and control behind the provider as well
# Between firewall and host a bridge, the wire, can be made slow.
# usage: network.sh TOOLS HOSTS  (TOOLS: unpacked packages; HOSTS: what stands in /etc/hosts)
set -eu
for directory in usr bin sbin lib; do
  [ -d "$1/$directory" ] || continue
  over=/usr; [ "$directory" = usr ] || over=/usr/$directory
  mount -t overlay overlay -o "lowerdir=$1/$directory:$over" "$over"
done
mount -t tmpfs tmpfs /run
mkdir /run/netns
: >/run/resolv.conf
mount --bind "$2" /etc/hosts
mount --bind /run/resolv.conf /etc/resolv.conf
for place in router provider firewall wire host control; do ip netns add $place; done

at() {
  place=$1; shift
  if [ "$place" = client ]; then "$@"; else nsenter "--net=/run/netns/$place" "$@"; fi
}
# PLACE PEER IPV4 IPV6, for each end of a cable
end() {
  at "$1" ip address add "$3" dev "to-$2"
  at "$1" ip address add "$4" dev "to-$2" nodad
  at "$1" ip link set "to-$2" up
}
cable() {
  at "$1" ip link add "to-$2" type veth peer name "to-$1" netns "$2"
  end "$1" "$2" "$3" "$4"
  end "$2" "$1" "$5" "$6"
}
route() {
  at "$1" ip route add "$2" via "$3"
}

for place in client router provider firewall host control; do
  # Routers limit how many errors they send; the situations of a lab follow each other faster than those of a life.
  at $place sh -c 'cd /proc/sys/net; echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding; echo 0 >ipv4/icmp_ratelimit; echo 0 >ipv6/icmp/ratelimit'
  at $place ip link set lo up
done
cable client router 192.168.1.2/24 fd00:587::2/64 192.168.1.1/24 fd00:587::1/64
cable router provider 198.51.100.2/24 2001:db8:a::2/64 198.51.100.1/24 2001:db8:a::1/64
cable provider firewall 203.0.113.1/24 2001:db8:b::1/64 203.0.113.2/24 2001:db8:b::2/64
at wire ip link add bridge type bridge
at wire ip link set bridge up
for place in firewall host; do
  other=host; [ $place = firewall ] || other=firewall
  at $place ip link add name to-$other type veth peer name to-$place netns wire
  at wire ip link set to-$place master bridge up
done
end firewall host 192.0.2.1/24 2001:db8:c::1/64
end host firewall 192.0.2.25/24 2001:db8:c::25/64
cable provider control 198.18.0.1/24 2001:db8:d::1/64 198.18.0.25/24 2001:db8:d::25/64
at control ip address add 198.18.0.26/24 dev to-provider
at control ip address add 2001:db8:d::26/64 dev to-provider nodad
route client default 192.168.1.1; route client default fd00:587::1
route router default 198.51.100.1; route router default 2001:db8:a::1
route provider 192.168.1.0/24 198.51.100.2; route provider fd00:587::/64 2001:db8:a::2
route provider 192.0.2.0/24 203.0.113.2; route provider 2001:db8:c::/64 2001:db8:b::2
route firewall default 203.0.113.1; route firewall default 2001:db8:b::1
route host default 192.0.2.1; route host default 2001:db8:c::1
route control default 198.18.0.1; route control default 2001:db8:d::1
