import type { Rule } from "../../model/rule.js";
import { judgeEach } from "./words.js";

export const returnPathPartial: Rule = {
  id: "return-path-partial",
  title: "Connections work from every port that a client may connect from",
  severity: "high",
  why: "A filter that tells the clients' own ports apart, or a stateless one that loses the answers to some of them, makes mail fail now and then, for some clients and not for others: the hardest fault to find.",
  remedy:
    "Let a stateless filter (network ACL) pass TCP to ports 1024-65535 in the direction of the answers, and take conditions on source ports out of the rules.",
  standards: [
    {
      source: "RFC 6056",
      section: "3.2",
      asks: "Clients may choose their own port from the whole range of 1024 to 65535.",
    },
  ],
  about: ["returnPath"],
  evaluate(view) {
    return judgeEach(view, "returnPath", ({ lostClientPorts }, { from }) =>
      lostClientPorts === "none"
        ? { status: "pass", message: `${view.subject}: connections with ${from} work from every client port` }
        : {
            status: "fail",
            message: `${view.subject}: connections with ${from} fail when the client's own port is in ${lostClientPorts}`,
          },
    );
  },
};
