/**
 * What of a provider's types stands near packets, beside those that are read. Lists are of `name` or `module/name`, in
 * Pulumi's spelling; `*` is any text. They hold for Terraform's names as well, which often begin with the module.
 */
export interface Nearness {
  /** The modules of Pulumi's type tokens that hold what packets meet, and Terraform's words for them. */
  readonly modules: string;
  /** How Terraform's names of such types begin. */
  readonly terraform: RegExp;
  /** Decide nothing about packets for mail ports, or are looked at where another resource refers to them. */
  readonly idle: string;
  /** Machines and balancers of their own: not judged, and nothing to those that are. */
  readonly apart: string;
  /** Filter what they do not refer to: the whole account. */
  readonly everywhere?: string;
}

const aws: Nearness = {
  modules: "ec2 vpc lb alb elb networkfirewall lightsail globalaccelerator autoscaling fms",
  terraform:
    /^aws_(?:alb|autoscaling|carrier|default|ec2|egress|eip|elb|flow|fms|globalaccelerator|instance|internet|launch|lb|lightsail|load_balancer|local|main|nat|network(?!manager|monitor|flow)|prefix|proxy|route(?!53)|security_group|spot|subnet|vpc(?!lattice)|vpn)(?:_|$)/,
  idle: `allowedImagesSettings ami* availabilityZoneGroup capacity* carrierGateway customerGateway dedicatedHost host
    defaultCreditSpecification defaultVpcDhcpOptions defaultVpc egressOnlyInternetGateway eipDomainName flowLog
    imageBlockPublicAccess instanceMetadataDefaults instanceState instanceConnectEndpoint keyPair localGateway*
    natGatewayEipAssociation networkInsights* networkInterfacePermission peeringConnectionOptions placementGroup
    proxyProtocolPolicy serialConsoleAccess snapshot* spotDatafeedSubscription subnetCidrReservation tag trafficMirror*
    volumeAttachment vpcDhcpOptions vpcDhcpOptionsAssociation dhcpOptions* vpcEndpointConnection* vpcEndpointPolicy
    vpcEndpointRouteTableAssociation vpcEndpointService* vpcEndpointPrivateDns endpointPrivateDns
    endpointServicePrivateDnsVerification vpcIpam* vpcNetworkPerformanceMetricSubscription vpcPeeringConnectionAccepter
    vpcPeeringConnectionOptions vpnConcentrator vpnConnection* vpnGateway vpnGatewayAttachment routeServer
    routeServerEndpoint routeServerPeer routeServerVpcAssociation securityGroupVpcAssociation
    vpcSecurityGroupVpcAssociation transitGateway* ec2transitgateway* clientVpn* listenerCertificate
    listenerRule trustStore* appCookieStickinessPolicy listenerPolicy loadBalancer*Policy lbCookieStickinessPolicy
    lbSslNegotiationPolicy sslNegotiationPolicy networkfirewall/loggingConfiguration networkfirewall/resourcePolicy
    firewallTransitGatewayAttachmentAccepter lightsail/bucket* lightsail/certificate lightsail/containerService*
    lightsail/database lightsail/disk* lightsail/distribution lightsail/domain* lightsail/keyPair lightsail/lb*
    lightsail/staticIp* crossAccountAttachment autoscaling/lifecycleHook autoscaling/notification autoscaling/policy
    autoscaling/schedule autoscaling/tag groupTag fms/adminAccount fms/resourceSet`,
  apart: "fleet launchConfiguration spotFleetRequest spotInstanceRequest customRouting* autoscalingplans*",
  everywhere: "fms/policy",
};

