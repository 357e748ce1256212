"""What has been written about a facility: text, claims, who made them, who copied whom, how far it agrees with a count.

Pure: bytes and strings in, values out. Foreign libraries (for HTML, web archives, PDF, languages) stay in the room of
texts.
"""

from wayside.coverage.agreement.measured import measured_from_json
from wayside.coverage.analysis import analyse
from wayside.coverage.output import to_json
from wayside.coverage.texts.reading import Opened, document_id, read_document, read_documents

__all__ = ["Opened", "analyse", "document_id", "measured_from_json", "read_document", "read_documents", "to_json"]
