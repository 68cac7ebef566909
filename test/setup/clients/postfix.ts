import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackedPostfix } from "../postfix.js";
import type { ClientLab, Sender } from "./lab.js";

/** Starts Postfix by the main.cf and master.cf of a directory, gives it one message, and waits for what becomes of it. */
const script = `
cd "$1"
chmod 711 ..
chmod 755 .
chmod 644 *
for file in passwd group; do cp /etc/$file $file.lab; done
echo 'postfix:x:970:970::/var/empty:/usr/sbin/nologin' >>passwd.lab
echo 'postfix:x:970:' >>group.lab
echo 'postdrop:x:971:' >>group.lab
for file in passwd group; do mount --bind $file.lab /etc/$file; done
export MAIL_CONFIG="$1"
mkdir -p data queue
cd queue
mkdir -p active bounce corrupt defer deferred flush hold incoming private saved trace maildrop public pid
cd ..
chown -R postfix data queue
chown root queue queue/pid
chgrp postdrop queue/maildrop queue/public
chmod 730 queue/maildrop
chmod 710 queue/public
/usr/lib/postfix/sbin/master -c "$1" -w 2>>start.log
sendmail -f app@example.com you@example.com
tick=0
while [ $tick -lt 50 ]; do
  tick=$((tick + 1))
  grep -qE 'status=|fatal:|panic:' mail.log 2>/dev/null && exit 0
  sleep 0.3
done
`;

/** Postfix of Debian as a client of its relayhost. */
export function postfix(lab: ClientLab): Sender {
  const root = unpackedPostfix();
  const file = join(lab.home, "postfix.sh");
  writeFileSync(file, script);
  return ({ directory }) => lab.run("sh", [file, directory], { root, input: "Subject: test\n\nhello\n" });
}
