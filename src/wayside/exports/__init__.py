"""What other software reads: vector files, tables and catalogues of a site, its scenes and its counts."""
