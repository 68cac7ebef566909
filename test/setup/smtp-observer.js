/**
 * A small SMTP client of its own, the oracle of the Postfix lab: it imports nothing of port587 and says what a server
 * does to a client that never logs in. Run inside the lab's network namespace:
 * `node smtp-observer.js look.json`, where look.json is `[{ "port", "from", "to" }]`; prints one result for each.
 */
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

// A server on a busy machine takes its time: only what stays silent for this long is silent.
const patience = 12_000;
// A port that is silent for this long may wait for a ClientHello.
const greetingPause = 1500;
const atOnce = 20;
const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const anything = { rejectUnauthorized: false, ciphers: "ALL:@SECLEVEL=0", minVersion: "TLSv1", maxVersion: "TLSv1.3" };

/** One connection; `reply` reads a whole reply, or says `closed` or `silent`. */
class Session {
  constructor(socket) {
    this.take(socket);
  }

  take(socket) {
    this.socket = socket;
    this.text = "";
    this.ended = false;
    this.wake = () => {};
    socket.on("data", (data) => {
      this.text += data.toString("latin1");
      this.wake();
    });
    const end = () => {
      this.ended = true;
      this.wake();
    };
    socket.on("end", end).on("close", end).on("error", end);
  }

  async reply(within = patience) {
    const late = Date.now() + within;
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.text)?.[0];
      if (whole !== undefined) {
        this.text = this.text.slice(whole.length);
        const lines = whole.trimEnd().split("\r\n");
        return { code: Number(lines[0].slice(0, 3)), lines: lines.map((line) => line.slice(4)) };
      }
      if (this.ended) return { code: 0, lines: ["closed"] };
      const left = late - Date.now();
      if (left <= 0) return { code: 0, lines: ["silent"] };
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async say(line) {
    if (this.ended) return { code: 0, lines: ["closed"] };
    this.socket.write(`${line}\r\n`);
    return this.reply();
  }

  async secure(options) {
    this.socket.removeAllListeners("data");
    const secured = await handshake({ socket: this.socket, ...options });
    if (secured) this.take(secured);
    return secured !== undefined;
  }

  close() {
    this.socket.destroy();
  }
}

function handshake(options) {
  return new Promise((resolve) => {
    const socket = connectTls({ ...anything, ...options });
    const fail = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(undefined);
    };
    const timer = setTimeout(fail, patience);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
    socket.on("error", fail).on("close", fail);
  });
}

function open({ port, from, to }) {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: to, localAddress: from });
    const fail = (error) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ failure: error?.code ?? "TIMEOUT" });
    };
    const timer = setTimeout(fail, patience);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      socket.on("error", () => {});
      resolve({ socket });
    });
  });
}

const ehlo = (session) => session.say("EHLO client.example");
const wordsOf = (reply, keyword) =>
  reply.lines
    .slice(1)
    .filter((line) => line.toUpperCase().startsWith(`${keyword} `))
    .flatMap((line) => line.split(" ").slice(1))
    .filter((word) => word !== "");

/** MAIL and RCPT for a recipient of another domain: at which command it is refused, and with what. */
async function transaction(session) {
  const mail = await session.say("MAIL FROM:<probe@client.example>");
  if (mail.code !== 250) return { gate: "mail", reply: `${mail.code} ${mail.lines[0]}` };
  const rcpt = await session.say("RCPT TO:<stranger@foreign.example>");
  if (rcpt.code !== 250) return { gate: "rcpt", reply: `${rcpt.code} ${rcpt.lines[0]}` };
  return { gate: "none", reply: "250" };
}

async function takesAuth(session, mechanism) {
  const reply = await session.say(`AUTH ${mechanism}`);
  if (reply.code === 334) await session.say("*");
  return reply.code === 334 || reply.code === 235;
}

