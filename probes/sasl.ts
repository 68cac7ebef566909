import { createHmac } from "node:crypto";
import { type Account, type Exchange, SaslBroken } from "./exchange.js";
import { saslprep } from "./saslprep.js";
import { type Binding, scram } from "./scram.js";

/** Where the login happens, for those mechanisms that bind to it. */
export interface Surroundings {
  readonly host: string;
  readonly port: number;
  readonly binding: () => Binding;
}

type Start = (account: Account, surroundings: Surroundings) => Exchange;

/** Strongest first; those with a password are tried unasked, one with a token only when it is named. */
export const mechanisms: Readonly<Record<string, { readonly secret: "password" | "token"; readonly start: Start }>> = {
  "SCRAM-SHA-256-PLUS": password((account, { binding }) => scram("sha256", account, binding())),
  "SCRAM-SHA-1-PLUS": password((account, { binding }) => scram("sha1", account, binding())),
  "SCRAM-SHA-256": password((account) => scram("sha256", account)),
  "SCRAM-SHA-1": password((account) => scram("sha1", account)),
  PLAIN: password(plain),
  LOGIN: password(login),
  "CRAM-MD5": password(cramMd5),
  OAUTHBEARER: token(oauthBearer),
  XOAUTH2: token(xoauth2),
};

/** Never chosen unasked: which channel binding a server means, it does not say. */
const onlyWhenNamed = /-PLUS$/;

/** The strongest mechanism for a password that the server lists; undefined when it lists none that is known here. */
export function strongest(listed: readonly string[]): string | undefined {
  return Object.entries(mechanisms).find(
    ([name, { secret }]) => secret === "password" && !onlyWhenNamed.test(name) && listed.includes(name),
  )?.[0];
}

function password(start: Start) {
  return { secret: "password", start } as const;
}

function token(start: Start) {
  return { secret: "token", start } as const;
}

/** RFC 4616. */
function plain({ user, secret }: Account): Exchange {
  return { initial: Buffer.from(`\0${saslprep(user)}\0${saslprep(secret)}`), answer: unasked };
}

/** draft-murchison-sasl-login: a name and a password, each when it is asked for; what the questions say means nothing. */
function login({ user, secret }: Account): Exchange {
  const answers = [user, secret];
  return {
    initial: undefined,
    answer: (challenge) => {
      const next = answers.shift();
      return next === undefined ? unasked(challenge) : Buffer.from(next);
    },
  };
}

/** RFC 2195. */
function cramMd5({ user, secret }: Account): Exchange {
  let answered = false;
  return {
    initial: undefined,
    answer: (challenge) => {
      if (answered) return unasked(challenge);
      answered = true;
      return Buffer.from(`${user} ${createHmac("md5", secret).update(challenge).digest("hex")}`);
    },
  };
}

/** RFC 7628. A failure comes as a challenge, and is ended by one byte of its own. */
function oauthBearer({ user, secret }: Account, { host, port }: Surroundings): Exchange {
  const name = user.replaceAll("=", "=3D").replaceAll(",", "=2C");
  const message = `n,a=${name},\x01host=${host}\x01port=${port}\x01auth=Bearer ${secret}\x01\x01`;
  return { initial: Buffer.from(message), answer: () => Buffer.from("\x01") };
}

/** As Google and Microsoft describe it. A failure comes as a challenge, and is ended by an empty line. */
function xoauth2({ user, secret }: Account): Exchange {
  return { initial: Buffer.from(`user=${user}\x01auth=Bearer ${secret}\x01\x01`), answer: () => Buffer.alloc(0) };
}

function unasked(_: Buffer): Buffer {
  throw new SaslBroken("it asks for more than the mechanism has");
}
