"""The audit log: what was asked of whom, as leaves of a Merkle tree that anyone can check who has its public key."""
