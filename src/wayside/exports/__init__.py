"""What other software reads: vector files, tables and catalogues of a site, its scenes and its counts."""

from wayside.exports.contents import Contents, Table
from wayside.exports.writing import Form, default_name, write_export

__all__ = ["Contents", "Form", "Table", "default_name", "write_export"]
