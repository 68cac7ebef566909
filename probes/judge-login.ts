import type { FactValues } from "../model/fact.js";
import { hiddenByTls, type Judged, judged, type Seen, undecided } from "./seen.js";

/** What became of the credentials that were given. */
export function judgeLogin(seen: Seen): Judged<FactValues["login"]> {
  const { login, secure } = seen;
  if (!login) return hiddenByTls(seen, secure);
  if ("refusedAt" in login)
    return undecided(`the credentials were refused at ${login.refusedAt}, and are not tried again`, secure);
  const outcome = login.login;
  if (!outcome) return hiddenByTls(seen, login);
  if (outcome.kind === "withheld") return undecided(`credentials were not sent: ${outcome.because}`, login);
  if (outcome.kind === "unclear") return undecided(outcome.because, login);
  return judged({ mechanism: outcome.mechanism, outcome: outcome.kind }, outcome.says, login);
}

/** What became of the message that was to be sent. */
export function judgeMessage(seen: Seen): Judged<FactValues["testMessage"]> {
  const { login, secure } = seen;
  if (!login) return hiddenByTls(seen, secure);
  if ("refusedAt" in login || login.login?.kind !== "accepted") {
    const { says } = judgeLogin(seen);
    return undecided(`no message was sent: ${says.replace(/^not seen: /, "")}`, "refusedAt" in login ? secure : login);
  }
  const { message } = login;
  if (!message) return hiddenByTls(seen, login);
  if (message.kind === "unclear") return undecided(message.because, login);
  return judged({ id: message.id, outcome: message.kind }, message.says, login);
}
