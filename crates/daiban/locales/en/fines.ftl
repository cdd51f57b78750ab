### Fines. Keys begin with fines-.
