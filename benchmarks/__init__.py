"""What laurea costs, measured: `scripts/bench`. Each part runs in a process of its own and gives figures (docs/scale.md)."""
