import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

/** Ports on which the server greets in clear before STARTTLS; on 465 a TLS listener is as right as a TLS server. */
const starttlsPorts = [25, 587, 2525];

export const starttlsBehindTlsListener: Rule = {
  id: "starttls-behind-tls-listener",
  title: "No listener that ends TLS stands before a STARTTLS port",
  severity: "high",
  why: "A TLS listener waits for a handshake while a client on 587 waits for the greeting in clear: both wait until they give up, and no mail is sent.",
  remedy:
    "Make the load balancer's listener a TCP one and let the mail server do STARTTLS, or move the TLS listener to port 465.",
  standards: [
    { source: "RFC 5321", section: "3.1", asks: "A session begins with the server's greeting." },
    { source: "RFC 3207", section: "4", asks: "TLS is negotiated inside the session, after STARTTLS." },
  ],
  about: ["listenerProtocol"],
  evaluate(view) {
    if (!starttlsPorts.includes(view.port)) return [];
    return judgeEach(view, "listenerProtocol", (protocol) =>
      protocol === "tls"
        ? { status: "fail", message: `${view.subject}: the listener ends TLS itself, so STARTTLS cannot be spoken` }
        : { status: "pass", message: `${view.subject}: the listener hands STARTTLS on to the server` },
    );
  },
};