async function inClear(session) {
  const hello = await ehlo(session);
  const starttls = hello.lines.slice(1).some((line) => line.toUpperCase() === "STARTTLS");
  const authOffered = wordsOf(hello, "AUTH");
  const authAccepted = [];
  for (const mechanism of hello.code === 250 ? new Set(["PLAIN", ...authOffered]) : [])
    if (await takesAuth(session, mechanism)) authAccepted.push(mechanism);
  const way = await transaction(session);
  // MAIL is then refused for want of a HELO, and HELO for another reason.
  const reply = hello.code !== 250 && way.reply.startsWith("503 ") ? `${hello.code} ${hello.lines[0]}` : way.reply;
  return { hello: hello.code, starttls, authOffered, authAccepted, gate: way.gate, reply };
}

async function inTls(session) {
  const hello = await ehlo(session);
  return { hello: hello.code, auth: wordsOf(hello, "AUTH"), ...(await transaction(session)) };
}

/** The same from a client that never says HELO; undefined where it must. */
async function withoutHello(session) {
  const way = await transaction(session);
  session.close();
  return way.reply.startsWith("503 ") ? undefined : way;
}

async function greeted(socket) {
  const session = new Session(socket);
  await session.reply();
  return withoutHello(session);
}

/** A session brought to the state after STARTTLS; the reply where it is refused. */
async function afterStarttls(look, options, hello = true) {
  const { socket } = await open(look);
  if (!socket) return { refused: "no connection" };
  const session = new Session(socket);
  await session.reply();
  if (hello) await ehlo(session);
  const reply = await session.say("STARTTLS");
  if (reply.code !== 220) {
    session.close();
    return { refused: reply.code };
  }
  if (await session.secure(options)) return { session };
  session.close();
  return { refused: "handshake" };
}

async function implicit(look, options) {
  const socket = await handshake({ port: look.port, host: look.to, localAddress: look.from, ...options });
  return socket && new Session(socket);
}

async function acceptedVersions(look, implicitTls) {
  const accepted = [];
  for (const version of versions) {
    const only = { minVersion: version, maxVersion: version };
    const session = implicitTls ? await implicit(look, only) : (await afterStarttls(look, only)).session;
    if (session) accepted.push(version);
    session?.close();
  }
  return accepted;
}

/** A session of its own after the greeting; inside TLS where the port begins with it. */
async function fresh(look, implicitTls) {
  if (implicitTls) {
    const session = await implicit(look, {});
    await session?.reply();
    return session;
  }
  const { socket } = await open(look);
  const session = socket && new Session(socket);
  await session?.reply();
  return session;
}

/** Do VRFY and EXPN tell a mailbox that is there from one that is not? */
async function asksForMailboxes(begin) {
  const answers = [];
  // A session each: Sendmail makes whoever asks more than six times wait, longer and longer.
  for (const command of ["VRFY", "EXPN"]) {
    const session = await begin();
    if (!session || (await ehlo(session)).code !== 250) return undefined;
    for (const domain of ["", "@lab.example"]) {
      const there = await session.say(`${command} root${domain}`);
      const not = await session.say(`${command} not-there${domain}`);
      if (there.code !== 0 && not.code !== 0) answers.push([there.code, not.code]);
    }
    session.close();
  }
  return answers.some(([there, not]) => there !== not) ? "discloses" : "silent";
}

/** EHLO ends a group of commands: NOOP behind it is too early. */
async function earlyCommand(look, implicitTls) {
  const session = await fresh(look, implicitTls);
  if (!session) return undefined;
  session.socket.write("EHLO client.example\r\nNOOP\r\n");
  const codes = [(await session.reply()).code, (await session.reply()).code];
  session.close();
  return codes.every((code) => code === 250) ? "accepted" : "rejected";
}

/** What becomes of a message with this end; undefined where a message is not taken at all. */
async function message(look, implicitTls, end, later) {
  const session = await fresh(look, implicitTls);
  if (!session) return undefined;
  await ehlo(session);
  const { gate } = await transaction(session);
  const data = gate === "none" && (await session.say("DATA"));
  if (data.code !== 354) {
    session.close();
    return undefined;
  }
  session.socket.write(`Subject: test\r\n\r\nhello${end}`);
  const codes = [(await session.reply(later ? 700 : patience)).code];
  if (codes[0] === 0 && later) codes.push((await session.say(later)).code);
  session.close();
  return codes;
}

