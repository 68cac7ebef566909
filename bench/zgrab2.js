import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./measure.js";
import { programNamed } from "./program.js";

export const zgrab2 = programNamed("zgrab2");

/**
 * Its smtp module over so many names of one port of this machine: greeting, EHLO, STARTTLS, TLS, QUIT; `senders` at a time, by its own
 * default 1,000.
 * @throws when it does not see TLS in each.
 */
export async function zgrab2Scan(names, port, directory, senders) {
  const [input, none, output, sum] = ["in.csv", "nothing", "out.json", "sum.json"].map((name) => join(directory, name));
  await writeFile(input, names.map((name) => `127.0.0.1,${name}\n`).join(""));
  await writeFile(none, "");
  // Its own list of addresses that it leaves alone has those of this machine; and to it all names are one address.
  const bounds = [
    "--blocklist-file",
    none,
    "--server-rate-limit",
    "1000000",
    ...(senders ? ["--senders", String(senders)] : []),
  ];
  const files = ["--input-file", input, "--output-file", output, "--metadata-file", sum];
  const args = ["smtp", "--port", String(port), "--send-quit", ...bounds, ...files];
  const { ms, code, stderr } = await run(zgrab2, args);
  const { successes, custom_metadata: seen } = JSON.parse(await readFile(sum, "utf8")).statuses.smtp;
  if (code !== 0 || successes !== names.length || seen.hosts_supporting_starttls !== names.length)
    throw new Error(`zgrab2 ended with ${code}: ${stderr}`);
  return ms;
}
