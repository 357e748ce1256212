"""What stands in a report, section by section, as a document that every format is made from."""
