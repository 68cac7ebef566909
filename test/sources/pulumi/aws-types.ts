/** The types around load balancers, the way out and Lightsail, by the names that tests give them. */
export const awsTypes = {
  balancer: "aws:lb/loadBalancer:LoadBalancer",
  listener: "aws:lb/listener:Listener",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  classic: "aws:elb/loadBalancer:LoadBalancer",
  classicAttachment: "aws:elb/attachment:Attachment",
  scaling: "aws:autoscaling/group:Group",
  scalingAttachment: "aws:autoscaling/attachment:Attachment",
  nat: "aws:ec2/natGateway:NatGateway",
  egressGateway: "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
  blockPublic: "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions",
  blockExclusion: "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion",
  exclusive: "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive",
  lightsail: "aws:lightsail/instance:Instance",
  lightsailPorts: "aws:lightsail/instancePublicPorts:InstancePublicPorts",
} as const;
