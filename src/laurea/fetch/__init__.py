"""Reading from the web what a document names, when whoever wrote the document may be hostile (docs/verification.md, "What is fetched")."""
