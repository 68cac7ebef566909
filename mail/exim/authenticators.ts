import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import type { Authenticator } from "./config.js";
import { truthOf } from "./expansion.js";
import type { Situation } from "./situation.js";

/** The mechanisms that EHLO lists here: those with a server side whose `server_advertise_condition` holds. */
export function mechanismsOffered(situation: Situation): Maybe<readonly string[]> {
  const { config } = situation;
  const setting = config.options.get("auth_advertise_hosts");
  if (!setting && config.holes.main.length > 0) return unknown(...config.holes.main);
  const offered = setting ? situation.isHost(setting, "auth_advertise_hosts") : true;
  if (offered === false) return [];
  const found = config.authenticators.filter(isServer).map((each) => mechanism(each, situation));
  const missing = [
    ...(isUnknown(offered) ? offered.unknown : []),
    ...config.holes.auth,
    ...found.flatMap((each) => (isUnknown(each) ? each.unknown : [])),
  ];
  const none = found.every((each) => each === undefined) && config.holes.auth.length === 0;
  if (none) return [];
  if (missing.length > 0) return unknown(...missing);
  return [...new Set(found.flatMap((each) => (typeof each === "string" ? [each] : [])))].sort();
}

/** A driver that only ever logs in elsewhere has no `server_…` option. */
function isServer({ options }: Authenticator): boolean {
  const driver = options.get("driver")?.value;
  const needed = serverOption[driver ?? ""];
  return needed === undefined
    ? [...options.keys()].some((each) => each.startsWith("server_"))
    : needed.some((each) => options.has(each));
}

/** The option that gives a driver its server side (Exim specification, chapters on authenticators). */
const serverOption: Readonly<Record<string, readonly string[]>> = {
  plaintext: ["server_prompts", "server_condition"],
  cram_md5: ["server_secret"],
};

function mechanism({ name, at, options }: Authenticator, situation: Situation): Maybe<string> | undefined {
  const condition = options.get("server_advertise_condition");
  if (condition) {
    const text = situation.text(condition, "server_advertise_condition");
    if (isUnknown(text)) return text;
    const holds = truthOf(text);
    if (holds === undefined) return unknown(`server_advertise_condition (${condition.at})`);
    if (!holds) return undefined;
  }
  if (options.get("driver")?.value === "gsasl" || options.get("driver")?.value === "cyrus_sasl")
    return unknown(`what the library behind the authenticator ${name} (${at}) can do`);
  return (options.get("public_name")?.value ?? name).toUpperCase();
}
