"""The one guarded door to the network: documents and ranges of files, addresses checked, secrets kept, all bounded."""

from wayside.archive.remote.cache import BlockCache
from wayside.archive.remote.credentials import HeaderHook
from wayside.archive.remote.limits import TransportLimits
from wayside.archive.remote.local import LocalFile
from wayside.archive.remote.remote_file import RemoteFile
from wayside.archive.remote.retrying import RetryPolicy
from wayside.archive.remote.signing import Signer
from wayside.archive.remote.tally import Tally
from wayside.archive.remote.transport import Reply, Transport

__all__ = [
    "BlockCache",
    "HeaderHook",
    "LocalFile",
    "RemoteFile",
    "Reply",
    "RetryPolicy",
    "Signer",
    "Tally",
    "Transport",
    "TransportLimits",
]
