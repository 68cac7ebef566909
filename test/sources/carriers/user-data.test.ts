import { nothingDeclared } from "../../../model/declaration.js";
import { Subjects } from "../../../model/subjects.js";
import { mailFacts } from "../../mail/facts.js";
import { read } from "../pulumi/programs.js";
import { planOf, read as readPlan } from "../terraform-plans.js";

type Inputs = Record<string, unknown>;

const main = "smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /k\nsmtpd_relay_restrictions = reject\n";
const write = (path: string, content: string) => ({ path, content });
const config = `#cloud-config\n${JSON.stringify({
  write_files: [write("/etc/postfix/main.cf", main), write("/etc/postfix/master.cf", "587 inet n - n - - smtpd\n")],
})}\n`;
const packed = Buffer.from(config).toString("base64");

/** Where the instances of each cloud carry what cloud-init does at their first boot. */
const instances: readonly (readonly [type: string, inputs: Inputs])[] = [
  ["aws:ec2/instance:Instance", { userData: config }],
  ["aws:ec2/instance:Instance", { userDataBase64: packed }],
  ["aws:ec2/launchTemplate:LaunchTemplate", { userData: packed }],
  ["aws:ec2/launchConfiguration:LaunchConfiguration", { userData: config }],
  ["aws:ec2/launchConfiguration:LaunchConfiguration", { userDataBase64: packed }],
  ["aws:ec2/spotInstanceRequest:SpotInstanceRequest", { userData: config }],
  ["aws:lightsail/instance:Instance", { name: "mail", userData: config }],
  ["gcp:compute/instance:Instance", { metadata: { "user-data": config }, networkInterfaces: [{}] }],
  ["gcp:compute/instanceTemplate:InstanceTemplate", { metadata: { "user-data": config }, networkInterfaces: [{}] }],
  [
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    { metadata: { "user-data": config }, networkInterfaces: [{}] },
  ],
  ["azure-native:compute:VirtualMachine", { osProfile: { customData: packed } }],
  ["azure-native:compute:VirtualMachine", { userData: packed }],
  ["azure:compute/linuxVirtualMachine:LinuxVirtualMachine", { customData: packed }],
  ["azure:compute/virtualMachine:VirtualMachine", { osProfile: { customData: config } }],
  [
    "azure-native:compute:VirtualMachineScaleSet",
    { virtualMachineProfile: { osProfile: { customData: packed }, userData: undefined } },
  ],
  ["azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet", { customData: packed }],
  ["openstack:compute/instance:Instance", { userData: config }],
  ["ovh:CloudProject/instance:Instance", { userData: config }],
  ["oci:Core/instance:Instance", { metadata: { user_data: packed } }],
  [
    "oci:Core/instanceConfiguration:InstanceConfiguration",
    { instanceDetails: { instanceType: "compute", launchDetails: { metadata: { user_data: packed } } } },
  ],
  [
    "oci:Core/instanceConfiguration:InstanceConfiguration",
    {
      instanceDetails: {
        instanceType: "instance_options",
        options: [{ launchDetails: { metadata: { user_data: packed } } }],
      },
    },
  ],
  ["alicloud:ecs/instance:Instance", { userData: packed }],
  ["alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate", { userData: packed }],
  ["digitalocean:index/droplet:Droplet", { userData: config }],
  ["hcloud:index/server:Server", { userData: config }],
  ["linode:index/instance:Instance", { metadatas: [{ userData: packed }] }],
  ["vultr:index/instance:Instance", { userData: config }],
  ["scaleway:instance/server:Server", { userData: { "cloud-init": config } }],
  ["scaleway:index/instanceServer:InstanceServer", { cloudInit: config }],
];

async function gates({ definitions }: Awaited<ReturnType<typeof read>>): Promise<unknown[]> {
  const facts = await mailFacts(definitions, new Subjects(nothingDeclared));
  return facts.filter(({ name }) => name === "tlsGate").map(({ value }) => value);
}

it.each(instances.map(([type, inputs]) => [type, Object.keys(inputs).join(", "), inputs] as const))(
  "%s: %s",
  async (type, _, inputs) => {
    const urn = `urn:pulumi:dev::acme::${type}::mail`;
    const resource = { urn, type, custom: true, id: "mail", inputs, outputs: inputs };
    expect(await gates(await read({ version: 3, deployment: { resources: [resource] } }))).toEqual(["mail"]);
  },
);

it.each<[type: string, args: Inputs]>([
  ["aws_lightsail_instance", { name: "mail", user_data: config }],
  ["aws_spot_instance_request", { user_data: config }],
  ["azurerm_linux_virtual_machine_scale_set", { custom_data: packed }],
  ["aws_launch_configuration", { user_data: config }],
  ["google_compute_instance_template", { metadata: { "user-data": config }, network_interface: [{}] }],
  ["google_compute_region_instance_template", { metadata: { "user-data": config }, network_interface: [{}] }],
  [
    "oci_core_instance_configuration",
    {
      instance_details: [{ instance_type: "compute", launch_details: [{ metadata: { user_data: packed } }] }],
    },
  ],
  ["azurerm_virtual_machine", { os_profile: [{ custom_data: config }] }],
])("of a Terraform plan: %s", async (type, args) => {
  expect(await gates(await readPlan(planOf([{ type, name: "mail", args }])))).toEqual(["mail"]);
});
