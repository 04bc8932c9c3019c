"""What an issuer does: enrol, seal a batch, advance it to anchored, release the proofs, revoke."""
