"""How well a search finds the concept that somebody means, and a reading of postings what they ask for, on ESCO's skills."""
