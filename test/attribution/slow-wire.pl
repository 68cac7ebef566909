# A wire that takes its time: copies Ethernet frames between two interfaces of this namespace, each so many milliseconds late.
# usage: perl slow-wire.pl MILLISECONDS INTERFACE INTERFACE
use strict;
use warnings;
use Socket;
use Time::HiRes qw(time);

my ($delay, @names) = @ARGV;
use constant { AF_PACKET => 17, SOL_PACKET => 263, PACKET_VNET_HDR => 15, PACKET_IGNORE_OUTGOING => 23, ETH_P_ALL => 3 };
use constant SIOCGIFINDEX => 0x8933;
my @ends = map {
  socket(my $end, AF_PACKET, SOCK_RAW, unpack("S", pack("n", ETH_P_ALL))) or die "socket: $!";
  # The header carries what the kernel has left to the hardware: checksums and segments.
  setsockopt($end, SOL_PACKET, PACKET_VNET_HDR, pack("i", 1)) or die "PACKET_VNET_HDR: $!";
  setsockopt($end, SOL_PACKET, PACKET_IGNORE_OUTGOING, pack("i", 1)) or die "PACKET_IGNORE_OUTGOING: $!";
  # /sys may be that of another namespace.
  my $request = pack("a16 x24", $_);
  ioctl($end, SIOCGIFINDEX, $request) or die "$_: $!";
  my $index = unpack("x16 i", $request);
  bind($end, pack("S n i S C C a8", AF_PACKET, ETH_P_ALL, $index, 0, 0, 0, "")) or die "bind: $!";
  $end;
} @names;
my @late;
while (1) {
  my $wait = @late ? $late[0][0] - time : 1;
  vec(my $ready = "", fileno($ends[0]), 1) = 1;
  vec($ready, fileno($ends[1]), 1) = 1;
  select($ready, undef, undef, $wait > 0 ? $wait : 0);
  for my $from (0, 1) {
    next unless vec($ready, fileno($ends[$from]), 1);
    sysread($ends[$from], my $frame, 1 << 17);
    push @late, [time + $delay / 1000, 1 - $from, $frame] if length $frame;
  }
  while (@late && $late[0][0] <= time) {
    my (undef, $to, $frame) = @{ shift @late };
    syswrite($ends[$to], $frame);
  }
}
