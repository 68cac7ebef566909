import { AddressSet } from "../../model/addresses.js";
import { explain } from "../../reach/explain.js";
import { readPulumi } from "../../sources/pulumi/index.js";

/** Of a stack: a machine, the way, the other end, the verdict on tcp/587 and the layers that stop it. */
const questions: [string, string, "in" | "out", string, string, string[]][] = [
  ["openstack", "submission-server", "in", "0.0.0.0/0", "open", []],
  ["openstack", "submission-server", "in", "::/0", "open", []],
  ["openstack", "legacy-server", "in", "0.0.0.0/0", "open", []],
  ["openstack", "legacy-server", "in", "::/0", "closed", ["security group"]],
  ["openstack", "relay-server", "in", "10.20.0.30", "open", []],
  ["openstack", "relay-server", "in", "10.20.0.31", "closed", ["security group"]],
  ["openstack", "app-server", "out", "10.20.0.20", "open", []],
  ["openstack", "submission-server", "out", "10.20.0.20", "closed", ["security group"]],
  ["ovh", "mail", "in", "8.8.8.8", "open", []],
  ["ovh", "news", "in", "8.8.8.8", "closed", ["edge firewall"]],
  ["ovh", "mail", "out", "198.51.100.25", "open", []],
  ["ovh", "news", "out", "198.51.100.25", "closed", ["edge firewall, answers"]],
  ["oci", "submission-server", "in", "8.8.8.8", "open", []],
  ["oci", "submission-server", "in", "2001:4860:4860::8888", "closed", ["public address", "security rules"]],
  ["oci", "fast-server", "in", "8.8.8.8", "closed", ["stateless rules, answers"]],
  ["oci", "private-server", "in", "8.8.8.8", "closed", ["public address"]],
  ["oci", "private-server", "in", "10.30.9.9", "open", []],
  ["oci", "submission-server", "out", "198.51.100.25", "open", []],
  ["alicloud", "submission-server", "in", "8.8.8.8", "open", []],
  ["alicloud", "shielded-server", "in", "8.8.8.8", "closed", ["security group"]],
  ["alicloud", "edge-server", "in", "8.8.8.8", "partial", ["network ACL, answers"]],
  ["alicloud", "relay-server", "out", "198.51.100.25", "closed", ["security group"]],
  ["alicloud", "submission-server", "out", "198.51.100.25", "open", []],
];

describe("tcp/587 in the example stacks", () => {
  it.each(questions)("%s: %s, %s, %s is %s", async (cloud, name, way, peer, verdict, blockers) => {
    const { interfaces } = await readPulumi(`examples/${cloud}/stack.json`);
    const nic = interfaces.find((each) => each.name === name);
    if (!nic) throw new Error(`no ${name}`);
    const found = explain(nic, name, way, 587, AddressSet.of(peer));
    expect([found.verdict, found.blockers.map(({ layer }) => layer)]).toEqual([verdict, blockers]);
  });
});