const gcp: Nearness = {
  modules: "compute networksecurity networkconnectivity container vpcaccess",
  terraform: /^google_(?:compute|network_security|network_connectivity|vpc_access|container_(?:cluster|node))_?/,
  idle: `address globalAddress attachedDisk autoscaler regionAutoscaler *backendBucket* *Iam* *SignedUrlKey *PerInstanceConfig
    perInstanceConfig caExternalAccountKey crossSiteNetwork *disk* externalVpnGateway futureReservation globalVmExtensionPolicy
    zoneVmExtensionPolicy haVpnGateway vpnGateway vpnTunnel *healthCheck* regionHealth* healthAggregationPolicy image *snapshot* *instantSnapshot*
    interconnect* *networkEndpoint* networkAttachment networkPeering* nodeGroup nodeTemplate *packetMirroring*
    instanceGroupMembership instanceGroupNamedPort instanceSettings previewFeature project* publicAdvertisedPrefix
    publicDelegatedPrefix *commitment *reservation *resizeRequest *resourcePolicy* rolloutPlan routerInterface
    routerNamedSet routerNatAddress routerRoutePolicy securityScanConfig serviceAttachment sharedVpc* *sslCertificate
    managedSslCertificate mangedSslCertificate *sslPolicy storagePool* *targetGrpcProxy *targetHttp*Proxy *urlMap
    wireGroup machineImage authorizationPolicy authzPolicy backendAuthenticationConfig clientTlsPolicy serverTlsPolicy
    dnsThreatDetector gatewaySecurityPolicy* *mirroring* sac* securityProfile* tlsInspectionPolicy urlList
    networkconnectivity/destination gatewayAdvertisedRoute networkconnectivity/group hub internalRange
    multicloudDataTransferConfig regionalEndpoint serviceConnectionPolicy spoke transport container/attached* container/aws*
    container/azure* container/registry`,
  apart: `instanceFromMachineImage instanceFromTemplate container/cluster container/nodePool
    vpcaccess/connector`,
};

const azure: Nearness = {
  modules: "network lb compute containerservice",
  terraform:
    /^azurerm_(?:application_gateway|bastion|express|firewall|kubernetes_cluster|ip_group|lb|linux_virtual|local_network|nat_gateway|network|orchestrated|point_to_site|private_|public_ip|route|subnet|traffic|virtual|vpn|web_application|windows_virtual)/,
  idle: `applicationSecurityGroup azureFirewall network/firewall firewall natGateway networkGroup networkManagerNetworkGroup
    securityAdminConfiguration networkManagerSecurityAdminConfiguration virtualNetworkGateway loadBalancerBackendAddressPool
    backendAddressPoolAddress bgpConnection ddos* expressRoute* firewallApplicationRuleCollection firewallNatRuleCollection
    firewallNetworkRuleCollection firewallPolicy* ipGroup* ipAllocation localNetworkGateway natGateway*Association
    networkInterfaceApplicationGatewayBackendAddressPoolAssociation networkConnectionMonitor connectionMonitor
    networkManager networkManagerConnectivityConfiguration connectivityConfiguration networkManagerIpam* ipamPool staticCidr
    networkManager*Connection managementGroupNetworkManagerConnection subscriptionNetworkManagerConnection
    scopeConnection networkManagerVerifier* verifierWorkspace reachabilityAnalysis* networkSecurityPerimeter* nsp*
    networkWatcher* flowLog networkPacketCapture packetCapture pointToPointVpnGateway pointToSiteVpnGateway profile
    networkProfile publicIpPrefix customIpPrefix routeFilter* routeMap subnetServiceEndpoint* serviceEndpointPolicy*
    trafficManager* virtualHubIp* virtualNetworkDnsServers virtualNetworkGatewayConnection
    virtualNetworkGatewayNatRule vnpGatewayNatRule natRule virtualWan vpn* lb/probe lbProbe probe automanage*
    availabilitySet bastionHost capacityReservation* dataDiskAttachment dedicatedHost* disk* gallery* implicitDataDisk*
    image managedDisk* restorePoint* *runCommand* sharedImage* snapshot sshPublicKey proximityPlacementGroup compute/extension
    virtualMachine*Extension virtualMachineDataDiskAttachment virtualMachinePacketCapture virtualMachineScaleSetPacketCapture
    scaleSetPacketCapture configurationPolicyGroup connectionPolicy dscpConfiguration interconnectGroup interfaceEndpoint
    networkInterfaceTapConfiguration virtualNetworkTap privateDnsZoneGroup privateEndpoint* privateLink*
    privateDns* webApplicationFirewallPolicy virtualMachineManaged* containerservice/cluster*
    containerservice/fleet* containerservice/registry* containerservice/token* connectedRegistry fluxConfiguration
    kubernetesClusterExtension kubernetesClusterTrusted* kubernetesFleet*`,
  apart: `applicationGateway* linuxVirtualMachineScaleSet windowsVirtualMachineScaleSet orchestratedVirtualMachineScaleSet
    virtualMachineScaleSet virtualMachineScaleSetVM scaleSet scaleSetStandbyPool virtualMachineScaleSetStandbyPool kubernetesCluster
    kubernetesClusterNodePool automaticCluster containerservice/group`,
};

