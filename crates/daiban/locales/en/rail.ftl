### Trains. Keys begin with rail-.
