import { confirm } from "../../confirm/index.js";
import { clientFacts } from "../../mail/clients/index.js";
import { containerFacts } from "../../mail/containers/index.js";
import { AddressSet, internet } from "../../model/addresses.js";
import { nothingDeclared } from "../../model/declaration.js";
import { Subjects } from "../../model/subjects.js";
import { docsOf, judge, rules } from "../../policies/index.js";
import { explain } from "../../reach/explain.js";
import { readKubernetes } from "../../sources/kubernetes/index.js";

async function way(name: string, direction: "in" | "out", port: number, asked: AddressSet = internet) {
  const { interfaces } = await readKubernetes("examples/kubernetes");
  const nic = interfaces.find((each) => each.name === name);
  if (!nic) throw new Error(`${name} is not in the example`);
  return explain(nic, name, direction, port, asked);
}

it("shows the policy that was written for the Service's port as what closes 587, and the port of the pods as the mend", async () => {
  const found = await way("mail", "in", 587);
  expect(found.verdict).toBe("closed");
  expect(found.blockers.map(({ layer }) => layer)).toEqual(["network policy"]);
  expect(found.minimalChange.says.join()).toContain(
    "examples/kubernetes/mail.yaml:40 that allows TCP 2587 from anyone",
  );
  expect((await way("mail", "in", 465)).verdict).toBe("open");
});

it("shows who gets to the old relay on the nodes", async () => {
  const found = await way("relay (host port)", "in", 587, AddressSet.of("10.0.0.0/8"));
  expect(found.verdict).toBe("open");
  expect((await way("relay (host port)", "in", 587)).verdict).toBe("closed");
});

it("says that the application cannot resolve the relay's name", async () => {
  const found = await way("app", "out", 587, AddressSet.of("198.51.100.25"));
  expect(found.verdict).toBe("open");
  expect(found.layers.flatMap(({ decidedBy }) => decidedBy.map(({ says }) => says)).join()).toContain(
    "name resolution (UDP 53)",
  );
});

it("finds what is wrong with the mail images of a cluster, and says nothing of Secrets", async () => {
  const {
    interfaces,
    definitions,
    clients = [],
    containers = [],
  } = await readKubernetes("examples/kubernetes-mail/mail.yaml");
  const subjects = new Subjects(nothingDeclared, interfaces, containers);
  const sent = (await clientFacts({ clients, definitions }, subjects)).facts;
  const facts = [...containerFacts(containers, subjects), ...sent];
  const { findings } = confirm(
    judge(rules, facts, nothingDeclared, new Date(0)),
    facts,
    nothingDeclared,
    new Date(0),
    docsOf,
  );
  const wrong = findings.filter(({ status }) => status === "fail");
  expect(wrong.map(({ rule, subject }) => `${rule} ${subject}`).sort()).toEqual([
    "client-tls-downgrade fail-shop -> mail.example.com:587",
    "development-catcher-exposed fail-catcher:25",
    "relay-network-wide fail-relay:2587",
  ]);
  const auth = sent.find(({ name }) => name === "clientAuth");
  expect(auth?.value).toEqual({ login: true, password: "secret store" });
});
