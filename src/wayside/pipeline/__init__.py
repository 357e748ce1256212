"""Use cases: what each command does, over Protocols, each giving back a record of what was done."""
