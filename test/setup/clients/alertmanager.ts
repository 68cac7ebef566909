import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpacked } from "../unpacked.js";
import type { ClientLab, Sender } from "./lab.js";

/** Starts Alertmanager by the file of a directory, gives it an alert, and waits for what becomes of its notification. */
const script = `
cd "$1"
prometheus-alertmanager --config.file=alertmanager.yml --storage.path=data --cluster.listen-address= \\
  --web.listen-address="$2:9093" --log.level=debug 2>alertmanager.log &
tick=0
while [ $tick -lt 100 ]; do
  tick=$((tick + 1))
  [ -e added ] || amtool --alertmanager.url="http://$2:9093" alert add alertname=test 2>/dev/null && touch added
  grep -qE 'Notify (success|attempt failed|for alerts failed)|level=error' alertmanager.log && exit 0
  sleep 0.2
done
`;

/** Alertmanager of Debian. */
export function alertmanager(lab: ClientLab): Sender {
  const root = unpacked("alertmanager", ["prometheus-alertmanager"]);
  const file = join(lab.home, "alertmanager.sh");
  writeFileSync(file, script);
  return ({ directory, host }) => lab.run("sh", [file, directory, host], { root });
}