const openstack: Nearness = {
  modules: "networking compute firewall loadbalancer fw lb",
  terraform: /^openstack_(?:networking|compute|fw|lb)_/,
  idle: `aggregate flavor* floatingIp* keypair quota* quotaSet serverGroup volumeAttach firewall/policy* firewall/rule* fw*Policy*
    fw*Rule* fwPolicy fwRule l7* monitor* loadbalancer/quota addressScope portForwarding qos* rbacPolicy router*
    subnetPool subnetRoute trunk networking/network networking/subnet`,
  apart: "member pool vip",
};

const oci: Nearness = {
  modules: "Core NetworkFirewall NetworkLoadBalancer LoadBalancer Zpr",
  terraform: /^oci_(?:core|network_firewall|network_load_balancer|load_balancer|zpr)_/,
  idle: `appCatalog* boot* byoasn captureFilter compute* console* cpe crossConnect* dedicatedVmHost *dhcpOptions drg* default*RouteTable
    image instanceConfiguration instanceConsole* instanceMaintenance* internetGateway publicIp ipsec* listingResource*
    localPeeringGateway natGateway privateIp publicIpPool* remotePeeringConnection routeTable* serviceGateway
    shapeManagement virtualCircuit volume* vtap virtualNetwork vcn certificate hostname *routingPolicy pathRouteSet ruleSet
    sslCipherSuite networkFirewallPolicy* zpr/configuration networkLoadBalancersBackendSetsUnified ipv6`,
  apart: "clusterNetwork instancePool instancePoolInstance vlan",
  everywhere: "zpr/zprPolicy",
};

const digitalocean: Nearness = {
  modules: "index",
  terraform: /^digitalocean_/,
  idle: `app byoip* cdn certificate container* customImage database* dedicatedInference* dnsRecord record domain dropletSnapshot
    floatingIp* genai* gradientai* monitorAlert nfs* partnerAttachment project* reservedIp* spaces* sshKey uptime*
    vectorDatabase volume* vpc vpcNatGateway vpcPeering tag`,
  apart: "dropletAutoscale kubernetesCluster kubernetesNodePool",
};

const hetzner: Nearness = {
  modules: "index",
  terraform: /^hcloud_/,
  idle: `certificate managedCertificate uploadedCertificate floatingIp* network networkRoute networkSubnet placementGroup
    primaryIp rdns serverNetwork snapshot sshKey storageBox* volume* zone*`,
  apart: "",
};

const linode: Nearness = {
  modules: "index",
  terraform: /^linode_/,
  idle: `accountSettings account* database* domain* image instanceConfig instanceDisk instanceIp instanceSharedIps ipv6Range networkingIp*
    objectStorage* placementGroup* rdns reservedIpAssignment sshKey stackScript token user volume vpc vpcSubnet`,
  apart: "lkeCluster lkeNodePool",
};

