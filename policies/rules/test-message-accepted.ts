import type { Rule } from "../../model/rule.js";
import { isSubmission, judgeEach } from "./words.js";

export const testMessageAccepted: Rule = {
  id: "test-message-accepted",
  title: "The test message is accepted",
  severity: "high",
  why: "A server may take the login and still refuse what is sent: the sender is not the account's, the recipient is turned away, a limit or a filter stands in the way.",
  remedy:
    "The transcript has the server's answer to each command; its enhanced status code says what it objects to. No second message was sent.",
  standards: [
    { source: "RFC 5321", section: "4.1.1.4", asks: "A message that is answered 250 is the server's to deliver." },
    { source: "RFC 6409", section: "6.1", asks: "A submission server may ask that the sender is the account's own." },
  ],
  about: ["testMessage"],
  evaluate(view) {
    if (!isSubmission(view)) return [];
    return judgeEach(view, "testMessage", ({ id, outcome }) =>
      outcome === "accepted"
        ? { status: "pass", message: `${view.subject} has accepted the test message ${id}` }
        : { status: "fail", message: `${view.subject} refuses the test message ${id}` },
    );
  },
};
