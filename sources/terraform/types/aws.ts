import type { TerraformType } from "./type.js";

const groups = ["aws_security_group", "aws_default_security_group"];
const lists = ["aws_ec2_managed_prefix_list"];
const subnets = ["aws_subnet", "aws_default_subnet"];
const groupRules = {
  by: ["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
  through: "security_group_id",
};
const aclRules = { by: ["aws_network_acl_rule"], through: "network_acl_id" };
const routes = { by: ["aws_route"], through: "route_table_id" };
const securityGroup = { shared: { ingress: groupRules, egress: groupRules }, idLists: { prefix_list_ids: lists } };
const networkAcl = {
  shared: { ingress: aclRules, egress: aclRules },
  idLists: { subnet_ids: subnets },
};
const defaultsOfVpc = ["default_network_acl_id", "default_route_table_id", "default_security_group_id"];
const balancer = {
  token: "aws:lb/loadBalancer:LoadBalancer",
  renamed: { subnet_mapping: "subnetMappings" },
  idLists: { security_groups: groups, subnets },
  identities: ["arn"],
};
const listener = {
  token: "aws:lb/listener:Listener",
  renamed: { default_action: "defaultActions", target_group: "targetGroups" },
  single: ["forward"],
};

/** Attribute names: registry documentation of the `aws` provider (5, 6). */
export const aws: Readonly<Record<string, TerraformType>> = {
  aws_security_group: { token: "aws:ec2/securityGroup:SecurityGroup", ...securityGroup },
  aws_default_security_group: { token: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", ...securityGroup },
  aws_security_group_rule: {
    token: "aws:ec2/securityGroupRule:SecurityGroupRule",
    idLists: { prefix_list_ids: lists },
  },
  aws_vpc_security_group_ingress_rule: { token: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" },
  aws_vpc_security_group_egress_rule: { token: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule" },
  aws_instance: {
    token: "aws:ec2/instance:Instance",
    renamed: { network_interface: "networkInterfaces" },
    single: ["launch_template", "primary_network_interface"],
    idLists: { vpc_security_group_ids: groups },
    identities: ["primary_network_interface_id"],
    reported: ["network_interface", "primary_network_interface", "launch_template"],
  },
  aws_launch_template: {
    token: "aws:ec2/launchTemplate:LaunchTemplate",
    identities: ["name"],
    idLists: { vpc_security_group_ids: groups },
  },
  aws_network_interface: {
    token: "aws:ec2/networkInterface:NetworkInterface",
    renamed: { ipv6_address_list: "ipv6AddressLists" },
    idLists: { security_groups: groups },
  },
  aws_network_interface_sg_attachment: {
    token: "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
  },
  aws_network_interface_attachment: { token: "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment" },
  aws_ec2_managed_prefix_list: {
    token: "aws:ec2/managedPrefixList:ManagedPrefixList",
    renamed: { entry: "entries" },
    shared: { entry: { by: ["aws_ec2_managed_prefix_list_entry"], through: "prefix_list_id" } },
  },
  aws_ec2_managed_prefix_list_entry: { token: "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry" },
  aws_vpc: { token: "aws:ec2/vpc:Vpc", identities: defaultsOfVpc },
  aws_default_vpc: { token: "aws:ec2/defaultVpc:DefaultVpc", identities: defaultsOfVpc },
  aws_vpc_ipv4_cidr_block_association: {
    token: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
  },
  aws_vpc_ipv6_cidr_block_association: {
    token: "aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
  },
  aws_subnet: { token: "aws:ec2/subnet:Subnet" },
  aws_default_subnet: { token: "aws:ec2/defaultSubnet:DefaultSubnet" },
  aws_network_acl: { token: "aws:ec2/networkAcl:NetworkAcl", ...networkAcl },
  aws_default_network_acl: { token: "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", ...networkAcl },
  aws_network_acl_rule: { token: "aws:ec2/networkAclRule:NetworkAclRule" },
  aws_network_acl_association: { token: "aws:ec2/networkAclAssociation:NetworkAclAssociation" },
  aws_route_table: {
    token: "aws:ec2/routeTable:RouteTable",
    renamed: { route: "routes" },
    shared: { route: routes },
  },
  aws_default_route_table: {
    token: "aws:ec2/defaultRouteTable:DefaultRouteTable",
    renamed: { route: "routes" },
    shared: { route: routes },
  },
  aws_route: { token: "aws:ec2/route:Route" },
  aws_route_table_association: { token: "aws:ec2/routeTableAssociation:RouteTableAssociation" },
  aws_main_route_table_association: { token: "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation" },
  aws_internet_gateway: { token: "aws:ec2/internetGateway:InternetGateway" },
  aws_egress_only_internet_gateway: { token: "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway" },
  aws_internet_gateway_attachment: { token: "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment" },
  aws_vpc_peering_connection: { token: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection" },
  aws_ec2_transit_gateway: {
    token: "aws:ec2transitgateway/transitGateway:TransitGateway",
    identities: ["association_default_route_table_id", "propagation_default_route_table_id"],
  },
  aws_ec2_transit_gateway_vpc_attachment: {
    token: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    idLists: { subnet_ids: subnets },
  },
  aws_ec2_transit_gateway_vpc_attachment_accepter: {
    token: "aws:ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter",
    identities: ["transit_gateway_attachment_id"],
  },
  aws_ec2_transit_gateway_route_table: { token: "aws:ec2transitgateway/routeTable:RouteTable" },
  aws_ec2_transit_gateway_route: { token: "aws:ec2transitgateway/route:Route" },
  aws_ec2_transit_gateway_route_table_association: {
    token: "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
  },
  aws_ec2_transit_gateway_route_table_propagation: {
    token: "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
  },
  aws_ec2_transit_gateway_prefix_list_reference: {
    token: "aws:ec2transitgateway/prefixListReference:PrefixListReference",
  },
  aws_ec2_transit_gateway_default_route_table_association: {
    token: "aws:ec2transitgateway/defaultRouteTableAssociation:DefaultRouteTableAssociation",
  },
  aws_ec2_transit_gateway_default_route_table_propagation: {
    token: "aws:ec2transitgateway/defaultRouteTablePropagation:DefaultRouteTablePropagation",
  },
  aws_ec2_transit_gateway_connect: { token: "aws:ec2transitgateway/connect:Connect" },
  aws_vpn_connection: { token: "aws:ec2/vpnConnection:VpnConnection" },
  aws_dx_gateway_association: { token: "aws:dx/gatewayAssociation:GatewayAssociation" },
  aws_networkfirewall_firewall: {
    token: "aws:networkfirewall/firewall:Firewall",
    renamed: {
      subnet_mapping: "subnetMappings",
      firewall_status: "firewallStatuses",
      attachment: "attachments",
    },
    identities: ["firewall_status"],
  },
  aws_networkfirewall_firewall_policy: {
    token: "aws:networkfirewall/firewallPolicy:FirewallPolicy",
    renamed: {
      stateless_rule_group_reference: "statelessRuleGroupReferences",
      stateful_rule_group_reference: "statefulRuleGroupReferences",
      definition: "definitions",
    },
    single: ["firewall_policy", "stateful_engine_options", "override", "policy_variables", "ip_set"],
    identities: ["arn"],
  },
  aws_networkfirewall_rule_group: {
    token: "aws:networkfirewall/ruleGroup:RuleGroup",
    renamed: {
      stateful_rule: "statefulRules",
      rule_option: "ruleOptions",
      stateless_rule: "statelessRules",
      source: "sources",
      destination: "destinations",
      source_port: "sourcePorts",
      destination_port: "destinationPorts",
      tcp_flag: "tcpFlags",
      definition: "definitions",
    },
    single: [
      ...["rule_group", "rule_variables", "ip_set", "port_set", "rules_source", "rules_source_list", "header"],
      ...["stateless_rules_and_custom_actions", "rule_definition", "match_attributes"],
    ],
    identities: ["arn"],
  },
  aws_ecs_service: {
    token: "aws:ecs/service:Service",
    renamed: { load_balancer: "loadBalancers" },
    single: ["network_configuration"],
  },
  aws_lambda_function: { token: "aws:lambda/function:Function", single: ["vpc_config", "environment"] },
  aws_ecs_task_definition: { token: "aws:ecs/taskDefinition:TaskDefinition", identities: ["arn", "family"] },
  aws_eks_cluster: { token: "aws:eks/cluster:Cluster", single: ["vpc_config"], identities: ["name", "vpc_config"] },
  aws_eks_node_group: {
    token: "aws:eks/nodeGroup:NodeGroup",
    single: ["launch_template"],
    idLists: { subnet_ids: subnets },
  },
  aws_vpc_endpoint: {
    token: "aws:ec2/vpcEndpoint:VpcEndpoint",
    idLists: { subnet_ids: subnets, security_group_ids: groups },
  },
  aws_vpc_endpoint_security_group_association: {
    token: "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
  },
  aws_vpn_gateway: { token: "aws:ec2/vpnGateway:VpnGateway" },
  aws_nat_gateway: { token: "aws:ec2/natGateway:NatGateway" },
  aws_eip: { token: "aws:ec2/eip:Eip", identities: ["allocation_id"] },
  aws_eip_association: { token: "aws:ec2/eipAssociation:EipAssociation" },
  aws_lb_target_group_attachment: { token: "aws:lb/targetGroupAttachment:TargetGroupAttachment" },
  aws_alb_target_group_attachment: { token: "aws:lb/targetGroupAttachment:TargetGroupAttachment" },
  aws_elb_attachment: { token: "aws:elb/attachment:Attachment" },
  aws_elb: {
    token: "aws:elb/loadBalancer:LoadBalancer",
    renamed: { listener: "listeners" },
    idLists: { instances: ["aws_instance"], security_groups: groups, subnets },
  },
  aws_lb: balancer,
  aws_alb: balancer,
  aws_lb_listener: listener,
  aws_alb_listener: listener,
  aws_lb_target_group: { token: "aws:lb/targetGroup:TargetGroup", identities: ["arn"] },
  aws_alb_target_group: { token: "aws:lb/targetGroup:TargetGroup", identities: ["arn"] },
  aws_autoscaling_group: {
    token: "aws:autoscaling/group:Group",
    renamed: { vpc_zone_identifier: "vpcZoneIdentifiers" },
    single: ["launch_template", "mixed_instances_policy", "launch_template_specification"],
    idLists: { vpc_zone_identifier: subnets, target_group_arns: ["aws_lb_target_group", "aws_alb_target_group"] },
    identities: ["name"],
  },
  aws_autoscaling_attachment: { token: "aws:autoscaling/attachment:Attachment" },
  aws_vpc_block_public_access_options: { token: "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions" },
  aws_vpc_block_public_access_exclusion: {
    token: "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion",
  },
  aws_vpc_security_group_rules_exclusive: {
    token: "aws:ec2/vpcSecurityGroupRulesExclusive:VpcSecurityGroupRulesExclusive",
    idLists: {
      ingress_rule_ids: ["aws_vpc_security_group_ingress_rule"],
      egress_rule_ids: ["aws_vpc_security_group_egress_rule"],
    },
  },
  aws_spot_instance_request: { token: "aws:ec2/spotInstanceRequest:SpotInstanceRequest" },
  aws_launch_configuration: { token: "aws:ec2/launchConfiguration:LaunchConfiguration" },
  aws_lightsail_instance: { token: "aws:lightsail/instance:Instance" },
  aws_lightsail_instance_public_ports: {
    token: "aws:lightsail/instancePublicPorts:InstancePublicPorts",
    renamed: { port_info: "portInfos" },
  },
  aws_globalaccelerator_accelerator: { token: "aws:globalaccelerator/accelerator:Accelerator", identities: ["arn"] },
  aws_globalaccelerator_listener: {
    token: "aws:globalaccelerator/listener:Listener",
    renamed: { port_range: "portRanges" },
    identities: ["arn"],
  },
  aws_mailmanager_ingress_point: {
    token: "aws:mailmanager/ingressPoint:IngressPoint",
    single: ["network_configuration", "public_network_configuration", "private_network_configuration"],
  },
  aws_mailmanager_traffic_policy: {
    token: "aws:mailmanager/trafficPolicy:TrafficPolicy",
    renamed: { policy_statement: "policyStatements", condition: "conditions" },
    single: [
      "ip_expression",
      "ipv6_expression",
      "tls_expression",
      "string_expression",
      "boolean_expression",
      "evaluate",
    ],
  },
  aws_mailmanager_relay: {
    token: "aws:mailmanager/relay:Relay",
    single: ["authentication", "no_authentication"],
  },
  aws_sesv2_configuration_set: {
    token: "aws:sesv2/configurationSet:ConfigurationSet",
    single: ["delivery_options"],
  },
  aws_ses_configuration_set: {
    token: "aws:ses/configurationSet:ConfigurationSet",
    single: ["delivery_options"],
  },
  aws_globalaccelerator_endpoint_group: {
    token: "aws:globalaccelerator/endpointGroup:EndpointGroup",
    renamed: { endpoint_configuration: "endpointConfigurations", port_override: "portOverrides" },
  },
};

/** Data sources that say what something is which the program does not manage. */
export const awsData: Readonly<Record<string, TerraformType>> = {
  aws_ec2_managed_prefix_list: { token: "aws:ec2/managedPrefixList:ManagedPrefixList" },
  aws_subnet: { token: "aws:ec2/subnet:Subnet" },
  aws_vpc: { token: "aws:ec2/vpc:Vpc" },
};
