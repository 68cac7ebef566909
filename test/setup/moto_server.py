"""moto on loopback, with what moto 5.2.5 does not have.

VPC Block Public Access: it stores what it is told. Transit gateways: the table that an attachment is associated with, by
itself where the gateway says so; routes with their attachments as a list, and those that attachments of networks propagate.
"""
import os
import sys
import threading

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.responses import EC2Response
from moto.server import main


def options_of(backend):
    return backend.__dict__.setdefault(
        "block_public_access",
        {"InternetGatewayBlockMode": "off", "State": "default-state", "ExclusionsAllowed": "allowed"},
    )


def exclusions_of(backend):
    return backend.__dict__.setdefault("block_public_access_exclusions", {})


def describe_options(self):
    return ActionResult({"VpcBlockPublicAccessOptions": options_of(self.ec2_backend)})


def modify_options(self):
    options = options_of(self.ec2_backend)
    options.update(InternetGatewayBlockMode=self._get_param("InternetGatewayBlockMode"), State="update-complete")
    return ActionResult({"VpcBlockPublicAccessOptions": options})


def create_exclusion(self):
    exclusions = exclusions_of(self.ec2_backend)
    vpc, subnet = self._get_param("VpcId"), self._get_param("SubnetId")
    kind, name = ("vpc", vpc) if vpc else ("subnet", subnet)
    exclusion = {
        "ExclusionId": f"vpcbpa-exclude-{len(exclusions):017x}",
        "InternetGatewayExclusionMode": self._get_param("InternetGatewayExclusionMode"),
        "ResourceArn": f"arn:aws:ec2:{self.region}:{self.current_account}:{kind}/{name}",
        "State": "create-complete",
    }
    exclusions[exclusion["ExclusionId"]] = exclusion
    return ActionResult({"VpcBlockPublicAccessExclusion": exclusion})


def describe_exclusions(self):
    return ActionResult({"VpcBlockPublicAccessExclusions": list(exclusions_of(self.ec2_backend).values())})


create_attachment = EC2Backend.create_transit_gateway_vpc_attachment


def create_vpc_attachment(self, transit_gateway_id, *args, **more):
    attachment = create_attachment(self, transit_gateway_id, *args, **more)
    if self.transit_gateways[transit_gateway_id].options["DefaultRouteTableAssociation"] == "disable":
        attachment.transit_gateway_route_table = None
    return attachment


def set_association(self, attachment_id, table_id):
    table = self.transit_gateways_route_tables[table_id]
    self.transit_gateway_attachments[attachment_id].transit_gateway_route_table = table


def unset_association(self, attachment_id):
    self.transit_gateway_attachments[attachment_id].transit_gateway_route_table = None


static_routes = EC2Backend.search_transit_gateway_routes


def attached(attachment, block, kind):
    return {
        "destinationCidrBlock": block,
        "state": "active",
        "type": kind,
        "transitGatewayAttachments": [
            {
                "resourceId": attachment.resource_id,
                "resourceType": attachment.resource_type,
                "transitGatewayAttachmentId": attachment.id,
            }
        ],
    }


def search_routes(self, transit_gateway_route_table_id, filters, max_results=None):
    found = {}
    for each in self.transit_gateways_route_tables[transit_gateway_route_table_id].route_table_propagation:
        attachment = self.transit_gateway_attachments[each.transitGatewayAttachmentId]
        block = self.vpcs[attachment.resource_id].cidr_block
        found[block] = attached(attachment, block, "propagated")
    for route in static_routes(self, transit_gateway_route_table_id, filters):
        target = route.get("transitGatewayAttachments")
        block = route["destinationCidrBlock"]
        attachment = target and self.transit_gateway_attachments[target["transitGatewayAttachmentId"]]
        found[block] = attached(attachment, block, "static") if attachment else route
    return list(found.values())


EC2Backend.create_transit_gateway_vpc_attachment = create_vpc_attachment
EC2Backend.set_attachment_association = set_association
EC2Backend.unset_attachment_association = unset_association
EC2Backend.search_transit_gateway_routes = search_routes
EC2Response.describe_vpc_block_public_access_options = describe_options
EC2Response.modify_vpc_block_public_access_options = modify_options
EC2Response.create_vpc_block_public_access_exclusion = create_exclusion
EC2Response.describe_vpc_block_public_access_exclusions = describe_exclusions

# It ends with its standard input, so that it outlives no test run, however that ended. Port 0: the system picks one.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
