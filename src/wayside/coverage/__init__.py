"""What has been written about a facility: text, claims, who made them, who copied whom, how far it agrees with a count.

Pure: bytes and strings in, values out. The one foreign library is trafilatura, for the main text of HTML.
"""

from wayside.coverage.agreement.measured import measured_from_json
from wayside.coverage.analysis import analyse
from wayside.coverage.output import to_json
from wayside.coverage.texts.reading import document_id, read_document

__all__ = ["analyse", "document_id", "measured_from_json", "read_document", "to_json"]
