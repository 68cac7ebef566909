import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const receivedLine: Rule = {
  id: "received-line",
  title: "The Received line says TLS and AUTH",
  severity: "low",
  why: "The line that the server wrote into a message tells what it knew of the session. Where it names neither TLS nor AUTH, or another TLS version than the client had, something in front of it ended TLS, and the rest of the way is another connection.",
  remedy:
    "Let the server end TLS itself, or let what stands in front pass the session on (PROXY protocol, XCLIENT), and let the server write the protocol into its Received line.",
  standards: [
    { source: "RFC 3848", section: "1", asks: "With TLS and AUTH the protocol of the Received line is ESMTPSA." },
    {
      source: "RFC 8314",
      section: "4.3",
      asks: "The Received line of a submission over TLS should tell the cipher suite.",
    },
  ],
  about: ["receivedLine"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "receivedLine", ({ with: protocol, tls, authenticated, sameTls }) => {
      const lacks = [...(tls ? [] : ["TLS"]), ...(authenticated ? [] : ["AUTH"])];
      const says = `${view.subject}: the Received line of the test message says ${protocol}`;
      if (lacks.length > 0) return { status: "fail", message: `${says}, without ${lacks.join(" and ")}` };
      if (sameTls === false)
        return {
          status: "fail",
          message: `${says}, with another TLS version than the client's: something ended TLS before`,
        };
      return { status: "pass", message: says };
    });
  },
};
