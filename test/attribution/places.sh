#!/bin/sh
# Real OpenSSH servers in the place "control" of the lab, for the user who runs it: on port 2222 without port587, on 2223 with it,
# on 2224 without anything. Nothing of the machine's own configuration of ssh is read or changed.
# usage: places.sh NODE MAIN
set -eu
mkdir -p /run/home/.ssh /run/sshd /run/none /run/with
sed 's#^root:.*#root:x:0:0:root:/run/home:/bin/sh#; /^sshd:/d' /etc/passwd >/run/passwd
echo 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin' >>/run/passwd
mount --bind /run/passwd /etc/passwd
printf '#!/bin/sh\nexec %s %s "$@"\n' "$1" "$2" >/run/with/port587
chmod +x /run/with/port587
ssh-keygen -q -t ed25519 -N '' -f /run/home/.ssh/id_ed25519
ssh-keygen -q -t ed25519 -N '' -f /run/hostkey
for port in 2222 2223 2224; do
  echo "[control.example.test]:$port $(cut -d' ' -f1,2 /run/hostkey.pub)" >>/run/home/.ssh/known_hosts
done
: >/run/ssh_config
mount --bind /run/ssh_config /etc/ssh/ssh_config
# PORT PATH
serve() {
  cat >"/run/sshd_$1" <<END
Port $1
HostKey /run/hostkey
AuthorizedKeysFile /run/home/.ssh/id_ed25519.pub
StrictModes no
UsePAM no
PidFile none
SetEnv PATH=$2
END
  nsenter --net=/run/netns/control /usr/sbin/sshd -f "/run/sshd_$1"
}
serve 2222 /usr/bin:/bin
serve 2223 /run/with:/usr/bin:/bin
serve 2224 /run/none
