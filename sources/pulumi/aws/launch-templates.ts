import { isUnknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { referenceOf, type Targets, targetsOf } from "../references.js";
import { inputOf, type Resource } from "../resource.js";

const templateType = "aws:ec2/launchTemplate:LaunchTemplate";

/** The launch templates of a program, and who is made by them. */
export class LaunchTemplates {
  private readonly targets: Targets;

  constructor(resources: readonly Resource[]) {
    this.targets = targetsOf(resources, templateType);
  }

  /** The launch template of an instance or a scaling group, and where it is named. */
  of(machine: Resource): { readonly template: Resource | undefined; readonly at: string } | undefined {
    const own = inputOf(machine, "launchTemplate");
    const policy = inputOf(machine, "mixedInstancesPolicy");
    if (own.isAbsent && policy.isAbsent) return undefined;
    const mixed = policy.member("launchTemplate").member("launchTemplateSpecification");
    const ways = [
      { property: "launchTemplate", input: own, ids: [own.member("id"), own.member("name")] },
      {
        ...{ property: "mixedInstancesPolicy", input: mixed },
        ids: [mixed.member("launchTemplateId"), mixed.member("launchTemplateName")],
      },
    ];
    for (const { property, input, ids } of ways) {
      const id = ids.find((each) => !each.isAbsent);
      if (id === undefined) continue;
      const { certain, outside } = referenceOf(machine, property, id, this.targets);
      const named = this.targets.resources.find((each) =>
        outside.some((one) => inputOf(each, "name").text() === one.id),
      );
      return { template: certain[0] ?? named, at: input.at };
    }
    return own.isAbsent && mixed.isAbsent ? undefined : { template: undefined, at: own.at };
  }
}

/** The interface that a launch template describes first. */
export function primaryOf(template: Resource): Input | undefined {
  const items = inputOf(template, "networkInterfaces").items() ?? [];
  return isUnknown(items) ? undefined : items[0];
}

/** Whether it says which groups its machines carry. */
export function namesGroups(template: Resource): boolean {
  const nic = primaryOf(template)?.member("securityGroups");
  const isOpen = isUnknown(inputOf(template, "networkInterfaces").items());
  return isOpen || isGiven(inputOf(template, "vpcSecurityGroupIds")) || (nic !== undefined && isGiven(nic));
}

/** An empty list is the same as none: the provider then leaves the choice to AWS. */
export function isGiven(ids: Input): boolean {
  const items = ids.items();
  return items !== undefined && (isUnknown(items) || items.length > 0);
}
