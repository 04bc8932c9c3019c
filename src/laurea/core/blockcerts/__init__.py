"""Blockcerts v3: the trees, proofs and documents that its verifiers read. It has no selective disclosure, and its leaf binds nothing but the document."""
