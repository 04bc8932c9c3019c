"""A table of candidates in the forms in which others take it: JSON and CSV for applicant tracking systems, lines for people."""
