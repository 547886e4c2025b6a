"""The address a request came from, as far as it can be trusted."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

from controlpanel.lib.addresses import AddressError, BindAddress

# What stands where an address must and none is known.
UNKNOWN_IP = "::"


def client_ip(request: HttpRequest) -> str:
    """Return the client's IP address, in its shortest form; empty where none is known.

    X-Forwarded-For is believed only for as many hops as TRUSTED_PROXY_COUNT says stand in front;
    anything further left in it was written by the client itself. What is no address in it, such as
    "unknown", tells nothing: then it is the one that the connection came from.
    """
    hops: int = settings.TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if hops and len(forwarded) >= hops and (found := _address(forwarded[-hops])):
        return found
    return _address(str(request.META.get("REMOTE_ADDR", "")))


def _address(text: str) -> str:
    """Return the address in an entry of X-Forwarded-For: some proxies add a port to it."""
    text = text.strip().strip('"')
    try:
        return _shortest(ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        pass
    try:
        return _shortest(ip_address(BindAddress.parse(text).host))
    except (AddressError, ValueError):
        return ""


def _shortest(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        # Which network card of the proxy's it came by says nothing here.
        return str(IPv6Address(int(address)))
    return str(address)