const vultr: Nearness = {
  modules: "index",
  terraform: /^vultr_/,
  idle: `blockStorage containerRegistry database* dnsDomain dnsRecord inference instanceIpv4 isoPrivate objectStorage reservedIp
    reverseIpv* sshKey snapshot* startupScript user vpc vpc2 virtualFileSystemStorage`,
  apart: "kubernetes kubernetesNodePools",
};

const scaleway: Nearness = {
  modules: "instance loadbalancers loadbalancer network index elasticmetal autoscaling applesilicon lb vpc",
  terraform: /^scaleway_(?:instance|lb|vpc|baremetal|autoscaling|apple|flexible)/,
  idle: `account* block* cockpit* container* database* domain* edgeServices* fileFilesystem flexibleIp* function* iam*
    inference* instance/image instanceImage instance/ip instanceIp* instance/ipReverseDns instance/placementGroup
    instancePlacementGroup instance/privateNic instancePrivateNic instance/snapshot instanceSnapshot instance/userData
    instanceUserData instance/volume instanceVolume iot* ipam* jobDefinition keyManager* loadbalancers/certificate
    lbCertificate loadbalancerCertificate loadbalancers/ip lbIp loadbalancerIp loadbalancers/privateNetwork
    lbPrivateNetwork loadbalancers/route lbRoute loadbalancerRoute mnq* mongoDb* object* network/connector
    network/gatewayNetwork vpcGatewayNetwork network/ingressRule network/privateNetwork vpcPrivateNetwork
    publicGatewayDhcp* publicGatewayIp* publicGatewayPatRule network/route vpcRoute network/vpc vpc vpcConnector rdbSnapshot redisCluster registryNamespace
    sdbDatabase secret* tem* webhosting elasticmetal/ip* autoscaling/instancePolicy`,
  apart: `elasticmetal/server baremetalServer appleSilicon* applesilicon/* kubernetes* autoscaling/instanceGroup
    autoscaling/instanceTemplate autoscalingInstanceGroup autoscalingInstanceTemplate`,
};

const ovh: Nearness = {
  modules: "Ip IpLoadBalancing CloudProject Dedicated Vps index cloud",
  terraform: /^ovh_(?:ip|iploadbalancing|cloud|dedicated_server|vps)/,
  idle: `Ip/ipService Ip/mitigation Ip/move Ip/reverse ipService ipMitigation ipMove ipReverse *alerting *containerRegistry*
    *database* *failoverIpAttach *gateway* *snapshot* *networkPrivate* *kubeIpRestrictions *kubeOidc *kubeLog* *project
    *projectRegion *rancher* *LogSubscription *regionNetwork *storage* *s3* *user *volume* *workflowBackup *nas* *ceph*
    serverNetworking serverRebootTask serverReinstallTask serverUpdate *httpRoute* *tcpRoute* *refresh *ssl
    *vrackNetwork *floatingIp* *instanceGroup* *keyManager* *quota* *ssh* dbaas* domain* email* iam* ovhcloudConnect*
    vrack* savingsPlan* hosting*`,
  apart: `*loadBalancer ipLoadBalancing *httpFarm* *httpFrontend *tcpFarm* *tcpFrontend *udpFarm* *udpFrontend *kube
    *kubeNodePool dedicated/server dedicatedServer vps/vps vps`,
};

