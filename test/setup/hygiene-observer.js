/**
 * What a server does with commands that come before their turn, with bare newlines and with VRFY; imports nothing of
 * port587. Run inside a lab's namespace: `node hygiene-observer.js look.json`; it sends messages, which the lab discards.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const patience = 12_000;
const pause = 700;

/** A connection from and to the addresses of a look, after its greeting. */
async function session({ port, from, to }) {
  const socket = connect({ port, host: to, localAddress: from });
  let text = "";
  let ended = false;
  socket.on("data", (data) => {
    text += data.toString("latin1");
  });
  for (const event of ["end", "close", "error"])
    socket.on(event, () => {
      ended = true;
    });
  /** The code of the next reply; 0 where none comes. */
  const reply = async (within = patience) => {
    for (const late = Date.now() + within; ; ) {
      const whole = /^(?:\d{3}-.*\r\n)*(\d{3})(?: .*)?\r\n/.exec(text);
      if (whole) {
        text = text.slice(whole[0].length);
        return Number(whole[1]);
      }
      if (ended || Date.now() > late) return 0;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const send = (bytes) => socket.write(bytes);
  const say = async (line) => {
    send(`${line}\r\n`);
    return reply();
  };
  await reply();
  return { reply, send, say, close: () => socket.destroy() };
}

const recipient = "<root@lab.example>";

/** EHLO ends a group of commands: NOOP behind it is too early. Refused at once, or at DATA. */
async function earlyPipelining(look) {
  const { reply, send, say, close } = await session(look);
  send("EHLO client.example\r\nNOOP\r\n");
  const codes = [await reply(), await reply()];
  const taken = codes.every((code) => code === 250);
  const data = taken ? await toData(say) : 0;
  close();
  if (!taken) return "rejected";
  return data === 354 ? "accepted" : data === "refused" ? undefined : "rejected";
}

/** The answer to DATA; `refused` where it does not come that far. */
async function toData(say) {
  if ((await say("MAIL FROM:<probe@client.example>")) !== 250) return "refused";
  if ((await say(`RCPT TO:${recipient}`)) !== 250) return "refused";
  return say("DATA");
}

/** Does a dot between bare newlines end the message, or one between a bare newline and a whole one? */
async function bareNewline(look) {
  const ends = await Promise.all(["\n.\n", "\n.\r\n"].map((end) => endOfData(look, end)));
  if (ends.includes(undefined)) return undefined;
  return ["accepted", "normalized"].find((each) => ends.includes(each)) ?? "rejected";
}

async function endOfData(look, end) {
  const { reply, send, say, close } = await session(look);
  await say("EHLO client.example");
  if ((await toData(say)) !== 354) {
    close();
    return undefined;
  }
  send(`Subject: test\r\n\r\nhello${end}`);
  const early = await reply(pause);
  const late = early === 0 ? await say("\r\n.") : early;
  close();
  if (early === 250) return "accepted";
  return late === 250 ? "normalized" : "rejected";
}

async function vrfy(look) {
  const { say, close } = await session(look);
  await say("EHLO client.example");
  const codes = [await say("VRFY root@lab.example"), await say("VRFY not-there@lab.example")];
  close();
  return codes[0] === codes[1] ? "silent" : "discloses";
}

const looks = JSON.parse(readFileSync(process.argv[2], "utf8"));
const seen = await Promise.all(
  looks.map(async (look) => ({
    earlyPipelining: await earlyPipelining(look),
    bareNewline: await bareNewline(look),
    vrfy: await vrfy(look),
  })),
);
process.stdout.write(JSON.stringify(seen));
process.exit(0);
