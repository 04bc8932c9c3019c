"""A paper for people: headings, facts, tables and lists, as lines, as an HTML page and as a PDF, all three of one description."""