const alicloud: Nearness = {
  modules: "ecs vpc slb nlb cloudfirewall ga gwlb ess",
  terraform:
    /^alicloud_(?:security|instance|ecs|vpc|vswitch|network|slb|nlb|cloud_firewall|ga|gwlb|ess|eip|nat|route|snat|forward|havip|prefix|launch)(?:_|$)/,
  idle: `activation *snapshot* capacityReservation command copyImage dedicatedHost* *disk* ecsDedicatedHostCluster
    ecsDeploymentSet *image* ecsInvocation *keyPair* ecsNetworkInterfacePermission ecsSessionManagerStatus eip* elasticityAssurance
    hpcCluster *ramRoleAttachment instanceRoleAttachment reservedInstance storageCapacityUnit ecsStorage* ecsCommand ecsHpcCluster
    ecsCapacity* ecsElasticity* ecsAuto* ecsRam* ecsActivation bgp* commonBandwi* dhcpOptions* flowLog vpcFlowLog forwardEntry
    gatewayEndpoint* gatewayRouteTable* haVip* ipam* ipv4* ipv6* natGateway natIp* vpc/network vpc/subnet vpc/switch vswitch vpc
    networkInterfaceAttachment ecsNetworkInterfaceAttachment peerConnection* prefixList publicIpAddressPool* route* routeTargetGroup routerInterface*
    snatEntry trafficMirror* vpcRouteEntry vbrHa vswitchCidrReservation vpcTrafficMirror* vpcIpv* vpcNat* vpcGateway* vpcPeer*
    vpcPublic* vpcBgp* vpcHaVip* vpcDhcp* vpcVbr* vpcVswitch* vpcIpam* vpcPrefixList slb/acl slbAcl* aclEntryAttachment *caCertificate
    *domainExtension slb/rule slbRule *serverCertificate *tlsCipherPolicy hdMonitorRegionConfig
    *additionalCertificateAttachment *zoneShiftedAttachment *bandwidthPackage* nlb/securityPolicy nlbSecurityPolicy
    addressBook cloudfirewall/instance* cloudfirewallInstance* *controlPolicyOrder aiTrafficAnalysisStatus
    policyAdvancedConfig *ipsConfig privateDns threatIntelligenceSwitch userAlarmConfig *aclEngineMode *logAnalysis
    ess/alarm ess/instanceRefresh ess/lifecycleHook ess/notification ess/scalingRule ess/schedule ess/scheduledTask
    ess/suspendProcess essAlarm essLifecycle* essNotification essScalingRule essSchedule* essSuspend* essInstanceRefresh
    ga/accessLog gaAccessLog ga/domain gaDomain ga/*SpareIp* gaAcceleratorSpare*`,
  apart: `*instanceSet autoProvisioningGroup *launchTemplate ess/* eciScalingConfiguration scalingConfiguration scalingGroup* *serverGroupAttachment
    ga/* gwlb/*`,
  everywhere: "*natFirewall* *vpcFirewall* *vpcCenTrFirewall",
};

/** By API group. Policies of other makers that `kubernetes/kinds.ts` names leave the pods undecided by themselves. */
const kubernetes: Nearness = {
  modules: `networking.k8s.io policy.networking.k8s.io gateway.networking.k8s.io cilium.io crd.projectcalico.org
    projectcalico.org crd.antrea.io security.istio.io networking.istio.io policy.linkerd.io traefik.io traefik.containo.us
    k8s.ovn.org submariner.io`,
  terraform: /(?!)/,
  idle: `ingress* ipAddress serviceCidr gatewayClass httpRoute grpcRoute referenceGrant udpRoute backendTlsPolicy
    networkPolicy clusterNetworkPolicy adminNetworkPolicy baselineAdminNetworkPolicy globalNetworkPolicy
    ciliumNetworkPolicy ciliumClusterwideNetworkPolicy ciliumEndpoint* ciliumIdentity ciliumNode ciliumNodeConfig
    authorizationPolicy peerAuthentication requestAuthentication middleware* serversTransport* tlsOption tlsStore
    traefikService clusterInformation felixConfiguration ipamBlock ipamConfig ipamHandle blockAffinity kubeControllersConfiguration
    ippool bgp* caliconodestatus wasmPlugin telemetry proxyConfig`,
  apart: "*",
};

/** By package of Pulumi's type token. Lists of types: the packages of August 2026. */
export const tables: Readonly<Record<string, Nearness>> = {
  ...{ aws, gcp, azure, "azure-native": azure, openstack, oci, digitalocean, hcloud: hetzner, linode, vultr, scaleway },
  ...{ ovh, alicloud, kubernetes },
};
