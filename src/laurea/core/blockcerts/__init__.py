"""Blockcerts: documents, the trees and proofs that its verifiers read, v2 and v3. It has no selective disclosure, and its leaf binds nothing but the document."""
