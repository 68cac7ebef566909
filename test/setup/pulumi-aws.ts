import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";

/** The few classes of `@pulumi/aws` that examples use, by their type tokens: the real package weighs hundreds of megabytes. */
function resource(token: string) {
  return class extends CustomResource {
    declare readonly arn: Output<string>;
    constructor(name: string, inputs: Record<string, Input<unknown>>, options?: CustomResourceOptions) {
      super(token, name, { arn: undefined, ...inputs }, options);
    }
  };
}

export const ec2 = {
  Instance: resource("aws:ec2/instance:Instance"),
  SecurityGroup: resource("aws:ec2/securityGroup:SecurityGroup"),
  SecurityGroupRule: resource("aws:ec2/securityGroupRule:SecurityGroupRule"),
};

export const vpc = {
  SecurityGroupEgressRule: resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
  SecurityGroupIngressRule: resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
};