/** Does a dot between bare newlines end a message, or one between a bare newline and a whole one? */
async function bareNewline(look, implicitTls) {
  const proper = await message(look, implicitTls, "\r\n.\r\n");
  if (proper?.[0] !== 250) return undefined;
  const seen = [];
  for (const end of ["\n.\n", "\n.\r\n"]) {
    const [early, late] = (await message(look, implicitTls, end, "\r\n.")) ?? [];
    seen.push(early === 250 ? "accepted" : late === 250 ? "normalized" : "rejected");
  }
  return ["accepted", "normalized"].find((each) => seen.includes(each)) ?? "rejected";
}

const hygiene = {
  vrfy: async (look, { implicit: implicitTls }) => {
    const inside = async () => (implicitTls ? undefined : (await afterStarttls(look, {})).session);
    const found = [await asksForMailboxes(() => fresh(look, implicitTls)), await asksForMailboxes(inside)];
    return found.includes("discloses") ? "discloses" : (found[1] ?? found[0]);
  },
  // Of a client whose EHLO is refused for another reason nothing can be seen.
  earlyPipelining: (look, { implicit: implicitTls, clear, tls }) =>
    (clear ?? tls).hello === 250 ? earlyCommand(look, implicitTls) : undefined,
  bareNewline: (look, { implicit: implicitTls }) => bareNewline(look, implicitTls),
};

async function observe(look) {
  const seen = await dialogue(look);
  if (!look.hygiene || !seen.listening || seen.banner !== 220) return seen;
  const found = {};
  for (const name of look.hygiene) found[name] = await hygiene[name](look, seen);
  return { ...seen, hygiene: found };
}

async function dialogue(look) {
  const { socket, failure } = await open(look);
  if (!socket) return { listening: false, failure };
  const first = new Session(socket);
  const prompt = await first.reply(greetingPause);
  const late = prompt.code === 0 && first.reply();
  const secured = late && (await implicit(look, {}));
  if (secured) first.close();
  const greeting = late ? await late : prompt;
  if (greeting.code === 0 || secured) {
    first.close();
    if (!secured) return { listening: true, greeting: prompt.lines[0] };
    const banner = await secured.reply();
    const tls = await inTls(secured);
    secured.close();
    const mute = await implicit(look, {});
    await mute?.reply();
    if (mute) tls.withoutHello = await withoutHello(mute);
    return { listening: true, implicit: true, banner: banner.code, tls, versions: await acceptedVersions(look, true) };
  }
  const clear = await inClear(first);
  first.close();
  const mute = await open(look);
  if (mute.socket) clear.withoutHello = await greeted(mute.socket);
  const upgrade = await afterStarttls(look, {});
  const tls = upgrade.session && (await inTls(upgrade.session));
  upgrade.session?.close();
  const upgradedMute = tls && (await afterStarttls(look, {}, false)).session;
  if (upgradedMute) tls.withoutHello = await withoutHello(upgradedMute);
  const handshakes = upgrade.session !== undefined || upgrade.refused === "handshake";
  return {
    listening: true,
    implicit: false,
    banner: greeting.code,
    clear,
    starttls: handshakes ? "started" : String(upgrade.refused),
    ...(tls ? { tls } : {}),
    versions: handshakes ? await acceptedVersions(look, false) : [],
  };
}

const looks = JSON.parse(readFileSync(process.argv[2], "utf8"));
const seen = [];
async function visit(indexes) {
  const work = async () => {
    for (let index = indexes.shift(); index !== undefined; index = indexes.shift())
      seen[index] = await observe(looks[index]);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
await visit([...looks.keys()]);
// On a busy machine whoever comes last may wait for the greeting: it is silent where nobody else is there either.
await visit([...looks.keys()].filter((index) => seen[index].greeting === "silent"));
process.stdout.write(JSON.stringify(seen));
process.exit(0);
